// @ts-check
// What the first field does not wait for: the other views, the sender, the worker. later.js fetches it; what it shares with the form
// it has from there.
import "./app.js";
import { before } from "./views/before.js";
import { correct_talk } from "./views/correct.js";
import { newer } from "./views/newer.js";
import { news } from "./views/news.js";
import { outbox } from "./views/outbox.js";
import { saved } from "./views/saved.js";
import { one_talk, talks } from "./views/talks.js";

export { watch_releases } from "./release.js";
export { newer };
export { changed, kick, start } from "./sending.js";

/** @type {Record<string, (app: any, args: any) => import("./app.js").View>} */
export const VIEWS = { before, correct: correct_talk, saved, outbox, news, talks, one: one_talk };
