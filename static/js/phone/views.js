// @ts-check
// Which views there are, by the name in the address.
import { before } from "./views/before.js";
import { choose, home, quick } from "./views/home.js";
import { news } from "./views/news.js";
import { outbox } from "./views/outbox.js";
import { saved } from "./views/saved.js";
import { correct_talk, new_talk, talk } from "./views/talk.js";
import { one_talk, talks } from "./views/talks.js";

/** @type {Record<string, (app: any, args: any) => import("./app.js").View>} */
export const VIEWS = { home, before, choose, quick, new: new_talk, talk, correct: correct_talk, saved, outbox, news, talks, one: one_talk };
