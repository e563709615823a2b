// @ts-check
// Locks what lies here when its person is signed out on purpose, or shut out; and finishes a sign-out that the store did not hear of.
import { ask, posted } from "./ask.js";
import { channel } from "./channel.js";
import * as keeper from "./keeper.js";
import { is_signed_out } from "./queue.js";
import * as seal from "./seal.js";
import * as store from "./store.js";

const LONGEST_TURN_MS = 20_000;

/** One window at a time; a browser may have put another to sleep with its turn. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export const alone = (work) => /** @type {any} */ (navigator.locks.request("hoert-keys", { signal: AbortSignal.timeout?.(LONGEST_TURN_MS) }, work));

/** What is sealed can be opened by nobody before its person signs in, and a secret that is on its way is not kept (keys.js). Other windows are told.
 * Whatever fails, it goes on: what is in memory is gone in any case. */
export async function lock() {
  seal.close();
  await store.keep_meta({ locked: crypto.randomUUID?.() ?? Math.random() }).catch(() => {}); // a full disk
  const locked = async () => {
    await keeper.let_go();
    seal.close();
  };
  await alone(locked).catch(locked).catch((error) => console.info("the secret is still here", error?.name));
  channel()?.postMessage("locked");
}

/** Out of memory, of this window alone. */
export const { close } = seal;

/** Whether what is open in this window was locked meanwhile by another. @param {string} [owner] whose rows are shown; they have a key here, or nothing of theirs can be locked
 * @returns {Promise<boolean>} */
export async function was_locked(owner) {
  if (owner ? !(owner in ((await store.meta("keys")) ?? {})) || seal.is_unkept(owner) : seal.nothing_open()) return false;
  const found = await keeper.held();
  return found !== undefined && (owner ? found?.person !== owner : found === null);
}

/** A sign-out leaves a mark: whose it was, and the token of that sign-in's form. While it stands nothing is opened; the store is told first, by that token, which
 * fits no other sign-in. @returns {Promise<boolean>} false: not yet */
export async function has_left() {
  if (!(await store.meta("leaving"))) return true;
  delete (/** @type {any} */ (globalThis).hoert_kit); // asked for before this was known
  await lock();
  const mark = await store.meta("leaving");
  const { json, ...answer } = await ask("/sync/token");
  if (typeof json?.csrf_token !== "string" && !is_signed_out({ json, ...answer })) return false;
  if (mark && json?.person === mark.person) {
    const { status } = await posted("/auth/sign-out", mark.token);
    // 419: they have signed in anew since.
    if (status !== 419 && !is_signed_out(await ask("/sync/token"))) return false;
  }
  await store.keep_meta({ leaving: undefined });
  return true;
}
