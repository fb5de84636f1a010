// Chromium, and pages that are watched: what they complain of, whom they ask, what moves.

import { join } from "node:path";

import { chromium } from "playwright-core";

import { FLAGS, findChromium } from "./chromium.mjs";

export const SIZES = {
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
  desktop: { width: 1280, height: 900 },
};

/** What a page is called whose device has no connection. The name outlives documents, as the lost connection does. */
const ALONE = "without a connection";

/** Runs in every page before its own scripts: notes what moved and what the policy refused, and says who is alone. */
function watch(alone) {
  window.watched = { shifts: [], violations: [] };
  const told = Object.getOwnPropertyDescriptor(Navigator.prototype, "onLine").get;
  Object.defineProperty(navigator, "onLine", { get: () => window.name !== alone && told.call(navigator) });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const moved = entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      // Less than a part of a pixel, which a renderer rounds now so and now so, nobody sees.
      if (!entry.hadRecentInput && entry.value >= 0.00005)
        window.watched.shifts.push(`${entry.value.toFixed(4)} ${moved}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    window.watched.violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
  });
}

export class Browser {
  #contexts = [];
  #complaints = [];

  static async launch(front, artifacts) {
    const browser = new Browser();
    Object.assign(browser, { front, artifacts });
    browser.chromium = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
    return browser;
  }

  /**
   * A page of its own context, in English on a phone unless told otherwise. `expect` lists what its console may say:
   * a refused or failed request is an error there. `origin` is the only place that it may ask.
   */
  async open({
    origin = this.front,
    expect = [],
    size = SIZES.phone,
    language = "en-US",
    theme = "light",
    before,
    ...more
  } = {}) {
    const context = await this.chromium.newContext({
      viewport: size,
      locale: language,
      colorScheme: theme,
      reducedMotion: "reduce",
      timezoneId: "America/Los_Angeles",
      ...more,
    });
    this.#contexts.push(context);
    if (more.javaScriptEnabled !== false) await context.addInitScript(watch, ALONE);
    const page = await context.newPage();
    await before?.(page);
    this.#watch(page, expect, origin);
    return page;
  }

  #watch(page, expect, allowed) {
    const complain = (text) => expect.some((known) => known.test(text)) || this.#complaints.push(text);
    page.on("console", (message) => message.type() === "error" && complain(`console: ${message.text()}`));
    page.on("pageerror", (error) => complain(`error: ${error.stack}`));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== allowed) complain(`asks ${request.url()}`);
    });
  }

  /** Opens a tracking page and waits until the job is there. */
  async track(job, options) {
    const page = await this.open(options);
    const { pathname, search } = new URL(job.url);
    await page.goto((options?.origin ?? this.front) + pathname + search);
    await page.waitForFunction(() =>
      /^(CREATED|ASSIGNED|IN_PROGRESS|COMPLETE|RATED)$/.test(document.body.dataset.state),
    );
    return page;
  }

  async shot(page, name, options = { fullPage: true }) {
    await page.screenshot({ path: join(this.artifacts, `${name}.png`), ...options });
  }

  /** Closes one page before its test ends. */
  async closePage(page) {
    await this.#collect([page]);
    await page.context().close();
    this.#contexts = this.#contexts.filter((context) => context !== page.context());
  }

  async #collect(pages) {
    for (const page of pages) {
      const watched = await page.evaluate(() => window.watched).catch(() => null);
      for (const violation of watched?.violations ?? []) this.#complaints.push(`policy: ${violation}`);
    }
  }

  /** Closes what a test opened; gives what the pages complained of. */
  async closePages() {
    await this.#collect(this.#contexts.flatMap((context) => context.pages()));
    await Promise.all(this.#contexts.map((context) => context.close()));
    this.#contexts = [];
    return this.#complaints.splice(0);
  }

  close() {
    return this.chromium.close();
  }
}

/** Asks a page until the answer is yes. Unlike the library's own way, the question may be an asynchronous one. */
export async function until(page, question) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await page.evaluate(question)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`still not: ${question}`);
}

/**
 * Takes the connection from a page behind a proxy, or gives it back. The browser's own emulation is not used: it forgets
 * documents and workers that begin while it is on.
 */
export async function connect(page, proxy, isConnected) {
  proxy.rule = () => (isConnected ? {} : { cut: true });
  await page.evaluate(
    ([name, event]) => {
      window.name = name;
      dispatchEvent(new Event(event));
    },
    isConnected ? ["", "online"] : [ALONE, "offline"],
  );
}

/** Waits until the worker keeps the page, which it does last. */
export const isKept = (page) => until(page, async () => (await caches.match("/track")) !== undefined);

/** What moved in a page without being asked to. */
export const shifts = (page) => page.evaluate(() => window.watched.shifts);
