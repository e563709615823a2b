// @ts-check
// Sends what waits: one sender a device (a Web Lock), oldest first, by trying. An item leaves the outbox by its own receipt only.
import { fingerprint } from "./fingerprint.js";
import { uuid7 } from "./ids.js";
import { batch, is_signed_out, judge, MOST_ITEMS, read, sendable, wait_ms, without_use } from "./queue.js";
import * as store from "./store.js";

/** @typedef {import("./queue.js").Waiting} Waiting */
/** @typedef {{owner: string, told?: () => void, now?: () => number, by_clock?: boolean}} How  `by_clock`: nobody asked for it, so the back-off is kept */
/** `later`: nothing was tried, for it is too early. @typedef {"sent" | "nothing" | "signed_out" | "revoked" | "other_person" | "busy" | "away" | "later"} Ended */

const LONGEST_ANSWER_MS = 30_000;
const LONGEST_BACK_OFF_MS = 3_600_000;

/**
 * @param {string} path @param {RequestInit} [more]
 * @returns {Promise<{status: number, json: any, retry_after: string | null, etag: string | null, date: string | null}>} status 0: no answer that is ours
 */
export async function ask(path, more = {}) {
  try {
    const early = path === "/sync/kit" ? await asked_early() : null;
    const answer = early?.answer ?? await fetch(path, { redirect: "manual", cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout?.(LONGEST_ANSWER_MS), headers: { Accept: "application/json" }, ...more });
    const json = early ? early.json : await answer.json().catch(() => null);
    return { status: answer.status, json, retry_after: answer.headers.get("Retry-After"), etag: answer.headers.get("ETag"), date: answer.headers.get("Date") };
  } catch {
    return { status: 0, json: null, retry_after: null, etag: null, date: null };
  }
}

/** The kit that early.js asked for, once. @returns {Promise<{answer: Response, json: any} | null>} */
async function asked_early() {
  const asked = /** @type {any} */ (globalThis).hoert_kit;
  delete (/** @type {any} */ (globalThis).hoert_kit);
  return asked ?? null;
}

/**
 * Sends everything that may leave. Other tabs wait for their turn. `told` hears after each envelope.
 * @param {How} how @returns {Promise<{ended: Ended, sent: number}>}
 */
export async function flush(how) {
  return navigator.locks.request("hoert-outbox", () => run(how));
}

/** Nobody is signed in; only the envelope's own route knows whether this phone was shut out.
 * @returns {Promise<"signed_out" | "revoked">} */
export async function why_signed_out() {
  const { answer } = await post([], 0, "");
  return judge(answer, 0).kind === "revoked" ? "revoked" : "signed_out";
}

/** @param {How} how @returns {Promise<{ended: Ended, sent: number}>} */
async function run({ owner, told = () => {}, now = Date.now, by_clock = false }) {
  const [skipped, may_leave] = [new Set(), (/** @type {Waiting} */ one) => sendable([one], owner, now()).length > 0];
  let [sent, most, token, tokens] = [0, MOST_ITEMS, "", 0];
  /** @param {Ended} ended */
  const done = (ended) => ({ ended, sent });
  /** @param {{kind: any, obliged_s?: number}} why */
  const not_now = async ({ kind, obliged_s }) => (await later(now(), obliged_s), done(kind));
  if (await must_wait(now(), by_clock)) return done("later");
  for (;;) {
    const all = sendable(await store.all("outbox"), owner, now()).filter((one) => !skipped.has(one.id));
    if (all.length === 0) return skipped.size ? not_now({ kind: "busy" }) : done(sent ? "sent" : "nothing");
    if (!token) {
      const answer = await ask("/sync/token");
      if (is_signed_out(answer)) return done(await why_signed_out());
      if (typeof answer.json?.csrf_token !== "string") return not_now(without_use(answer));
      if (answer.json.person !== owner) return done("other_person");
      token = answer.json.csrf_token;
    }
    const some = await store.offer(batch(all, most), may_leave);
    if (some.length === 0) continue;
    const { answer, hashes } = await post(some, all.length - some.length, token);
    const said = judge(answer, some.length);
    if (said.kind === "receipts") {
      const left = await taken(some, answer.json, hashes);
      for (const one of left) skipped.add(one.id);
      sent += some.length - left.length;
      [most, tokens] = [MOST_ITEMS, 0];
    } else if (said.kind === "token" && tokens++ < 1) {
      token = "";
    } else if (said.kind === "split" && some.length > 1) {
      most = Math.floor(some.length / 2);
    } else if (said.kind === "split") {
      await store.change(some[0].id, (one) => ({ ...one, state: "stuck", status: "refused", problems: [] }));
    } else if (said.kind === "signed_out" || said.kind === "revoked") {
      return done(said.kind);
    } else {
      return not_now(said.kind === "token" ? { kind: "busy" } : said);
    }
    told();
  }
}

/** @param {Waiting[]} some @param {number} others how many more wait @param {string} token */
async function post(some, others, token) {
  const hashes = await Promise.all(some.map((one) => fingerprint(one.item)));
  const body = JSON.stringify({ schema: "hoert.envelope/1", device: await device(), waiting: others, items: some.map((one) => one.item) });
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  return { answer: await ask("/sync", { method: "POST", body, headers }), hashes };
}

/** What this phone is known by there; made anew when the browser has cleared away what lay here, under an open page too. */
export async function device() {
  const known = await store.meta("device");
  if (known) return known;
  await store.keep_meta({ device: uuid7() });
  return store.meta("device");
}

/** Judges each receipt by itself and writes what came of it, all at once. Returns those without a receipt of their own.
 * @param {Waiting[]} some @param {any} json @param {(string | null)[]} hashes */
async function taken(some, json, hashes) {
  /** @type {{put: Waiting[], gone: {one: Waiting, sent_at: string | null}[], meta: Record<string, any>}} */
  const into = { put: [], gone: [], meta: { epoch_seen: json.epoch, server_time: json.server_time } };
  /** @type {Waiting[]} */
  const left = [];
  some.forEach((one, place) => {
    const { event, next, problems } = read(one, json.receipts[place], hashes[place]);
    if (event === null) left.push(one);
    else if (next) into.put.push({ ...one, state: next, status: event, problems });
    else into.gone.push({ one, sent_at: event === "erased" ? null : json.server_time });
  });
  if (left.length === 0) into.meta.back_off = { failures: 0, not_before: 0, obliged_until: 0 };
  await store.settle(into);
  return left;
}

/** A person's own doing sends at once; but nothing sends before the server said it may. A clock that was set back holds nothing up
 * for long. @param {number} now @param {boolean} by_clock */
async function must_wait(now, by_clock) {
  const back = (await store.meta("back_off")) ?? { not_before: 0, obliged_until: 0 };
  const ahead = (/** @type {number} */ moment) => moment > now && moment - now <= LONGEST_BACK_OFF_MS;
  return ahead(back.obliged_until) || (by_clock && ahead(back.not_before));
}

/** Not now: waits longer each time, and as long as the server asked for. @param {number} now @param {number} [obliged_s] */
async function later(now, obliged_s = 0) {
  const failures = ((await store.meta("back_off"))?.failures ?? 0) + 1;
  const wait = wait_ms(failures, Math.random, obliged_s);
  await store.keep_meta({ back_off: { failures, not_before: now + wait, obliged_until: obliged_s ? now + obliged_s * 1000 : 0 } });
}
