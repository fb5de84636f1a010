// The tests of the tracking page: a real browser on a real front address, through the edge function, the API and
// whatever is behind it.
//
//   node tests/browser/run.mjs --front http://127.0.0.1:4566 --key ID.SECRET [--artifacts DIR] [--only WORDS]
//
// The key is an operator's, with the scopes jobs and messages. Screenshots go to the artifacts folder. A test that
// cannot run has failed; none is skipped.

import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";

import { Backend } from "./backend.mjs";
import { Browser } from "./browser.mjs";
import files from "./cases/files.mjs";
import links from "./cases/links.mjs";
import live from "./cases/live.mjs";
import looks from "./cases/looks.mjs";
import offline from "./cases/offline.mjs";
import rating from "./cases/rating.mjs";
import states from "./cases/states.mjs";
import tools from "./cases/tools.mjs";

const CASES = { states, live, rating, links, offline, tools, looks, files };

function options() {
  const { values } = parseArgs({
    options: {
      front: { type: "string" },
      key: { type: "string" },
      artifacts: { type: "string", default: "target/browser" },
      only: { type: "string", default: "" },
    },
  });
  for (const name of ["front", "key"]) {
    if (!values[name]) throw new Error(`--${name} is missing; see the head of ${import.meta.filename}`);
  }
  return { ...values, front: values.front.replace(/\/$/, "") };
}

async function main() {
  const { front, key, artifacts, only } = options();
  mkdirSync(artifacts, { recursive: true });
  const browser = await Browser.launch(front, artifacts);
  const backend = new Backend(front, key);
  await backend.opens();
  const count = { passed: 0, failed: 0 };
  const failures = [];
  for (const [area, tests] of Object.entries(CASES)) {
    for (const [name, test] of Object.entries(tests)) {
      if (!`${area}: ${name}`.includes(only)) continue;
      const began = Date.now();
      let error;
      try {
        await test({ backend, browser, front });
      } catch (thrown) {
        error = thrown;
      }
      // What every page has to keep, whatever the test is about.
      const complaints = await browser.closePages();
      const failed = error || complaints.length > 0;
      count[failed ? "failed" : "passed"] += 1;
      const told = [`${failed ? "FAILED" : "ok"} ${area}: ${name} (${Date.now() - began} ms)`];
      if (error) told.push((error.stack ?? String(error)).replaceAll("\n", "\n  "));
      told.push(...complaints);
      console.log(told.join("\n  "));
      if (failed) failures.push(told.join("\n  "));
    }
  }
  await browser.close();
  // Once more where whoever reads a long log looks first.
  for (const failure of failures) console.log(`\n${failure}`);
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`error: ${error.message}`);
    console.log("\n0 passed, 1 failed");
    process.exit(1);
  },
);
