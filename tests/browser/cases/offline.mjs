// Without a connection after the first visit: the last known state, labelled; and the worker's limits.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { STEPS } from "../backend.mjs";
import { connect, isKept, until } from "../browser.mjs";
import { Proxy } from "../proxy.mjs";

const VECTORS = join(import.meta.dirname, "../../vectors/job-token.json");
const LOST = [/Failed to load resource/];

/** Opens a tracking page and waits until the worker keeps all that it is made of. */
async function visit(browser, job, origin) {
  const page = await browser.track(job, { expect: LOST, origin });
  await isKept(page);
  return page;
}

async function behindProxy(front, test) {
  const proxy = await Proxy.to(front);
  try {
    await test(proxy);
  } finally {
    await proxy.close();
  }
}

export default {
  async "the page opens, says that it is old, and takes up what is new"({ backend, browser, front }) {
    const job = await backend.job("ASSIGNED");
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      await connect(page, proxy, false);
      await page.reload();
      await page.getByText("No connection. Updated").waitFor();
      assert.equal(await page.locator("h1").innerText(), "Your technician is on the way");
      assert.ok(await page.locator("#fresh.stale").isVisible());
      assert.ok(await page.locator("#calendar").isVisible());
      await browser.shot(page, "stale-en-light");
      await job.move(STEPS[2]);
      await connect(page, proxy, true);
      await page.getByRole("heading", { level: 1, name: "Service underway" }).waitFor();
      await page.getByText("Updated just now").waitFor();
      assert.equal(await page.locator("#fresh.stale").count(), 0);
    });
  },

  async "a page that is open learns at once that it is alone"({ backend, browser }) {
    const page = await visit(browser, await backend.ready("IN_PROGRESS"));
    await page.context().setOffline(true);
    await page.getByText("No connection. Updated just now").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Service underway");
  },

  async "another link than the known one has nothing to show"({ backend, browser, front }) {
    const [known, other] = [await backend.ready("CREATED"), await backend.ready("ASSIGNED")];
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, known, proxy.origin);
      await connect(page, proxy, false);
      await page.goto(`${proxy.origin}/track?jobToken=${other.token}`);
      await page.getByRole("heading", { level: 1, name: "We cannot be reached right now" }).waitFor();
      assert.ok(await page.locator("#call").isVisible());
      await browser.shot(page, "unreachable-en-light");
      await connect(page, proxy, true);
      await page.getByRole("heading", { level: 1, name: "Your technician is on the way" }).waitFor();
    });
  },

  async "the worker leaves everything else alone"({ backend, browser, front }) {
    const job = await backend.ready("CREATED");
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      const places = await page.evaluate(async () => {
        const cache = await caches.open("track");
        return (await cache.keys()).map((request) => new URL(request.url));
      });
      const paths = places.map(({ pathname }) => pathname).sort();
      assert.deepEqual(paths, [
        "/track",
        "/track/icon.svg",
        "/track/job.js",
        "/track/track.css",
        "/track/track.js",
        "/track/words.js",
      ]);
      const scopes = await page.evaluate(async () =>
        (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
      );
      assert.deepEqual(scopes, [`${proxy.origin}/track`]);
      await connect(page, proxy, false);
      for (const path of ["/", "/tracking", "/track/other.html", "/track/sub/track.js", "/api/health"]) {
        await assert.rejects(page.goto(proxy.origin + path), /ERR_/, path);
        await page.waitForTimeout(100);
      }
      await page.goto(`${proxy.origin}/track/track.css`);
      assert.match(await page.content(), /The tracking page/);
    });
  },

  async "a new version is seen at once, and kept"({ backend, browser, front }) {
    const job = await backend.ready("CREATED");
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      const html = await page.evaluate(async () => (await caches.match("/track")).text());
      const body = html.replace("<body>", '<body class="newer">');
      proxy.rule = (path) => (path === "/track" ? { body } : {});
      await page.reload();
      await page.locator("body.newer #progress").waitFor();
      await until(page, async () => (await (await caches.match("/track")).text()).includes("newer"));
    });
  },

  async "a slow network is not waited for, and old and new do not mix"({ backend, browser, front }) {
    const job = await backend.ready("CREATED");
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      const asked = [];
      proxy.rule = (path) => {
        asked.push(path);
        return path === "/track" ? { after: 20_000 } : {};
      };
      const began = Date.now();
      await page.reload();
      await page.locator("#progress").waitFor();
      const took = Date.now() - began;
      assert.ok(took > 2500 && took < 9000, `${took} ms`);
      // All files came from where the page came from; the job itself is fresh.
      assert.deepEqual(
        asked.filter((path) => path.startsWith("/track/") && path !== "/track/sw.js"),
        [],
      );
      await page.getByText("Updated just now").waitFor();
    });
  },

  async "when the site fails, the page that is kept is shown"({ backend, browser, front }) {
    const job = await backend.ready("IN_PROGRESS");
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      proxy.rule = () => ({ status: 503 });
      await page.reload();
      await page.getByText("Our server does not answer. Updated").waitFor();
      assert.equal(await page.locator("h1").innerText(), "Service underway");
    });
  },

  async "when nothing can be reached at all, likewise"({ backend, browser, front }) {
    const job = await backend.ready("IN_PROGRESS");
    const proxy = await Proxy.to(front);
    const page = await visit(browser, job, proxy.origin);
    await proxy.close();
    await page.reload();
    await page.getByText("Our server does not answer. Updated").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Service underway");
  },

  async "what is older than any link is dropped"({ backend, browser }) {
    const page = await visit(browser, await backend.ready("CREATED"));
    const days = (count) => JSON.stringify({ at: Date.now() - count * 86_400_000, answer: {} });
    await page.evaluate(
      ([old, recent]) => {
        localStorage[`track-${"a".repeat(32)}`] = old;
        localStorage[`track-${"b".repeat(32)}`] = recent;
        localStorage["main-site"] = "not ours";
      },
      [days(61), days(59)],
    );
    await page.reload();
    await page.locator("#progress").waitFor();
    const keys = await page.evaluate(() => Object.keys(localStorage));
    assert.ok(!keys.includes(`track-${"a".repeat(32)}`));
    assert.ok(keys.includes(`track-${"b".repeat(32)}`) && keys.includes("main-site"));
  },

  async "what another version kept does not break the page"({ backend, browser }) {
    const page = await visit(browser, await backend.ready("ASSIGNED"));
    for (const kept of ["not JSON", '{"at":1e13,"answer":{"state":"ASSIGNED","window":"soon"}}', "{}"]) {
      await page.evaluate((value) => {
        const [key] = Object.keys(localStorage).filter((name) => name.length === 38);
        localStorage[key] = value;
      }, kept);
      await page.reload();
      await page.getByText("Sam, your technician").waitFor();
    }
  },

  async "the link id is read from the token as everybody reads it"({ backend, browser, front }) {
    const job = await backend.ready("IN_PROGRESS");
    const answer = await job.seen();
    const { vectors } = JSON.parse(readFileSync(VECTORS, "utf8"));
    const good = vectors.filter(({ accepted }) => accepted);
    assert.ok(good.length > 5);
    await behindProxy(front, async (proxy) => {
      const page = await visit(browser, job, proxy.origin);
      await connect(page, proxy, false);
      for (const [at, { name, token, fields }] of good.entries()) {
        const kept = JSON.stringify({ at: Date.now(), answer: { ...answer, id: `VECTOR${at}` } });
        await page.evaluate(([key, value]) => (localStorage[key] = value), [`track-${fields.link}`, kept]);
        await page.goto(`${proxy.origin}/track?jobToken=${token}`);
        assert.equal(await page.locator("#number").innerText(), `Job VECTOR${at}`, name);
        await page.evaluate((key) => localStorage.removeItem(key), `track-${fields.link}`);
      }
    });
  },

  async "a browser that keeps nothing has a page that works"({ backend, browser }) {
    const forbid = (page) =>
      page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", {
          get() {
            throw new DOMException("forbidden", "SecurityError");
          },
        });
      });
    const page = await browser.track(await backend.ready("ASSIGNED"), { before: forbid, serviceWorkers: "block" });
    await page.locator("#language").click();
    assert.equal(await page.locator("h1").innerText(), "Su técnico está en camino");
  },
};
