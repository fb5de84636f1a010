// The page's files: valid, small, and as promised to the browser.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { HtmlValidate } from "html-validate";

import { STATES } from "../backend.mjs";
import { isKept } from "../browser.mjs";

const FOLDER = join(import.meta.dirname, "../../../assets/track");
const MOST_BYTES = 14_600;
const RULES = {
  extends: ["html-validate:recommended"],
  rules: {
    // Written as HTML is, not as XML.
    "doctype-style": ["error", { style: "lowercase" }],
    "void-style": ["error", { style: "omit" }],
    // The links that call say so in words; where the number stands, the style sheet keeps it in one line.
    "tel-non-breaking": "off",
  },
};

const told = ({ results }) =>
  results.flatMap(({ messages }) =>
    messages.map(({ ruleId, line, column, message }) => `${line}:${column} ${ruleId}: ${message}`),
  );

export default {
  async "html-validate has nothing to say"() {
    const report = await new HtmlValidate(RULES).validateFile(join(FOLDER, "index.html"));
    assert.deepEqual(told(report), []);
  },

  async "nor of the page in any state"({ backend, browser }) {
    // The browser writes its own spelling of these.
    const drawn = { ...RULES, rules: { ...RULES.rules, "doctype-style": "off", "attribute-boolean-style": "off" } };
    for (const state of STATES) {
      const page = await browser.track(await backend.ready(state));
      const report = await new HtmlValidate(drawn).validateString(await page.content());
      assert.deepEqual(told(report), [], state);
    }
  },

  async "a first visit loads little"({ backend, browser, front }) {
    const paths = new Set(["/track/index.html"]);
    const page = await browser.open();
    page.context().on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/track/")) paths.add(pathname);
    });
    const { url } = await backend.ready("COMPLETE");
    await page.goto(url);
    await isKept(page);
    paths.add("/track/sw.js");
    let sum = 0;
    for (const path of [...paths].sort()) {
      const address = path === "/track/index.html" ? url : front + path;
      const response = await fetch(address, { headers: { "accept-encoding": "identity" } });
      assert.equal(response.status, 200, path);
      const { length } = gzipSync(Buffer.from(await response.arrayBuffer()), { level: 9 });
      console.log(`  ${String(length).padStart(6)} ${path}`);
      sum += length;
    }
    console.log(`  ${String(sum).padStart(6)} bytes in all, gzip -9; at most ${MOST_BYTES}`);
    assert.ok(sum <= MOST_BYTES, `${sum} bytes`);
    const all = readdirSync(FOLDER).map((name) => `/track/${name}`);
    assert.deepEqual([...paths].sort(), all.sort(), "a first visit loads every file of the page");
  },

  async "the telephone number in the page is the stack's own"({ backend, front }) {
    const job = await backend.ready("CREATED");
    const { supportPhone } = await job.seen();
    const html = await (await fetch(job.url)).text();
    const numbers = new Set(html.match(/\+\d{7,15}/g));
    assert.deepEqual([...numbers], [supportPhone]);
    assert.ok(!/\son\w+=|<style|<script>/.test(html), "something inline");
  },

  async "headers that the worker and the browser need"({ backend, front }) {
    const worker = await fetch(`${front}/track/sw.js`);
    assert.equal(worker.headers.get("service-worker-allowed"), "/track");
    assert.match(worker.headers.get("content-type"), /^text\/javascript/);
    for (const name of readdirSync(FOLDER)) {
      if (name === "index.html") continue;
      const { headers } = await fetch(`${front}/track/${name}`);
      assert.equal(headers.get("cache-control"), "public, max-age=0, must-revalidate", name);
      assert.equal(headers.get("x-content-type-options"), "nosniff", name);
    }
    // Neither is a page: the bucket's and the edge's answers are not taken for one.
    assert.equal(readFileSync(join(FOLDER, "index.html"), "utf8").includes("http-equiv"), false);
    await backend.ready("CREATED");
  },
};
