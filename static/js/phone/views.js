// @ts-check
// Which views there are, by the name in the address: those that come first, and those of rest.js, in whose place a word stands until
// they are here.
import { rest } from "./later.js";
import { choose, home, quick } from "./views/home.js";
import { not_here } from "./views/not_here.js";
import { new_talk, talk } from "./views/talk.js";

/** @typedef {(app: any, args: any) => import("./app.js").View} Draws */

/** @type {Record<string, Draws>} */
const FIRST = { home, choose, quick, new: new_talk, talk };
const LATER = ["before", "correct", "saved", "outbox", "news", "talks", "one"];

/** @param {string} name */
export const is_later = (name) => LATER.includes(name);

/** @param {string} name @returns {Draws | undefined} undefined: there is none of this name */
export const view_of = (name) => (is_later(name) ? (rest()?.VIEWS[name] ?? not_here(name)) : FIRST[name]);
