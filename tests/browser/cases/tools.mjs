// The buttons: calendar, share, print, language; and the page without a script.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { WINDOW, assigned, windowIn } from "../backend.mjs";

async function calendarOf(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#calendar").click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

const stamp = (time) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");

/** A calendar file's lines, put together again (RFC 5545, 3.1), by name. */
function fields(text) {
  assert.ok(text.endsWith("\r\n"));
  for (const line of text.split("\r\n")) {
    assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.doesNotMatch(line, /[\r\n]/);
  }
  const lines = text.replaceAll("\r\n ", "").trimEnd().split("\r\n");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

/** Counts calls of print, and takes what is shared. */
const standIns = (page) =>
  page.addInitScript(() => {
    window.prints = 0;
    window.print = () => (window.prints += 1);
  });

export default {
  async "the calendar file is one that calendars read"({ backend, browser }) {
    const job = await backend.job();
    // A first name of the longest kind, with all that has to be escaped.
    const name = `Zoë,Łu;kasz\\${"é".repeat(60)}`;
    await job.move(assigned(WINDOW, name));
    const page = await browser.track(job);
    const file = await calendarOf(page);
    assert.equal(file.name, `quickdumpnow-${job.id}.ics`);
    const event = fields(file.text);
    assert.equal(event.UID, `${job.id}@quickdumpnow.com`);
    assert.equal(event.DTSTART, stamp(WINDOW.start));
    assert.equal(event.DTEND, stamp(WINDOW.end));
    assert.match(event.DTSTAMP, /^\d{8}T\d{6}Z$/);
    const escaped = name.replace(/[\\;,]/g, "\\$&");
    assert.equal(event.SUMMARY, `QuickDumpNow: ${escaped} arrives`);
    assert.match(event.DESCRIPTION, new RegExp(`^Job ${job.id}\\\\, \\(\\d{3}\\) \\d{3}-\\d{4}$`));
    assert.doesNotMatch(file.text.replaceAll("\r\n ", ""), new RegExp(`${job.token}|http|jobToken`));
  },

  async "a changed window moves the same entry"({ backend, browser }) {
    const job = await backend.job("ASSIGNED");
    const page = await browser.track(job);
    const first = fields((await calendarOf(page)).text);
    await job.move(assigned(windowIn(8)));
    await page.locator("[data-do=again]").click();
    await page.locator("#was").waitFor();
    const second = fields((await calendarOf(page)).text);
    assert.equal(second.UID, first.UID);
    assert.ok(Number(second.SEQUENCE) >= Number(first.SEQUENCE));
    assert.notEqual(second.DTSTART, first.DTSTART);
  },

  async "the link is copied where nothing can be shared"({ backend, browser }) {
    const job = await backend.ready("ASSIGNED");
    const page = await browser.track(job, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.evaluate(() => Object.defineProperty(navigator, "share", { value: undefined }));
    await page.locator("[data-do=share]").click();
    await page.getByText("Link copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), job.url);
  },

  async "the link is shared where that is possible, and closing the dialog says nothing"({ backend, browser }) {
    const job = await backend.ready("ASSIGNED");
    const page = await browser.track(job);
    await page.evaluate(() => {
      window.shared = [];
      const share = async (what) => {
        window.shared.push(what.url);
        if (window.shared.length > 1) throw new DOMException("closed", "AbortError");
      };
      Object.defineProperty(navigator, "share", { value: share });
    });
    const note = await page.locator("#shared").innerText();
    await page.locator("[data-do=share]").click();
    await page.locator("[data-do=share]").click();
    assert.deepEqual(await page.evaluate(() => window.shared), [job.url, job.url]);
    assert.equal(await page.locator("#shared").innerText(), note);
  },

  async "print prints"({ backend, browser }) {
    const page = await browser.track(await backend.ready("ASSIGNED"), { before: standIns });
    await page.locator("#share [data-do=print]").click();
    assert.equal(await page.evaluate(() => window.prints), 1);
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator("#visit").isVisible());
    for (const control of ["#calendar", "#language", "#share", "#fresh"]) {
      assert.equal(await page.locator(control).isVisible(), false, control);
    }
  },

  async "the receipt is one page of its own on paper"({ backend, browser }) {
    const page = await browser.track(await backend.ready("RATED"), { before: standIns, theme: "dark" });
    await page.locator("#receipt [data-do=print]").click();
    assert.equal(await page.evaluate(() => window.prints), 1);
    const paper = await page.pdf({ format: "Letter", margin: { top: "2cm", left: "2cm", right: "2cm" } });
    await writeFile(join(browser.artifacts, "receipt.pdf"), paper);
    assert.equal(paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    for (const shown of ["#receipt", "header", "footer"]) assert.ok(await page.locator(shown).isVisible(), shown);
    for (const gone of ["#progress", "#messages", "h1", "#receipt button"]) {
      assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    }
    await browser.shot(page, "receipt-print");
  },

  async "the language that is chosen stays chosen"({ backend, browser }) {
    const page = await browser.track(await backend.ready("ASSIGNED"));
    const toggle = page.locator("#language");
    assert.deepEqual([await toggle.innerText(), await toggle.getAttribute("lang")], ["Español", "es"]);
    await toggle.click();
    assert.deepEqual([await toggle.innerText(), await toggle.getAttribute("lang")], ["English", "en"]);
    assert.equal(await page.locator("h1").innerText(), "Su técnico está en camino");
    await page.reload();
    await page.locator("#progress").waitFor();
    assert.equal(await page.locator("h1").innerText(), "Su técnico está en camino");
    await page.locator("#language").click();
    assert.equal(await page.locator("h1").innerText(), "Your technician is on the way");
  },

  async "every control can be reached with the keyboard, and is seen when it is"({ backend, browser }) {
    const page = await browser.track(await backend.ready("ASSIGNED"));
    const controls = await page.locator(":is(a, button, input, textarea):visible").count();
    const reached = new Set();
    for (let presses = 0; presses <= controls; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        const all = [...document.querySelectorAll("a, button, input, textarea")];
        return { at: all.indexOf(element), outline: getComputedStyle(element).outlineStyle };
      });
      if (focused.at < 0) break;
      assert.equal(focused.outline, "solid");
      reached.add(focused.at);
    }
    assert.equal(reached.size, controls);
  },

  async "without a script it says what to do, and whom to call"({ backend, browser }) {
    const job = await backend.ready("ASSIGNED");
    for (const theme of ["light", "dark"]) {
      const page = await browser.open({ javaScriptEnabled: false, theme });
      await page.goto(job.url);
      assert.equal(await page.locator("noscript h2").innerText(), "This page needs JavaScript");
      for (const shown of ["h2", '[lang="es"]', 'a[href^="tel:+"]']) {
        assert.ok(await page.locator(`noscript ${shown}`).boundingBox(), shown);
      }
      assert.equal(await page.locator("#wait").isVisible(), false);
      await browser.shot(page, `no-script-${theme}`);
    }
  },
};
