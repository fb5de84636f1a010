// How it looks and whether everybody can use it: accessibility rules, narrow screens, sizes of what is tapped. Each
// state in both languages and both themes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { STATES, assigned, windowIn } from "../backend.mjs";
import { SIZES } from "../browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LANGUAGES = ["en-US", "es-US"];
const THEMES = ["light", "dark"];
const SMALLEST = 44;

async function breaksNoRule(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = violations.map(
    ({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
  );
  assert.deepEqual(told, []);
}

/** Nothing scrolls sideways, and what can be tapped is large enough. */
async function fits(page, where) {
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(width <= page.viewportSize().width, `${where}: ${width} px wide`);
  const small = await page.evaluate((smallest) => {
    const targets = [...document.querySelectorAll("a, button, textarea, fieldset label")];
    return targets
      .filter((target) => target.checkVisibility())
      .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.min(width, height) < smallest)
      .map(([html, { width, height }]) => `${html} ${width}x${height}`);
  }, SMALLEST);
  assert.deepEqual(small, [], where);
}

/** Calls `look` with a page in each language and theme. */
async function everyLook(browser, open, look) {
  for (const language of LANGUAGES) {
    for (const theme of THEMES) {
      const page = await open({ language, theme });
      await look(page, `${language} ${theme}`);
      await browser.closePage(page);
    }
  }
}

const tests = {};

for (const state of STATES) {
  tests[`${state}: rules of accessibility`] = async ({ backend, browser }) => {
    const job = await backend.ready(state);
    await everyLook(browser, (options) => browser.track(job, options), breaksNoRule);
  };

  tests[`${state}: 320 px and 1280 px`] = async ({ backend, browser }) => {
    const job = await backend.ready(state);
    for (const language of LANGUAGES) {
      const page = await browser.track(job, { language, size: SIZES.narrow });
      await fits(page, language);
      await browser.shot(page, `${state}-${language.slice(0, 2)}-narrow`);
    }
    const page = await browser.track(job, { size: SIZES.desktop });
    await fits(page, "desktop");
    await browser.shot(page, `${state}-en-desktop`);
  };
}

tests["changed window: rules, 320 px"] = async ({ backend, browser }) => {
  const job = await backend.job("ASSIGNED");
  await job.move(assigned(windowIn(5), "Maximiliane-Alexandrina"));
  await everyLook(
    browser,
    (options) => browser.track(job, { ...options, size: SIZES.narrow }),
    async (page, where) => {
      await fits(page, where);
      await breaksNoRule(page, where);
    },
  );
};

tests["void link: rules, 320 px"] = async ({ backend, browser }) => {
  const job = await backend.job();
  const old = job.url;
  await job.renewLink();
  const open = async (options) => {
    const page = await browser.open({ ...options, size: SIZES.narrow, expect: [/404/] });
    await page.goto(old);
    await page.waitForFunction(() => document.body.dataset.state === "VOID");
    return page;
  };
  await everyLook(browser, open, async (page, where) => {
    await fits(page, where);
    await breaksNoRule(page, where);
  });
};

for (const [name, kept] of [
  ["stale", true],
  ["unreachable", false],
]) {
  tests[`${name}: rules, 320 px`] = async ({ backend, browser }) => {
    const job = await backend.ready("ASSIGNED");
    const open = async (options) => {
      const more = { ...options, size: SIZES.narrow, serviceWorkers: "block", expect: [/ERR_FAILED/] };
      const page = kept ? await browser.track(job, more) : await browser.open(more);
      await page.route("**/api/track", (route) => route.abort());
      if (kept) await page.locator("[data-do=again]").click();
      else await page.goto(job.url);
      await page.locator(kept ? "#fresh.stale" : "[data-state=LOST]").waitFor();
      return page;
    };
    await everyLook(browser, open, async (page, where) => {
      await fits(page, where);
      await breaksNoRule(page, where);
    });
  };
}

tests["form with a problem: rules"] = async ({ backend, browser }) => {
  const job = await backend.ready("COMPLETE");
  await everyLook(
    browser,
    (options) => browser.track(job, options),
    async (page, where) => {
      await page.locator("#send").click();
      await page.locator("#problem").waitFor();
      await breaksNoRule(page, where);
    },
  );
};

tests["while it is looked up: rules"] = async ({ backend, browser }) => {
  const job = await backend.ready("ASSIGNED");
  const open = async (options) => {
    const page = await browser.open({ ...options, serviceWorkers: "block", expect: [/ERR_/] });
    await page.route("**/api/track", () => {});
    await page.goto(job.url);
    await page.locator("[data-state=WAIT]").waitFor();
    return page;
  };
  await everyLook(browser, open, async (page, where) => {
    await breaksNoRule(page, where);
    await browser.shot(page, `wait-${where.replace("-US ", "-")}`, { fullPage: false });
  });
};

tests["letters twice as large stay on a phone"] = async ({ backend, browser }) => {
  const page = await browser.track(await backend.ready("COMPLETE"));
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), SIZES.phone.width);
  await browser.shot(page, "large-letters");
};

tests["who wants no motion gets none, and colour is not needed"] = async ({ backend, browser }) => {
  const page = await browser.track(await backend.ready("IN_PROGRESS"));
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  const marks = await page.locator("#progress li").evaluateAll((items) =>
    items.map((item) => {
      const style = getComputedStyle(item, "::before");
      return `${style.content} ${style.borderTopWidth}`;
    }),
  );
  assert.equal(new Set(marks).size, 3, marks.join());
  await page.emulateMedia({ forcedColors: "active" });
  await browser.shot(page, "forced-colours");
};

export default tests;
