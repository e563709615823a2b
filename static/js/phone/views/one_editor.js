// @ts-check
// One editor a draft, whatever the number of tabs: a second one shows what was written and takes nothing.
import { _ } from "../../words.js";
import { bar } from "../dom.js";

/** @param {string} id @param {(why: HTMLElement) => void} taken another tab has it @returns {() => void} lets go of it */
export function one_editor(id, taken) {
  let release = () => {};
  const until = new Promise((resolve) => (release = () => resolve(null)));
  const why = () => taken(bar("wait", "lock", _("Samtalen er åben i et andet vindue. Skriv videre dér.")));
  navigator.locks.request(`hoert-draft-${id}`, { ifAvailable: true }, (lock) => (lock ? until : why()));
  return release;
}

/** Nothing in it can be pressed or written in. Not `inert`: phones of 2022 do not know it, and it keeps the words from those who listen.
 * @param {HTMLElement} body */
export function shut(body) {
  for (const one of body.querySelectorAll("button, input, select, textarea")) one.setAttribute("disabled", "");
}
