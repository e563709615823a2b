// @ts-check
// Shut out, or signed out on purpose: what lies here is locked, and what stands on the screen goes.
import { close, lock, was_locked } from "../outbox/keys.js";
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
  await store.keep_meta({ shut_out: state.net });
  await load();
  return false;
}

/** What lies here is opened again by its person's next sign-in. What is being written is kept first. @param {() => any} locking */
async function lock_here(locking) {
  await Promise.race([Promise.resolve(state.writing?.()).then(store.quiet), new Promise((over) => setTimeout(over, LONGEST_KEEPING_MS))]);
  if (!state.kit || has_key(state.kit.person.id)) state.kit = null;
  close();
  if (!state.kit) state.drafts = state.outbox = state.kept = [];
  state.redraw(); // before anything else is waited for
  await locking();
}

/** Another window may have signed out. */
export async function hear_of_lock() {
  const owner = state.kit?.person.id;
  if (owner && !(await was_locked(owner))) return void (has_key(owner) || close()); // what is open here is then somebody else's
  await lock_here(close);
  await load();
}
