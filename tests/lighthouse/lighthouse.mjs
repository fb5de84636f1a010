// Lighthouse on the tracking page: five runs on its simulated phone, and the run in the middle. A measurement that is
// printed, not a gate.
//
//   node tests/lighthouse/lighthouse.mjs --front http://127.0.0.1:4566 --key ID.SECRET [--runs 5]

import { parseArgs } from "node:util";

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { computeMedianRun } from "lighthouse/core/lib/median-run.js";

import { Backend } from "../browser/backend.mjs";
import { FLAGS, findChromium } from "../browser/chromium.mjs";

const METRICS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "speed-index",
  "total-blocking-time",
  "cumulative-layout-shift",
  "total-byte-weight",
];
/** The page is not to be found by search engines, so what rewards being found does not apply. */
const SEARCH = ["is-crawlable"];

async function run(url) {
  const chrome = await launch({ chromePath: findChromium(), chromeFlags: ["--headless", ...FLAGS] });
  try {
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      logLevel: "error",
      skipAudits: SEARCH,
      onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
    });
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    return lhr;
  } finally {
    await chrome.kill();
  }
}

const { values } = parseArgs({
  options: { front: { type: "string" }, key: { type: "string" }, runs: { type: "string", default: "5" } },
});
if (!values.front || !values.key) throw new Error("--front and --key are needed");
const backend = new Backend(values.front.replace(/\/$/, ""), values.key);
const { url } = await backend.ready("ASSIGNED");
const results = [];
for (let at = 0; at < Number(values.runs); at += 1) results.push(await run(url));

const median = computeMedianRun(results);
console.log(`Lighthouse ${median.lighthouseVersion}, the run in the middle of ${results.length}`);
for (const { id, title, score } of Object.values(median.categories)) {
  const all = results.map((result) => Math.round(result.categories[id].score * 100)).join(", ");
  console.log(`  ${title}: ${Math.round(score * 100)} (all: ${all})`);
}
for (const id of METRICS) console.log(`  ${median.audits[id].title}: ${median.audits[id].displayValue}`);
for (const { id, title, score, scoreDisplayMode } of Object.values(median.audits)) {
  const counts = ["binary", "numeric", "metricSavings"].includes(scoreDisplayMode);
  if (counts && score !== null && score < 1) console.log(`  not full: ${id} (${score}) ${title}`);
}
