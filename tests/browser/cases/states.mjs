// Each state of a job as the customer reads it.

import assert from "node:assert/strict";

import { CHARGE, PHONES, STATES, WINDOW, ZONE, assigned, windowIn } from "../backend.mjs";
import { shifts } from "../browser.mjs";

const HEADINGS = {
  CREATED: "Your job is confirmed",
  ASSIGNED: "Your technician is on the way",
  IN_PROGRESS: "Service underway",
  COMPLETE: "Job done!",
  RATED: "Thank you for rating",
};
const SPANISH = {
  CREATED: "Su servicio está confirmado",
  ASSIGNED: "Su técnico está en camino",
  IN_PROGRESS: "Servicio en curso",
  COMPLETE: "¡Trabajo terminado!",
  RATED: "Gracias por calificarnos",
};
const NEXT = {
  CREATED: ["We are assigning your technician"],
  ASSIGNED: ["Please keep the way to your items clear"],
  IN_PROGRESS: ["We text you when the work is done"],
  COMPLETE: ["Payment due: $149.00", "Rate your service"],
  RATED: ["Payment due: $149.00", "Keep your receipt"],
};

const lines = (page, selector) => page.locator(selector).allInnerTexts();
const plain = (text) => text.replace(/[\u00a0\u2009\u202f]/g, " ");

/** A window as people at its place say it. */
function spoken(window, options, locale = "en-US") {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: ZONE });
  return plain(format.formatRange(new Date(window.start), new Date(window.end)));
}

const HOURS = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const DAY = { weekday: "long", month: "long", day: "numeric" };

const tests = {};

for (const [at, state] of STATES.entries()) {
  tests[`${state} says where the job stands, and nothing moves`] = async ({ backend, browser }) => {
    const job = await backend.ready(state);
    const page = await browser.track(job, { before: slowAnswers, serviceWorkers: "block" });
    assert.equal(await page.locator("h1").innerText(), HEADINGS[state]);
    assert.equal(await page.locator("h1").count(), 1);
    assert.deepEqual(await lines(page, "#steps li"), NEXT[state]);
    assert.equal(await page.locator("#number").innerText(), `Job ${job.id}`);

    const steps = (await lines(page, "#progress li")).map((line) => line.split("\n")[0]);
    const words = await page.locator("#progress li .unseen").allTextContents();
    assert.equal(steps.length, STATES.length);
    const expected = STATES.map((_, step) => (step < at || at === 4 ? ", done" : step === at ? ", now" : ", to come"));
    assert.deepEqual(words, expected);
    assert.equal(await page.locator("#progress [aria-current=step]").count(), at === 4 ? 0 : 1);

    const seen = await job.seen();
    assert.equal(await page.locator("#texts li").count(), seen.messages.length);
    assert.match(
      (await lines(page, "#texts li"))[0],
      /Here's your new tracking link: \(your private link\)[^]* · Sent/,
    );
    assert.equal(await page.locator("#call").getAttribute("href"), `tel:${seen.supportPhone}`);
    assert.equal(await page.locator("#text").getAttribute("href"), `sms:${seen.supportPhone}`);
    assert.deepEqual(await shifts(page), []);
    await browser.shot(page, `${state}-en-light`);
  };

  tests[`${state} in Spanish and dark`] = async ({ backend, browser }) => {
    const page = await browser.track(await backend.ready(state), { language: "es-MX", theme: "dark" });
    assert.equal(await page.locator("h1").innerText(), SPANISH[state]);
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
    assert.equal(await page.title(), "Siga su servicio – QuickDumpNow");
    assert.deepEqual(await shifts(page), []);
    await browser.shot(page, `${state}-es-dark`);
  };
}

/** So that the page is painted before the answer comes. */
const slowAnswers = (page) =>
  page.route("**/api/track", async (route) => {
    await new Promise((wake) => setTimeout(wake, 700));
    await route.continue();
  });

tests["the window is told on the clock of the place, with its day and zone"] = async ({ backend, browser }) => {
  const page = await browser.track(await backend.ready("ASSIGNED"));
  assert.equal(plain(await page.locator("#hours").innerText()), spoken(WINDOW, HOURS));
  assert.match(await page.locator("#hours").innerText(), /E[SD]T$/);
  assert.equal(await page.locator("#day").innerText(), spoken({ ...WINDOW, end: WINDOW.start }, DAY));
  assert.equal(await page.locator("#who").innerText(), "Sam, your technician");
  assert.equal(await page.locator("#was").isVisible(), false);
};

