// @ts-check
// Shut out, or signed out on purpose: what lies here is locked, and what stands on the screen goes.
import { close, lock, was_locked } from "../outbox/lock.js";
import { has_key } from "../outbox/seal.js";
import * as store from "../outbox/store.js";
import { load, state } from "./state.js";

/** So long a lock waits for what is being written. */
const LONGEST_KEEPING_MS = 3_000;

/** `ended`: signed out on purpose, here or from elsewhere. A sign-in that merely ran out locks nothing: its person goes on writing.
 * @param {"signed_out" | "ended" | "revoked" | "no_role"} how */
export async function shut_out(how) {
  state.net = how === "ended" ? "signed_out" : how;
  if (how !== "signed_out") await lock_here(lock); // first: a full disk may keep the word of it from being written
  if (how === "no_role") state.kit = null;
  state.was_out = true;
  await store.keep_meta({ shut_out: state.net });
  await load();
  return false;
}

/** What lies here is opened again by its person's next sign-in. What is being written is kept first. @param {() => any} locking */
async function lock_here(locking) {
  await Promise.race([Promise.resolve(state.writing?.()).then(store.quiet), new Promise((over) => setTimeout(over, LONGEST_KEEPING_MS))]);
  if (locking === close && !(await was_locked(state.kit?.person.id))) return; // they have signed in again meanwhile
  if (!state.kit || has_key(state.kit.person.id)) state.kit = null;
  close();
  if (!state.kit) state.drafts = state.outbox = state.kept = [];
  try {
    state.redraw(); // before anything else is waited for
  } catch (error) {
    console.error("could not draw", error instanceof Error ? error.name : ""); // which keeps nothing from being locked
  }
  await locking();
}

/** Another window may have signed out. Who is in now is asked when this one tries next. */
export async function hear_of_lock() {
  if (!(await was_locked(state.kit?.person.id))) return;
  await lock_here(close);
  if (!state.kit) state.net = "signed_out";
  await load();
}
