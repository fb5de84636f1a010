// What happens while the page is open: changes come by themselves, and everybody hears of them.

import assert from "node:assert/strict";

import { STATES, STEPS, assigned, windowIn } from "../backend.mjs";
import { shifts } from "../browser.mjs";

/** Makes the page look now: as if its connection were back. */
const look = (page) => page.evaluate(() => dispatchEvent(new Event("online")));
const inState = (page, state) => page.waitForFunction((wanted) => document.body.dataset.state === wanted, state);

/** Headless pages are never hidden. */
const hide = (page, hidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

export default {
  async "a change comes by itself"({ backend, browser }) {
    const job = await backend.job();
    const page = await browser.track(job);
    await job.move(assigned());
    await inState(page, "ASSIGNED");
    assert.equal(await page.locator("h1").innerText(), "Your technician is on the way");
    assert.equal(await page.locator("#news").innerText(), "Your technician is on the way");
    assert.equal(await page.locator("#news").getAttribute("role"), "status");
  },

  async "from the first state to the last in one page"({ backend, browser }) {
    const job = await backend.job();
    const page = await browser.track(job);
    for (const [at, state] of STATES.entries()) {
      if (at === 0) continue;
      await job.move(STEPS[at]);
      await look(page);
      await inState(page, state);
      assert.equal(await page.locator("#news").innerText(), await page.locator("h1").innerText());
    }
    assert.ok(await page.locator("#receipt").isVisible());
  },

  async "a changed window is announced, and nothing else moves"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const page = await browser.track(job);
    await job.move(assigned(windowIn(6)));
    await look(page);
    await page.locator("#was").waitFor();
    assert.match(await page.locator("#news").innerText(), /^Arrival: .+ E[SD]T$/);
  },

  async "a delivery that is learnt later shows, and nothing moves"({ backend, browser }) {
    const job = await backend.job();
    const page = await browser.track(job);
    await job.delivered();
    await look(page);
    await page.waitForFunction(() => !document.querySelector("#texts .pending"));
    assert.deepEqual(await shifts(page), []);
  },

  async "the age counts on, and a hidden page asks nothing"({ backend, browser }) {
    let asked = 0;
    const page = await browser.open({ serviceWorkers: "block" });
    await page.clock.install();
    page.on("request", (request) => (asked += request.url().endsWith("/api/track") ? 1 : 0));
    const job = await backend.ready("ASSIGNED");
    await page.goto(job.url);
    await page.getByText("Updated just now").waitFor();
    await hide(page, true);
    const before = asked;
    await page.clock.runFor("10:00");
    assert.equal(asked, before);
    await page.getByText("Updated 10 minutes ago").waitFor();
    await hide(page, false);
    await page.getByText("Updated just now").waitFor();
    assert.equal(asked, before + 1);
  },

  async "the less happens, the less often it asks"({ backend, browser }) {
    const page = await browser.open({ serviceWorkers: "block" });
    await page.clock.install();
    // Answers come at once: time runs sixty times as fast here.
    let first;
    await page.route("**/api/track", async (route) => {
      first ??= await (await route.fetch()).json();
      await route.fulfill({ json: first });
    });
    await page.addInitScript(() => {
      window.asked = [];
      const fetch = window.fetch;
      window.fetch = (...request) => {
        window.asked.push(Date.now());
        return fetch(...request);
      };
    });
    await page.goto((await backend.ready("ASSIGNED")).url);
    await page.getByText("Updated just now").waitFor();
    for (let second = 0; second < 300; second += 1) {
      await page.clock.runFor(1000);
      await page.waitForTimeout(15);
    }
    const times = await page.evaluate(() => window.asked);
    const waits = times.slice(1).map((time, at) => Math.round((time - times[at]) / 1000));
    assert.ok(waits[0] >= 8 && waits[0] <= 14, `first ${waits}`);
    assert.ok(waits.at(-1) >= 50 && waits.at(-1) <= 75, `last ${waits}`);
    assert.ok(waits.length < 12, `in all ${waits}`);
  },

  async "while the server fails it waits longer, and as long as the server asks"({ backend, browser }) {
    const page = await browser.open({ serviceWorkers: "block", expect: [/503/] });
    await page.clock.install();
    let asked = 0;
    await page.route("**/api/track", (route) => {
      asked += 1;
      return asked === 1
        ? route.continue()
        : route.fulfill({
            status: 503,
            headers: { "retry-after": "120" },
            contentType: "application/problem+json",
            body: "{}",
          });
    });
    await page.goto((await backend.ready("ASSIGNED")).url);
    await page.getByText("Updated just now").waitFor();
    await look(page);
    await page.getByText("Our server does not answer. Updated just now").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Your technician is on the way");
    const before = asked;
    await page.clock.runFor(100_000);
    assert.equal(asked, before);
    await page.clock.runFor(40_000);
    await page.waitForTimeout(200);
    assert.equal(asked, before + 1);
    await page.getByText("Our server does not answer. Updated 2 minutes ago").waitFor();
  },

  async "an older answer does not take the place of a newer one"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const old = await job.seen();
    const page = await browser.open({ serviceWorkers: "block" });
    await page.goto(job.url);
    await inState(page, "ASSIGNED");
    await job.move(STEPS[2]);
    await look(page);
    await inState(page, "IN_PROGRESS");
    const late = page.waitForResponse("**/api/track");
    await page.route("**/api/track", (route) => route.fulfill({ json: old }));
    await look(page);
    await late;
    await page.waitForTimeout(200);
    assert.equal(await page.locator("h1").innerText(), "Service underway");
  },
};
