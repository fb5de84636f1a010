// The rating form: with the keyboard alone, and everything that can go wrong.

import assert from "node:assert/strict";

import { shifts } from "../browser.mjs";

const WORDS = "Fast, clean…\nand friendly";

async function fill(page, stars = 5) {
  await page.locator(`input[value="${stars}"]`).check();
  await page.locator("#comment").fill(WORDS);
}

/** Whether what was entered is still there. */
async function keeps(page, stars = 5) {
  assert.ok(await page.locator(`input[value="${stars}"]`).isChecked());
  assert.equal(await page.locator("#comment").inputValue(), WORDS);
}

async function refused(status, says, { backend, browser }) {
  const page = await browser.open({ serviceWorkers: "block", expect: [/status of \d+|net::ERR_FAILED/] });
  await page.goto((await backend.ready("COMPLETE")).url);
  await fill(page);
  await page.route("**/api/track/rating", (route) =>
    status ? route.fulfill({ status, contentType: "application/problem+json", body: "{}" }) : route.abort(),
  );
  await page.locator("#send").click();
  await page.locator("#problem").waitFor();
  assert.equal(await page.locator("#problem").innerText(), `Not saved; what you entered is still here. ${says}`);
  await keeps(page);
  assert.ok(await page.locator("#send").isEnabled());
  // The next look at the job does not take it away.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForTimeout(300);
  await keeps(page);
  return page;
}

export default {
  async "a rating with a comment becomes a receipt"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const page = await browser.track(job);
    await fill(page);
    assert.equal(await page.locator("#chosen").innerText(), "5 of 5");
    await browser.shot(page, "COMPLETE-filled-en-light");
    await page.locator("#send").click();
    await page.locator("#receipt").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Thank you for rating");
    assert.equal(await page.locator("#said").innerText(), WORDS);
    assert.equal(await page.locator("#rate").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), "status");
    const { rating } = await job.seen();
    assert.deepEqual(rating, { stars: 5, comment: WORDS });
  },

  async "with the keyboard alone"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const page = await browser.track(job);
    const isRadio = () => page.evaluate(() => document.activeElement.name === "stars");
    for (let presses = 0; presses < 10 && !(await isRadio()); presses += 1) await page.keyboard.press("Tab");
    assert.ok(await isRadio());
    for (const key of ["Space", "ArrowRight", "ArrowRight", "Tab"]) await page.keyboard.press(key);
    await page.keyboard.type("ok");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#receipt").waitFor();
    assert.deepEqual((await job.seen()).rating, { stars: 3, comment: "ok" });
  },

  async "without a comment"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const page = await browser.track(job);
    await page.locator('input[value="1"]').check();
    await page.locator("#send").click();
    await page.locator("#receipt").waitFor();
    assert.deepEqual((await job.seen()).rating, { stars: 1 });
    assert.equal(await page.locator("#said").isVisible(), false);
  },

  async "stars are asked for, and nothing moves above"({ backend, browser }) {
    const page = await browser.track(await backend.ready("COMPLETE"));
    await page.locator("#comment").fill(WORDS);
    await page.locator("#send").click();
    assert.equal(await page.locator("#problem").innerText(), "Please choose 1 to 5 stars.");
    assert.equal(await page.evaluate(() => document.activeElement.name), "stars");
    assert.equal(await page.locator("#comment").inputValue(), WORDS);
    assert.deepEqual(await shifts(page), []);
  },

  async "characters that the API refuses are left out"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const page = await browser.track(job);
    await page.locator('input[value="4"]').check();
    await page.locator("#comment").evaluate((field) => (field.value = "  a\tb\u0007c\r\nd  "));
    await page.locator("#send").click();
    await page.locator("#receipt").waitFor();
    assert.equal((await job.seen()).rating.comment, "a b c\nd");
  },

  "409: said, and kept": (world) => refused(409, "This job has been rated already.", world),
  "412: said, and kept": (world) => refused(412, "This job has been rated already.", world),
  "429: said, and kept": (world) => refused(429, "Our server does not answer.", world),
  "400: said, and kept": (world) => refused(400, "Please call or text us.", world),
  "500: said, and kept": (world) => refused(500, "Our server does not answer.", world),

  async "503: said, kept, and sent again"(world) {
    const page = await refused(503, "Our server does not answer.", world);
    await world.browser.shot(page, "COMPLETE-not-saved-en-light");
  },

  async "no connection: said, kept, and sent again when it is back"(world) {
    const job = await world.backend.job("COMPLETE");
    const page = await world.browser.track(job, { expect: [/ERR_INTERNET_DISCONNECTED/] });
    await fill(page, 2);
    await page.context().setOffline(true);
    await page.locator("#send").click();
    await page.getByText("Not saved; what you entered is still here. No connection.").waitFor();
    await keeps(page, 2);
    await page.context().setOffline(false);
    await page.locator("#send").click();
    await page.locator("#receipt").waitFor();
    assert.deepEqual((await job.seen()).rating, { stars: 2, comment: WORDS });
  },

  async "rated by somebody else meanwhile: what was typed stays"({ backend, browser }) {
    const job = await backend.job("COMPLETE");
    const page = await browser.track(job, { expect: [/409/] });
    await fill(page, 2);
    await job.move({ to: "RATED", rating: { stars: 4 } });
    await page.locator("#send").click();
    await page.locator("#receipt").waitFor();
    assert.match(await page.locator("#problem").innerText(), /This job has been rated already/);
    await keeps(page, 2);
    assert.equal(await page.locator("#send").isVisible(), false);
    await browser.shot(page, "RATED-by-somebody-else-en-light");
  },

  async "a draft survives a change of language"({ backend, browser }) {
    const page = await browser.track(await backend.ready("COMPLETE"));
    await fill(page);
    await page.locator("#language").click();
    assert.equal(await page.locator("#send").innerText(), "Enviar calificación");
    await keeps(page);
  },
};
