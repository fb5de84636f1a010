// Links that are void, forged or missing, and where the token must not be.

import assert from "node:assert/strict";

import { isKept } from "../browser.mjs";

/** Everything that this device keeps for the page, as one text. */
const keptByDevice = (page) =>
  page.evaluate(async () => {
    const parts = [document.title, document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    parts.push(JSON.stringify(await indexedDB.databases()));
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        parts.push(
          request.url,
          answer.url,
          JSON.stringify([...request.headers, ...answer.headers]),
          await answer.text(),
        );
      }
    }
    return parts.join("\n");
  });

async function isVoid(page, phone) {
  await page.getByRole("heading", { level: 1, name: "This link no longer works" }).waitFor();
  assert.equal(new URL(page.url()).search, "");
  assert.match(await page.locator("#help").innerText(), /latest text message/);
  assert.equal(await page.locator("#call").getAttribute("href"), `tel:${phone}`);
  assert.equal(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => /^track-\w{32}$/.test(key)).length),
    0,
  );
}

export default {
  async "a link that was renewed opens nothing any more"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const { supportPhone } = await job.seen();
    const old = job.url;
    await job.renewLink();
    const page = await browser.open({ expect: [/404/] });
    await page.goto(old);
    await isVoid(page, supportPhone);
    await browser.shot(page, "void-en-light");
    const spanish = await browser.open({ expect: [/404/], language: "es-ES", theme: "dark" });
    await spanish.goto(old);
    await spanish.getByRole("heading", { level: 1, name: "Este enlace ya no funciona" }).waitFor();
    await browser.shot(spanish, "void-es-dark");
  },

  async "a link that is renewed while the page is open, and what was kept is forgotten"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const { supportPhone } = await job.seen();
    const page = await browser.track(job, { expect: [/404/] });
    assert.equal(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => /^track-\w{32}$/.test(key)).length),
      1,
    );
    await job.renewLink();
    await page.locator("[data-do=again]").click();
    await isVoid(page, supportPhone);
    assert.doesNotMatch(await page.locator("body").innerText(), new RegExp(`\\bSam\\b|${job.id}`));
  },

  async "a link that is void when a rating is sent: what was typed stays"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const { supportPhone } = await job.seen();
    const page = await browser.track(job, { expect: [/404/] });
    await page.locator('input[value="3"]').check();
    await page.locator("#comment").fill("not lost");
    await job.renewLink();
    await page.locator("#send").click();
    await isVoid(page, supportPhone);
    assert.equal(await page.locator("#comment").inputValue(), "not lost");
    assert.ok(await page.locator("#comment").isVisible());
    assert.match(await page.locator("#problem").innerText(), /^Not saved/);
  },

  async "a 404 that is not the API's own does not make a link void"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const page = await browser.track(job, { serviceWorkers: "block", expect: [/404/] });
    await page.route("**/api/track", (route) => route.fulfill({ status: 404, contentType: "text/html", body: "no" }));
    await page.locator("[data-do=again]").click();
    await page.getByText("Our server does not answer.").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Your technician is on the way");
    assert.equal(page.url(), job.url);
  },

  async "a forged token gets the edge's page, and the API's 404"({ backend, browser, front }) {
    const job = await backend.ready("CREATED");
    const at = 40;
    const forged = job.token.slice(0, at) + (job.token[at] === "A" ? "B" : "A") + job.token.slice(at + 1);
    const page = await browser.open({ expect: [/404/] });
    const answer = await page.goto(`${front}/track?jobToken=${forged}`);
    assert.equal(answer.status(), 404);
    assert.match(answer.headers()["cache-control"], /no-store/);
    assert.ok((await page.locator('a[href^="tel:+"]').count()) > 0);
    assert.equal(await page.locator("#progress").count(), 0);
    await browser.shot(page, "forged");
    const api = await fetch(`${front}/api/track`, { headers: { authorization: `Bearer ${forged}` } });
    assert.equal(api.status, 404);
  },

  async "no token, a short one, two, or one with a tail: the edge's page"({ backend, browser, front }) {
    const { token } = await backend.ready("CREATED");
    const page = await browser.open({ expect: [/404/] });
    for (const query of [
      "",
      "?jobToken=",
      "?jobToken=abc",
      `?jobToken=${token}&jobToken=${token}`,
      `?jobToken=${token}=`,
    ]) {
      assert.equal((await page.goto(`${front}/track${query}`)).status(), 404, query);
    }
    // A worker that is at home here passes the refusal on, and keeps none of it.
    await page.goto(`${front}/track?jobToken=${token}`);
    await isKept(page);
    assert.equal((await page.goto(`${front}/track?jobToken=abc`)).status(), 404);
    assert.match(await page.evaluate(async () => (await caches.match("/track")).text()), /data-say/);
  },

  async "the token stays in the address and goes nowhere else"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const asked = [];
    const page = await browser.open();
    page.on("request", (request) => asked.push(request));
    await page.goto(job.url);
    await page.locator("#progress").waitFor();
    await isKept(page);
    await page.reload();
    await page.locator("#progress").waitFor();
    assert.equal(page.url(), job.url);
    assert.doesNotMatch(await keptByDevice(page), new RegExp(job.token));
    const link = Buffer.from(job.token, "base64url").subarray(8, 24).toString("hex");
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key !== "track-language")), [
      `track-${link}`,
    ]);
    for (const request of asked) {
      const headers = await request.allHeaders();
      assert.ok(!headers.referer, request.url());
      if (request.isNavigationRequest()) continue;
      assert.doesNotMatch(request.url(), new RegExp(job.token));
      assert.equal(headers.authorization !== undefined, new URL(request.url()).pathname.startsWith("/api/"));
    }
  },

  async "the title says nothing of the job, and no search engine may keep the page"({ backend, browser }) {
    const page = await browser.open();
    const answer = await page.goto((await backend.ready("RATED")).url);
    await page.locator("#progress").waitFor();
    assert.equal(await page.title(), "Follow your job – QuickDumpNow");
    assert.equal(await page.locator('meta[name="robots"]').getAttribute("content"), "noindex");
    const headers = answer.headers();
    assert.match(headers["x-robots-tag"], /noindex/);
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.match(headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe/);
  },
};
