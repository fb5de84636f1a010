// The service worker: answers for /track and the files below it when the network does not. Its scope takes in every
// address that begins with /track; what is not ours passes.

const KEPT = "track";
const PAGE = "/track";
const FILE = /^\/track\/[\w-]+\.(css|js|svg)$/;
// Pages that came from here get their files from here too, so that old and new never mix.
const served = new Set();

const isPage = (path) => path === PAGE || path === `${PAGE}/`;
const kept = (path) => caches.match(path, { cacheName: KEPT });

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (isPage(pathname) && mode === "navigate") event.respondWith(page(event));
  else if (FILE.test(pathname)) event.respondWith(file(event, pathname));
});

// The network first, so that a new version is seen. What the edge refuses passes too, and is not kept.
async function page({ request, resultingClientId }) {
  const asked = fetch(request);
  const late = new Promise((wake) => setTimeout(wake, 3000));
  const answer = await Promise.race([asked, late]).catch(() => null);
  if (answer?.status < 500) return answer;
  const own = await kept(PAGE);
  if (own) served.add(resultingClientId);
  return own ?? answer ?? asked;
}

async function file({ request, clientId }, path) {
  const own = await kept(path);
  if (own && served.has(clientId)) return own;
  const answer = await fetch(request).catch(() => null);
  return answer?.status < 500 ? answer : (own ?? answer ?? Response.error());
}

// A page names what it was loaded from, itself last: the browser's own cache has just got all of it.
self.addEventListener("message", (event) => {
  if (!served.has(event.source.id)) event.waitUntil(keep(event.data));
});

async function keep(addresses) {
  const path = (address) => new URL(address).pathname;
  const ours = addresses.filter((address) => isPage(path(address)) || FILE.test(path(address)));
  const answers = await Promise.all(ours.map((address) => fetch(address, { cache: "force-cache" })));
  if (!answers.every(({ ok }) => ok)) return;
  const cache = await caches.open(KEPT);
  for (const { url, headers, body } of answers) {
    // Made anew: an answer remembers its address, and the page's holds the token.
    await cache.put(isPage(path(url)) ? PAGE : path(url), new Response(body, { headers }));
  }
}
