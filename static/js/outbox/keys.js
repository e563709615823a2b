// @ts-check
// Makes and opens the key of a person's data on this phone, when the store lends its secret.
import { ask, device, posted } from "./ask.js";
import * as keeper from "./keeper.js";
import { alone } from "./lock.js";
import { in_line } from "./rows.js";
import * as seal from "./seal.js";
import * as store from "./store.js";

/** What is written waits no longer than this for the first key; then it is kept readable rather than not at all, and sealed later. */
const LONGEST_WAIT_MS = 3_000;
/** However long a disk does not answer. */
const LONGEST_MS = 60_000;

/** Whether nothing of theirs can be read or written here before the store has lent its secret. @param {string} owner */
export const is_locked = (owner) => seal.has_key(owner) && !seal.is_open(owner);

/** The key of whoever is signed in, open from now on, and what still lies readable sealed. Whatever fails, all stays as it was: nothing is sealed
 * before the secret, the wrapped key and the keeper's file are known to be where they belong.
 * @param {string} owner @param {{leaving?: boolean}} [how] `leaving`: also while they sign out @returns {Promise<boolean>} whether their rows are sealed from now on */
export function secure(owner, { leaving = false } = {}) {
  const asked = alone(() => made_sure(owner, leaving)).catch((error) => not_done("not sealed", error));
  const done = in_time(asked, LONGEST_MS);
  if (!seal.has_key(owner)) in_line(() => in_time(done, LONGEST_WAIT_MS));
  return done.then(async (is_open) => {
    if (is_open && swept !== owner) await store.seal_what_lies((swept = owner)).catch((error) => not_done((swept = ""), error)); // a full disk keeps nothing from being sent
    return is_open;
  });
}

/** Whose rows were all looked through by this window. */
let swept = "";

/** @param {string} what @param {any} error */
const not_done = (what, error) => (console.info(what || "not all sealed", error?.name ?? ""), false);

/** @param {Promise<boolean>} work @param {number} ms @returns {Promise<boolean>} false when it took longer */
function in_time(work, ms) {
  /** @type {any} */
  let timer;
  const over = new Promise((done) => (timer = setTimeout(done, ms, false)));
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** @param {string} owner @param {boolean} even_so */
async function made_sure(owner, even_so) {
  if (!keeper.can_keep()) return false;
  const [found, here, locked] = [await keeper.held(), await device(), await store.meta("locked")];
  const held = found?.person === owner && found.device !== here ? null : found; // of a store that is no more
  if (held?.person === owner && seal.is_open(owner)) return true;
  // Somebody else's secret has no place on a phone that they are signed out of.
  if (held && held.person !== owner) await keeper.let_go();
  const secret = held?.person === owner ? held.secret : await lent(owner, here);
  if (!secret || (!even_so && (await store.meta("leaving")))) return false;
  const keys = (await store.meta("keys")) ?? {};
  const lying = keys[owner] ?? [];
  const fit = await seal.unwrapped(secret, lying);
  const is_kept = await keeper.keep({ person: owner, device: here, secret });
  // Locked while the secret was on its way.
  if ((await store.meta("locked")) !== locked) return (await keeper.let_go(), false);
  // What lies sealed already is opened also where there is no room for the secret; it stays in memory.
  if (!is_kept && !fit.length) return false;
  // Of a store that was made anew under this phone the key is known by the secret of before.
  const [before] = found?.person === owner ? await seal.unwrapped(found.secret, lying) : [];
  const all = fit.length ? keys : { ...keys, [owner]: [await seal.wrapped(secret, before), ...lying] };
  if (!fit.length) await store.keep_meta({ keys: all });
  return seal.open_key({ person: owner, device: here, secret }, all, { is_kept });
}

/** The secret for this person and this phone. @param {string} owner @param {string} here @returns {Promise<string | null>} null: not now */
async function lent(owner, here) {
  const token = (await ask("/sync/token")).json;
  if (token?.person !== owner || typeof token.csrf_token !== "string") return null;
  const { status, json } = await posted("/sync/secret", token.csrf_token, JSON.stringify({ device: here }));
  const is_ours = status === 200 && json?.schema === "hoert.secret/1" && json.person === owner && json.device === here && /^[\w-]{43}$/.test(json.secret);
  return is_ours ? json.secret : null;
}
