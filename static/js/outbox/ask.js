// @ts-check
// Asks the server, and knows whether what answered is ours.
import { uuid7 } from "./ids.js";
import { is_signed_out, judge } from "./queue.js";
import * as store from "./store.js";

const LONGEST_ANSWER_MS = 30_000;

/**
 * @param {string} path @param {RequestInit} [more]
 * @returns {Promise<import("./queue.js").Answer & {etag: string | null, date: string | null}>} status 0: no answer that is ours
 */
export async function ask(path, more = {}) {
  try {
    const early = path === "/sync/kit" ? await asked_early() : null;
    const answer = early?.answer ?? await fetch(path, { redirect: "manual", cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout?.(LONGEST_ANSWER_MS), headers: { Accept: "application/json" }, ...more });
    const json = early ? early.json : await answer.json().catch(() => null);
    const [retry_after, etag, date] = ["Retry-After", "ETag", "Date"].map((name) => answer.headers.get(name));
    return { status: answer.status, json, retry_after, etag, date, asked_at: Date.parse(date ?? "") || Date.now() };
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

/** Nobody is signed in; the envelope's route knows whether this phone was shut out, or its sign-in was ended on purpose.
 * @returns {Promise<"signed_out" | "ended" | "revoked">} */
export async function why_signed_out() {
  const { kind } = judge(await post([], 0, ""), 0);
  // Whoever signs in anew ends the sign-in of before: its last answer may come when they are in already.
  if (kind === "ended") return is_signed_out(await ask("/sync/token")) ? kind : "signed_out";
  return kind === "revoked" ? kind : "signed_out";
}

/** An envelope. @param {any[]} items @param {number} others how many more wait @param {string} token */
export async function post(items, others, token) {
  const body = JSON.stringify({ schema: "hoert.envelope/1", device: await device(), waiting: others, items });
  return ask("/sync", { method: "POST", body, headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token } });
}

/** Anything else that is posted. @param {string} path @param {string} token @param {string} [body] JSON */
export const posted = (path, token, body) => ask(path, { method: "POST", body, headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), "X-CSRFToken": token } });

/** What this phone is known by there; made anew when the browser has cleared away what lay here, under an open page too. */
export async function device() {
  const known = await store.meta("device");
  if (known) return known;
  await store.keep_meta({ device: uuid7() });
  return store.meta("device");
}
