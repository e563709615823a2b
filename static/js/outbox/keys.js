// @ts-check
// Makes and opens the key of a person's data on this phone, when the store lends its secret; and locks it away.
import { ask, device } from "./ask.js";
import * as keeper from "./keeper.js";
import { in_line } from "./rows.js";
import * as seal from "./seal.js";
import * as store from "./store.js";

/** What is written waits no longer than this for the first key; then it is kept readable rather than not at all, and sealed later. */
const LONGEST_WAIT_MS = 3_000;
const LONGEST_TURN_MS = 20_000;

/** Whether nothing of theirs can be read or written here before the store has lent its secret. @param {string} owner */
export const is_locked = (owner) => seal.has_key(owner) && !seal.is_open(owner);

/** The key of whoever is signed in, open from now on, and what still lies readable sealed. Whatever fails, all stays as it was: nothing is sealed
 * before the secret, the wrapped key and the keeper's file are known to be where they belong.
 * @param {string} owner @returns {Promise<boolean>} whether their rows are sealed from now on */
export function secure(owner) {
  const done = alone(() => made_sure(owner)).catch((error) => {
    console.info("not sealed", error instanceof Error || error instanceof DOMException ? error.name : "");
    return false;
  });
  if (!seal.has_key(owner)) in_line(() => Promise.race([done, new Promise((over) => setTimeout(over, LONGEST_WAIT_MS))]));
  return done.then(async (is_open) => {
    if (is_open && swept !== owner) await store.seal_what_lies((swept = owner)).catch((error) => ((swept = ""), Promise.reject(error)));
    return is_open;
  });
}

/** Whose rows were all looked through by this window. */
let swept = "";

/** @param {string} owner */
async function made_sure(owner) {
  if (!keeper.can_keep()) return false;
  const [found, here] = [await keeper.held(), await device()];
  const held = found?.person === owner && found.device !== here ? null : found; // of a store that is no more
  if (held?.person === owner && seal.is_open(owner)) return true;
  // Somebody else's secret has no place on a phone that they are signed out of.
  if (held && held.person !== owner) await keeper.let_go();
  const secret = held?.person === owner ? held.secret : await lent(owner, here);
  if (!secret) return false;
  const keys = (await store.meta("keys")) ?? {};
  const wrapped = keys[owner] ?? [];
  const opens = (await seal.unwrapped(secret, wrapped)) !== null;
  if (!(await keeper.keep({ person: owner, device: here, secret }))) return false;
  const all = opens ? keys : { ...keys, [owner]: [await seal.made(secret), ...wrapped] };
  if (!opens) await store.keep_meta({ keys: all });
  return seal.open_key({ person: owner, device: here, secret }, all);
}

/** The secret for this person and this phone. @param {string} owner @param {string} here @returns {Promise<string | null>} null: not now */
async function lent(owner, here) {
  const token = (await ask("/sync/token")).json;
  if (token?.person !== owner || typeof token.csrf_token !== "string") return null;
  const body = JSON.stringify({ device: here });
  const { status, json } = await ask("/sync/secret", { method: "POST", body, headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token.csrf_token } });
  const is_ours = status === 200 && json?.schema === "hoert.secret/1" && json.person === owner && json.device === here && /^[\w-]{43}$/.test(json.secret);
  return is_ours ? json.secret : null;
}

/** Nobody is signed in here any more: what is sealed can be opened by nobody before its person signs in. Other windows are told. */
export async function lock() {
  const locked = async () => {
    await keeper.let_go();
    seal.close();
  };
  await alone(locked).catch(locked); // whatever another window is busy with
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("hoert").postMessage("locked");
}

/** Another window signed out, where the secret is gone indeed: somebody may have signed in again since it said so. */
export const { close } = seal;
/** @returns {Promise<boolean>} */
export const was_locked = async () => !seal.nothing_open() && (await keeper.held()) === null;

/** One window at a time; a browser may have put one to sleep in the midst of it. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
const alone = (work) => /** @type {any} */ (navigator.locks.request("hoert-keys", { signal: AbortSignal.timeout?.(LONGEST_TURN_MS) }, work));
