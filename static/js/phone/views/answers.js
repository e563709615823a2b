// @ts-check
// What was answered in a talk, under the questions of the version it was written in: words, and what was chosen in words too.
import { in_words } from "../../capture/carry.js";
import { h, words } from "../dom.js";
import { set_now } from "../state.js";
import { face } from "./fields.js";

/** @param {import("../app.js").App} app @param {any} item */
export function answers(app, item) {
  const set = set_now(item.question_set_version, app.draw);
  return item.answers.map((/** @type {any} */ one) => {
    if (set === undefined && one.text === undefined) return null; // its words are being looked up; a code is none
    const question = set?.questions.find((/** @type {any} */ asked) => asked.id === one.question);
    const said = in_words(one.text ?? one.choice ?? one.choices ?? one.number ?? "", question, face);
    return h("div", {}, question && h("h2", { class: "answer-label" }, question.label), one.text === undefined ? h("p", { class: "words" }, said) : words(said));
  });
}
