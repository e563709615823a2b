// @ts-check
// Trusted Types: the only script addresses that code of ours ever makes. A page may make its policy once, so all of it is here.
import { RELEASE } from "./base.js";

/** Writes the keeper's file where pages cannot (outbox/keeper.js). */
export const KEEPER = new URL("js/outbox/keeper_worker.js", RELEASE).href;

/** @type {any} */
let policy = null;

/** @param {string} asked @returns {any} what a browser takes as the address of a script */
export function script_url(asked) {
  policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy("hoert", { createScriptURL: (/** @type {string} */ url) => (["/sw.js", KEEPER].includes(url) ? url : "") });
  return policy ? policy.createScriptURL(asked) : asked;
}
