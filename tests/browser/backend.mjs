// Jobs for the tests, made and moved as operators do it.

import assert from "node:assert/strict";

const HOUR = 3_600_000;
/** An ordinary number, and two for which the local carrier plays something else. */
export const PHONES = { ordinary: "+12025550143", failing: "+15005550103", stuck: "+15005550107" };
export const ZONE = "America/New_York";
export const CHARGE = { amount: 14_900, currency: "USD" };

/** Tomorrow at 14:00 UTC, a morning at the place: windows of the next hours lie within one day, whenever tests run. */
const MORNING = new Date(Date.now() + 24 * HOUR).setUTCHours(14, 0, 0, 0);

/** A window of two hours, so many hours after that morning. */
export function windowIn(hours) {
  const start = MORNING + hours * HOUR;
  const iso = (time) => new Date(time).toISOString().replace(".000", "");
  return { start: iso(start), end: iso(start + 2 * HOUR), zone: ZONE };
}

export const WINDOW = windowIn(2);

export const assigned = (window = WINDOW, name = "Sam Lee") => ({ to: "ASSIGNED", technician: { name }, window });

export const STEPS = [
  null,
  assigned(),
  { to: "IN_PROGRESS" },
  { to: "COMPLETE", charge: CHARGE },
  { to: "RATED", rating: { stars: 4, comment: "Quick and friendly.\nThank you!" } },
];
export const STATES = ["CREATED", "ASSIGNED", "IN_PROGRESS", "COMPLETE", "RATED"];

/** A job, with the tracking link that was told last. */
export class Job {
  constructor(backend, id) {
    Object.assign(this, { backend, id, url: "", texts: 1 });
  }

  get token() {
    return new URL(this.url).searchParams.get("jobToken");
  }

  async move(step) {
    await this.backend.post(`/api/jobs/${this.id}/transitions`, step);
    this.texts += 1;
  }

  charge(charge) {
    return this.backend.post(`/api/jobs/${this.id}/charge`, charge);
  }

  async write(text) {
    await this.backend.post(`/api/jobs/${this.id}/messages`, { text });
    this.texts += 1;
  }

  async renewLink() {
    const { trackUrl } = await this.backend.post(`/api/jobs/${this.id}/link`);
    this.texts += 1;
    // The public address may be another name of the front address that is tested.
    this.url = this.backend.front + new URL(trackUrl).pathname + new URL(trackUrl).search;
    return this.url;
  }

  /** What the customer's page gets. */
  async seen() {
    const response = await fetch(`${this.backend.front}/api/track`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  }

  /** Waits until all of its texts have come to an end. */
  async delivered(delivery = "sent") {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const { messages } = await this.seen();
      if (messages.length === this.texts && messages.every((message) => message.delivery === delivery)) return;
      await new Promise((wake) => setTimeout(wake, 300));
    }
    assert.fail(`the texts of ${this.id} are not all ${delivery}`);
  }
}

export class Backend {
  #ready = new Map();

  constructor(front, key) {
    Object.assign(this, { front, key });
  }

  /** Whether address and key are good for anything: better said once than by every test. */
  async opens() {
    const headers = { authorization: `Bearer ${this.key}` };
    const response = await fetch(`${this.front}/api/jobs?limit=1`, { headers }).catch((error) => {
      throw new Error(`${this.front} does not answer: ${error.cause?.message ?? error.message}`);
    });
    if (!response.ok) throw new Error(`the key does not open ${this.front}/api/jobs: ${response.status}`);
  }

  async post(path, body) {
    const response = await fetch(this.front + path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `POST ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A new job that has been moved to a state. */
  async job(state = "CREATED", phone = PHONES.ordinary) {
    const { id } = await this.post("/api/jobs", { customer: { name: "Ana Ruiz", phones: [phone] } });
    const job = new Job(this, id);
    for (const step of STEPS.slice(1, STATES.indexOf(state) + 1)) await job.move(step);
    await job.renewLink();
    return job;
  }

  /** A job in a state whose texts have arrived, for tests that only look. */
  ready(state) {
    const make = async () => {
      const job = await this.job(state);
      await job.delivered();
      return job;
    };
    if (!this.#ready.has(state)) this.#ready.set(state, make());
    return this.#ready.get(state);
  }
}
