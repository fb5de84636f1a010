// Shows a job: fills the sections of index.html with what the API says of it, and writes its calendar file.

import { say } from "./words.js";

const STATES = ["CREATED", "ASSIGNED", "IN_PROGRESS", "COMPLETE", "RATED"];
const JOB = "progress contact messages share";
const SECTIONS = {
  WAIT: "wait",
  VOID: "contact",
  LOST: "contact",
  CREATED: `visit next ${JOB}`,
  ASSIGNED: `visit next ${JOB}`,
  IN_PROGRESS: `visit next ${JOB}`,
  COMPLETE: `next rate ${JOB}`,
  RATED: `receipt next ${JOB}`,
};

export const find = (id) => document.getElementById(id);

// An empty text takes no room, and the same one again is not announced.
export function put(id, text = "") {
  const element = find(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

// On the clock of a place; on this device's where it does not know the zone.
function format(options, timeZone) {
  try {
    return new Intl.DateTimeFormat(say("locale"), { ...options, timeZone });
  } catch {
    return format(options);
  }
}

const HOUR = { hour: "numeric", minute: "2-digit" };
const MOMENT = { month: "short", day: "numeric", ...HOUR };

/** A window: its day, its hours, and both in one line. One over two days has no day. */
export function describe({ start, end, zone }) {
  const [from, to] = [new Date(start), new Date(end)];
  const day = format({ weekday: "long", month: "long", day: "numeric" }, zone);
  const between = (options) => {
    const range = format({ ...options, timeZoneName: "short" }, zone);
    const [old, now] = [from, to].map((at) => range.formatToParts(at).at(-1).value);
    // Over a change of the clocks a range would name one of the zones alone.
    return old === now ? range.formatRange(from, to) : `${range.format(from)} – ${range.format(to)}`;
  };
  const line = between({ weekday: "short", ...MOMENT });
  // A window until midnight belongs to its day.
  return day.format(from) === day.format(to - 1)
    ? { line, day: day.format(from), hours: between(HOUR) }
    : { line, hours: line };
}

export function age(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return say("justNow");
  const ago = (size, unit) => new Intl.RelativeTimeFormat(say("locale")).format(-Math.round(minutes / size), unit);
  return say("updated", { ago: minutes < 60 ? ago(1, "minute") : minutes < 2880 ? ago(60, "hour") : ago(1440, "day") });
}

// How many minor units a unit has, the currency says.
function money({ amount, currency }) {
  const unit = new Intl.NumberFormat(say("locale"), { style: "currency", currency });
  return unit.format(amount / 10 ** unit.resolvedOptions().maximumFractionDigits);
}

const readable = (number) => number.replace(/^\+1(...)(...)(....)$/, "($1) $2-$3");

export const make = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** A state in words. One that is newer than this page is told by what comes next. */
export const title = (state, answer) => say(state) ?? answer.nextSteps[0].text;

export function show(state, answer) {
  const shown = (SECTIONS[state] ?? JOB).split(" ");
  for (const card of document.querySelectorAll(".card[id]")) card.hidden = !shown.includes(card.id);
  document.body.dataset.state = state;
  const phone = answer?.supportPhone ?? find("phone").href.slice(4);
  find("phone").href = find("call").href = `tel:${phone}`;
  find("text").href = `sms:${phone}`;
  find("phone").textContent = readable(phone);
  find("status").textContent = title(state, answer);
  put("lead", say(`${state}_lead`, { name: answer?.technician }));
  put("number", answer ? say("number", answer) : "\u00a0");
  put("help", say(`${state}_help`) ?? readable(phone));
  if (answer) showJob(answer);
}

function showJob({ state, nextSteps, technician, window, charge, rating, receipt, messages, createdAt }) {
  const moment = (at) => format(MOMENT, window?.zone).format(new Date(at));
  const date = (at) => format({ dateStyle: "medium" }, window?.zone).format(new Date(at));
  const amount = charge && money(charge);

  const { day, hours, line } = window ? describe(window) : { hours: say("open") };
  const before = window?.previous && describe(window.previous).line;
  put("hours", hours);
  put("day", day);
  put("was", before && before !== line ? say("was", { before }) : "");
  put("who", technician && say("who", { name: technician }));
  find("calendar").hidden = state !== "ASSIGNED";

  const steps = nextSteps.map(({ step, text }) => say(step, { amount }) ?? text);
  if (charge && !receipt && !nextSteps.some(({ step }) => step === "PAYMENT_DUE")) {
    steps.push(say(charge.paidAt ? "paid" : "price", { amount }));
  }
  find("steps").replaceChildren(...steps.map((step) => make("li", {}, step)));

  const reached = STATES.indexOf(state);
  document.querySelectorAll("ol li").forEach((item, step) => {
    const [, word, time] = item.children;
    const since = step ? messages.find(({ kind }) => kind === STATES[step])?.createdAt : createdAt;
    item.className = step < reached ? "past" : step > reached ? "coming" : "now";
    // The last step is done as soon as it is reached.
    if (reached === 4) item.className = "past";
    item.setAttribute("aria-current", item.className === "now" && "step");
    word.textContent = `, ${say(item.className)}`;
    time.textContent = step <= reached && since ? moment(since) : "";
  });

  put("receipt-number", receipt?.number);
  put("completed", receipt && date(receipt.completedAt));
  put("by", technician);
  put("amount", amount);
  put(
    "payment",
    charge?.amount ? say(charge.paidAt ? "paidAt" : "due", { date: date(charge.paidAt ?? createdAt) }) : "",
  );
  put("rating", rating && `${"★★★★★☆☆☆☆☆".slice(5 - rating.stars, 10 - rating.stars)} ${say("stars", rating)}`);
  put("said", rating?.comment);

  const texts = messages.map(({ kind, text, createdAt, delivery }) => {
    const fate = ["sent", "failed"].includes(delivery) ? delivery : "pending";
    const words = text.replaceAll("[link]", `(${say("link")})`);
    // Operators write in any language.
    return make(
      "li",
      { className: fate },
      make("p", { lang: kind === "OPERATOR" ? "" : "en" }, words),
      make("p", {}, `${moment(createdAt)} · ${say(fate)}`),
    );
  });
  find("texts").replaceChildren(...texts.reverse());
}

/** The arrival as a calendar file (RFC 5545). It holds no link: calendars are shared. */
export function calendar({ id, technician, window, updatedAt, supportPhone }) {
  const utc = (time) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
  const text = (words) => words.replace(/[\\;,]/g, "\\$&");
  // Lines have 75 bytes at most.
  const fold = (line) => {
    let [folded, room] = ["", 75];
    for (const character of line) {
      const bytes = new TextEncoder().encode(character).length;
      if (bytes > room) [folded, room] = [`${folded}\r\n `, 74];
      folded += character;
      room -= bytes;
    }
    return `${folded}\r\n`;
  };
  // By its UID a later file moves what an earlier one entered.
  return `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//QuickDumpNow//Tracking page//EN
BEGIN:VEVENT
UID:${id}@quickdumpnow.com
SEQUENCE:${Math.floor(Date.parse(updatedAt) / 60_000)}
DTSTAMP:${utc(updatedAt)}
DTSTART:${utc(window.start)}
DTEND:${utc(window.end)}
SUMMARY:${text(say("event", { name: technician }))}
DESCRIPTION:${text(`${say("number", { id })}, ${readable(supportPhone)}`)}
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR`
    .split("\n")
    .map(fold)
    .join("");
}
