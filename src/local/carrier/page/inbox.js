// The inbox: asks the stand-in every second what changed, and shows each number's texts on a phone.
"use strict";

const EVERY = 1000;
const REFUSED = ["undelivered", "failed"];
const ARRIVED = ["delivered", "received"];

const shelf = document.getElementById("shelf");
const chips = document.getElementById("chips");
const state = document.getElementById("state");

/** What is known: phones by number, texts by SID, names of numbers, and what the magic ones do. */
const phones = new Map();
let texts = new Map();
let names = {};
let magic = new Map();
let epoch = "";
let revision = 0;
let shown = "";

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

/** +15005550100 as +1 (500) 555-0100; other numbers as they are. */
function readable(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 (${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}

function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function day(time) {
  return new Date(time).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

/** The phone of a number; made and put on the shelf when it is new. */
function phoneOf(number) {
  const known = phones.get(number);
  if (known) return known;
  const section = document.getElementById("phone").content.firstElementChild.cloneNode(true);
  const find = (selector) => section.querySelector(selector);
  const name = names[number] || "Phone";
  const phone = { number, section, talk: find(".talk"), stopped: find(".notice"), problem: find(".problem") };
  const field = find("input");
  const id = `text-${number.slice(1)}`;
  find(".name").textContent = name;
  find(".digits").textContent = readable(number) + (magic.has(number) ? ` · ${magic.get(number)}` : "");
  find(".face").textContent = name[0];
  find("h2").id = `name-${number.slice(1)}`;
  section.setAttribute("aria-labelledby", `name-${number.slice(1)}`);
  phone.talk.setAttribute("aria-label", `Texts of ${name} ${number}`);
  find("label").textContent = `Text from ${name} ${number}`;
  find("label").htmlFor = id;
  field.id = id;
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    send(phone, field);
  });
  phone.chip = element("button", "", names[number] || number);
  phone.chip.type = "button";
  phone.chip.addEventListener("click", () => show(number));
  phones.set(number, phone);
  shelf.append(section);
  chips.append(phone.chip);
  if (!shown) show(number);
  return phone;
}

/** On a narrow page one phone is shown. */
function show(number) {
  shown = number;
  for (const phone of phones.values()) {
    const is = phone.number === number;
    phone.section.classList.toggle("shown", is);
    phone.chip.setAttribute("aria-pressed", String(is));
    if (is) {
      phone.chip.classList.remove("news");
      phone.chip.scrollIntoView({ block: "nearest", inline: "nearest" });
      phone.talk.scrollTop = phone.talk.scrollHeight;
    }
  }
}

async function send(phone, field) {
  const text = field.value;
  phone.problem.hidden = true;
  try {
    const answer = await fetch("/_local/inbound", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: phone.number, body: text }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    if (field.value === text) field.value = "";
    await refresh();
  } catch (error) {
    phone.problem.textContent = `Not sent: ${error.message}`;
    phone.problem.hidden = false;
  }
}

/** A text with its links to tap. */
function bubble(body) {
  const made = element("div", "bubble");
  for (const part of body.split(/(https?:\/\/[^\s]+)/)) {
    if (!/^https?:\/\//.test(part)) {
      made.append(part);
      continue;
    }
    const link = element("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    made.append(link);
  }
  return made;
}

/** What became of a text, in a few words. */
function fate(text) {
  const calls = text.callbacks;
  const last = calls[calls.length - 1];
  if (text.direction === "inbound") {
    if (!last) return ["", false];
    const taken = last.answer !== null && last.answer < 400;
    return [taken ? "passed on" : `passed on: ${last.answer || "no answer"}`, !taken];
  }
  if (text.direction === "outbound-reply") return ["from the carrier", false];
  const why = text.errorCode ? `: ${text.errorMessage} (${text.errorCode})` : "";
  const deaf = calls.some((call) => call.answer === null || call.answer >= 400);
  const heard = deaf ? ` · callback ${last.answer || "not answered"}` : "";
  return [text.status + why + heard, REFUSED.includes(text.status) || deaf];
}

function line(text) {
  const made = element("li", text.direction === "inbound" ? "mine" : "");
  if (REFUSED.includes(text.status)) made.classList.add("lost");
  else if (!ARRIVED.includes(text.status)) made.classList.add("coming");
  const [words, wrong] = fate(text);
  const below = element("p", wrong ? "fate wrong" : "fate");
  const time = element("time", "", clock(text.created));
  time.dateTime = text.created;
  below.append(time, words ? ` · ${words}` : "");
  made.append(bubble(text.body), below);
  return made;
}

/** Draws a phone's talk anew; keeps the place of a reader who scrolled up. */
function draw(phone) {
  const { talk } = phone;
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
  const lines = [];
  let today = "";
  for (const text of texts.values()) {
    if (text.phone !== phone.number) continue;
    if (day(text.created) !== today) {
      today = day(text.created);
      lines.push(element("li", "day", today));
    }
    lines.push(line(text));
  }
  if (!lines.length) lines.push(element("li", "none", "No texts yet"));
  talk.replaceChildren(...lines);
  if (atEnd) talk.scrollTop = talk.scrollHeight;
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function refresh() {
  const news = await ask(`/_local/messages?since=${revision}&epoch=${epoch}`);
  if (news.epoch === epoch && news.revision <= revision) return;
  const first = !epoch;
  const changed = new Set();
  if (news.epoch !== epoch) {
    texts = new Map();
    for (const number of phones.keys()) changed.add(number);
  }
  ({ epoch, revision } = news);
  for (const text of news.messages) {
    texts.set(text.sid, text);
    changed.add(text.phone);
  }
  const stopped = new Set(news.optedOut.map((out) => out.phone));
  for (const number of changed) {
    const phone = phoneOf(number);
    draw(phone);
    if (number !== shown && !first) phone.chip.classList.add("news");
  }
  for (const phone of phones.values()) phone.stopped.hidden = !stopped.has(phone.number);
}

function tell(live) {
  const words = live ? "live" : "the carrier does not answer";
  if (state.textContent === words) return;
  state.textContent = words;
  state.className = live ? "state live" : "state lost";
}

async function forever() {
  for (;;) {
    try {
      if (!document.hidden) await refresh();
      tell(true);
    } catch {
      tell(false);
    }
    await new Promise((wake) => setTimeout(wake, EVERY));
  }
}

async function begin() {
  const known = await ask("/_local/phones");
  names = known.names;
  magic = new Map(known.magic.map(({ number, says }) => [number, says]));
  document.getElementById("magic").replaceChildren(
    ...known.magic.map(({ number, says }) => {
      const row = element("tr");
      row.append(element("td", "", number), element("td", "", says));
      return row;
    }),
  );
  // The customer's phone is there from the start, so that the page is never empty.
  const customer = Object.keys(names).find((number) => names[number] === "Customer");
  if (customer) draw(phoneOf(customer));
  document.getElementById("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = document.getElementById("number");
    const phone = phoneOf(field.value.trim());
    draw(phone);
    show(phone.number);
    phone.section.querySelector("input").focus();
    field.value = "";
  });
  await forever();
}

begin().catch(() => tell(false));
