// @ts-check
// The rest of the app (rest.js): every view but *Hjem* and the form, and the sender. Fetched once the first frame stands, and again
// until it is here: a thin line may break in between. What somebody saves meanwhile needs nothing of it.
import { RELEASE } from "../base.js";

/** tools/pack.sh writes the name of the file that belongs to this one. */
const REST = "js/rest.packed.js";
const LONGEST_ANSWER_MS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** After so many failures with a network only the page itself is left to ask for anew: its server may have another release by now. */
const HOPELESS = 3;

/** @typedef {typeof import("./rest.js")} Rest */

/** @type {Rest | null} */
let found = null;
/** @type {Promise<boolean> | null} */
let coming = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let [failures, with_a_network] = [0, 0];
let heard = () => {};

/** @param {() => void} tell called after each try from now on, and when it comes after all */
export const when_it_comes = (tell) => void (heard = tell);
/** It, when it is here. */
export const rest = () => found;
/** Whether it was asked for in vain. */
export const is_missing = () => !found && failures > 0;
export const is_hopeless = () => !found && with_a_network >= HOPELESS && navigator.onLine;

/** Asks for it now, if it is not on its way; after a failure it is asked for again by the clock. @returns {Promise<boolean>} whether it is here */
export function fetch_rest() {
  clearTimeout(timer);
  coming ??= once().then((came) => {
    coming = null;
    if (!came && navigator.onLine) with_a_network++;
    if (!came) timer = setTimeout(fetch_rest, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures++, 10)));
    heard();
    return came;
  });
  return coming;
}

/** Browsers remember an address that failed: each try has one of its own. The worker has the same file for all of them; without it
 * a query brings another request, which does not wait behind one that hangs. An answer that comes too late counts all the same. */
async function once() {
  if (found) return true;
  const sign = navigator.serviceWorker?.controller ? "#" : "?";
  const url = new URL(failures ? `${REST}${sign}again=${failures}` : REST, RELEASE).href;
  const asked = import(url).then((came) => void (found ??= came));
  try {
    await Promise.race([asked, new Promise((_, over) => setTimeout(over, LONGEST_ANSWER_MS, "no answer"))]);
  } catch (error) {
    console.info("the rest of the app is not here yet", error);
    asked.then(() => heard(), () => {});
  }
  return Boolean(found);
}