tests["the window in Spanish"] = async ({ backend, browser }) => {
  const page = await browser.track(await backend.ready("ASSIGNED"), { language: "es-US" });
  assert.equal(plain(await page.locator("#hours").innerText()), spoken(WINDOW, HOURS, "es-US"));
  assert.equal(await page.locator("#who").innerText(), "Sam, su técnico");
};

tests["a window over two days says both"] = async ({ backend, browser }) => {
  const job = await backend.job();
  const window = { ...WINDOW, start: "2027-01-15T03:00:00Z", end: "2027-01-15T07:00:00Z" };
  await job.move(assigned(window));
  const page = await browser.track(job);
  const hours = plain(await page.locator("#hours").innerText());
  assert.equal(hours, "Thu, Jan 14, 10:00 PM EST – Fri, Jan 15, 2:00 AM EST");
  assert.equal(await page.locator("#day").isVisible(), false);
};

tests["a window over a change of the clocks names both zones"] = async ({ backend, browser }) => {
  const job = await backend.job();
  await job.move(assigned({ ...WINDOW, start: "2027-11-07T04:30:00Z", end: "2027-11-07T07:30:00Z" }));
  const page = await browser.track(job);
  assert.equal(plain(await page.locator("#hours").innerText()), "12:30 AM EDT – 2:30 AM EST");
};

tests["a changed window says what it was"] = async ({ backend, browser }) => {
  const job = await backend.job("ASSIGNED");
  const later = windowIn(4);
  await job.move(assigned(later));
  const page = await browser.track(job);
  assert.equal(plain(await page.locator("#hours").innerText()), spoken(later, HOURS));
  const full = { weekday: "short", month: "short", day: "numeric", ...HOURS };
  assert.equal(plain(await page.locator("#was").innerText()), `Changed from ${spoken(WINDOW, full)}`);
  await browser.shot(page, "window-changed-en-light");
};

tests["a quoted price, then what is paid"] = async ({ backend, browser }) => {
  const job = await backend.job();
  await job.charge({ ...CHARGE, amount: 123_456 });
  const page = await browser.track(job);
  assert.deepEqual(await lines(page, "#steps li"), ["We are assigning your technician", "Price: $1,234.56"]);
  await job.charge({ amount: 5000, currency: "JPY", paidAt: "2026-11-22T21:00:00Z" });
  await page.locator("[data-do=again]").click();
  await page.getByText("Paid: ¥5,000").waitFor();
};

tests["the receipt names all that was done and paid"] = async ({ backend, browser }) => {
  const job = await backend.job("RATED");
  await job.charge({ ...CHARGE, paidAt: "2026-11-22T21:00:00Z" });
  const page = await browser.track(job);
  const values = (await lines(page, "#receipt dd")).map(plain);
  assert.deepEqual(
    [values[0], values[2], values[3], values[4], values[5]],
    [job.id, "Sam", "$149.00", "Paid on Nov 22, 2026", "★★★★☆ 4 of 5"],
  );
  assert.equal(await page.locator("#said").innerText(), "Quick and friendly.\nThank you!");
  await browser.shot(page, "RATED-paid-en-light");
};

tests["a receipt without a price leaves out what nobody named"] = async ({ backend, browser }) => {
  const job = await backend.job("IN_PROGRESS");
  await job.move({ to: "COMPLETE" });
  await job.move({ to: "RATED", rating: { stars: 5 } });
  const page = await browser.track(job);
  assert.deepEqual(await lines(page, "#receipt :is(dt, dd):visible"), [
    ...["Number", job.id, "Work done"],
    await page.locator("#completed").innerText(),
    ...["Technician", "Sam", "Your rating", "★★★★★ 5 of 5"],
  ]);
  assert.deepEqual(await lines(page, "#steps li"), ["Keep your receipt"]);
};

tests["a text that failed and one that is stuck say so"] = async ({ backend, browser }) => {
  const failing = await backend.job("CREATED", PHONES.failing);
  const stuck = await backend.job("CREATED", PHONES.stuck);
  await failing.delivered("failed");
  await stuck.delivered("pending");
  const page = await browser.track(failing);
  assert.match((await lines(page, "#texts li"))[0], / · Could not be delivered$/);
  await browser.shot(page, "text-failed-en-light");
  const other = await browser.track(stuck);
  assert.match((await lines(other, "#texts li"))[0], / · Being sent$/);
};

tests["an operator's words are shown as they are"] = async ({ backend, browser }) => {
  const job = await backend.job();
  await job.write("<b>Hello</b> & hola\n[link]");
  const page = await browser.track(job);
  const [text] = await lines(page, "#texts li p:first-child");
  assert.equal(text, "<b>Hello</b> & hola\n(your private link)");
};

export default tests;
