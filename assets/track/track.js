// The tracking page: asks the API with the token of its address, keeps the answer fresh and on this device, and does
// what buttons and form say. How a job looks is in job.js.

import { age, calendar, describe, find, make, put, show, title } from "./job.js";
import { kept, say, speak, store, switchLanguage } from "./words.js";

// When to look again, in milliseconds: soon after a change, then less and less often.
const SOON = 10_000;
const LATER = 60_000;
const RARELY = 300_000;
// No link lives longer.
const LONGEST = 60 * 86_400_000;

const [, token] = /[?&]jobToken=([\w-]{56})(&|$)/.exec(location.search) ?? ["", ""];
// Bytes 8 to 23, the link's id, open nothing.
const bytes = atob(token.replaceAll("-", "+").replaceAll("_", "/")).slice(8, 24);
const key = `track-${[...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("")}`;

// What is shown, since when, and why nothing newer comes.
let answer = null;
let at = 0;
let trouble = "";
let isVoid = !token;

let wait = SOON;
let timer = 0;
let asked = null;

const form = find("rate");
const { stars, comment } = form.elements;
let problem = [];

const ask = (path, rating) =>
  fetch(path, {
    method: rating ? "POST" : "GET",
    body: rating && JSON.stringify(rating),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    cache: "no-store",
    signal: AbortSignal.timeout?.(20_000),
  });

function draw() {
  show(answer?.state ?? (isVoid ? "VOID" : trouble ? "LOST" : "WAIT"), answer);
  showForm();
  drawAge();
}

function drawAge() {
  const isStale = answer && trouble;
  find("age").textContent = answer ? (isStale ? `${say(trouble)} ` : "") + age(Date.now() - at) : "";
  find("fresh").className = isStale ? "stale" : "";
  find("fresh").hidden = !answer && !trouble;
}

function take(next) {
  const before = answer;
  if (Date.parse(next.updatedAt) < Date.parse(before?.updatedAt)) return;
  const isNew = JSON.stringify(next) !== JSON.stringify(before);
  wait = isNew ? SOON : Math.min(wait * 1.5, next.state === "RATED" ? RARELY : LATER);
  [answer, at, trouble] = [next, Date.now(), ""];
  store(key, JSON.stringify({ answer, at }));
  draw();
  const [old, now] = [before, next].map((job) => job?.window && describe(job.window).line);
  if (before && before.state !== next.state) put("news", title(next.state, next));
  else if (old && old !== now) put("news", `${say("arrival")}: ${now}`);
}

function fail(why, seconds) {
  trouble = why;
  wait = Math.min(Math.max(wait * 2, seconds * 1000 || 0), RARELY);
  draw();
}

async function hear(response) {
  // A 404 that is not the API's own does not make a link void.
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  if (isProblem && [401, 404].includes(response.status)) {
    [answer, isVoid] = [null, true];
    delete kept[key];
    // The address opens nothing any more: it need not stay in the history.
    history.replaceState(null, "", "/track");
    draw();
  } else if (response.ok) take(await response.json());
  else fail("fault", response.headers.get("retry-after"));
}

function refresh() {
  clearTimeout(timer);
  if (isVoid) return;
  asked ??= ask("/api/track")
    .then(hear)
    .catch(() => fail(unreachable()))
    .finally(() => {
      asked = null;
      // Pages that lost the same connection do not come back at once.
      if (!document.hidden) timer = setTimeout(refresh, wait * (0.9 + Math.random() / 5));
    });
}

// The API takes no control characters but line feeds.
const words = () => comment.value.replace(/(?!\n)\p{Cc}/gu, " ").trim();

const tell = (...names) => put("problem", (problem = names).map((name) => say(name)).join(" "));

// The form stays while the job can be rated, and while it holds something that was not saved.
function showForm() {
  const rating = answer?.rating;
  if (rating?.stars === +stars.value && (rating.comment ?? "") === words()) {
    form.reset();
    problem = [];
  }
  const canRate = answer?.state === "COMPLETE";
  const isLate = rating && (problem[0] === "unsaved" || words());
  tell(...(isLate ? ["unsaved", "late"] : problem));
  form.hidden = !canRate && !problem.length;
  find("send").hidden = !canRate;
  form.querySelectorAll("label span").forEach((label, at) => (label.textContent = say("stars", { stars: at + 1 })));
  put("chosen", say(stars.value ? "stars" : "choose", { stars: stars.value }));
}

const unreachable = () => (navigator.onLine ? "fault" : "offline");

function whatIsWrong(status) {
  if (!status) return unreachable();
  if (status === 409 || status === 412) return "late";
  return status === 429 || status > 499 ? "fault" : "refused";
}

async function rate(event) {
  event.preventDefault();
  const send = find("send");
  if (!stars.value) {
    tell("needStars");
    stars[0].focus();
    return;
  }
  send.disabled = true;
  tell();
  const response = await ask("/api/track/rating", { stars: +stars.value, comment: words() }).catch(() => null);
  const status = response?.status;
  send.disabled = false;
  if (status !== 200) tell("unsaved", whatIsWrong(status));
  if (status === 200 || status === 404) await hear(response);
  else refresh();
  find(status === 200 ? "status" : "send").focus();
}

async function share() {
  try {
    if (navigator.share) await navigator.share({ url: location.href });
    else {
      await navigator.clipboard.writeText(location.href);
      put("shared", say("copied"));
    }
  } catch (error) {
    // Closing the dialog is no failure.
    if (error.name !== "AbortError") put("shared", say("uncopied"));
  }
}

function recall() {
  for (const old of Object.keys(kept)) {
    if (/^track-\w{32}$/.test(old) && JSON.parse(kept[old]).at < Date.now() - LONGEST) delete kept[old];
  }
  if (kept[key]) ({ answer, at } = JSON.parse(kept[key]));
}

// From the next visit on the page opens without a connection.
async function stay() {
  const workers = navigator.serviceWorker;
  await workers.register("/track/sw.js", { scope: "/track" });
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  (await workers.ready).active.postMessage([...files, location.href]);
}

function saveCalendar() {
  const href = URL.createObjectURL(new Blob([calendar(answer)], { type: "text/calendar" }));
  make("a", { href, download: `quickdumpnow-${answer.id}.ics` }).click();
  // Some browsers ask where to put it first.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

const DOING = {
  again: refresh,
  calendar: saveCalendar,
  language() {
    switchLanguage();
    draw();
  },
  print: () => print(),
  share,
};

speak();
try {
  recall();
  draw();
} catch {
  // What an older page kept does not fit this one.
  answer = null;
  draw();
}
refresh();
document.addEventListener("click", ({ target }) => DOING[target.closest("[data-do]")?.dataset.do]?.());
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
addEventListener("online", refresh);
addEventListener("offline", () => fail("offline"));
addEventListener("pageshow", ({ persisted }) => persisted && refresh());
addEventListener("load", () => stay().catch(() => {}));
setInterval(drawAge, 15_000);
form.addEventListener("change", showForm);
form.addEventListener("submit", rate);
