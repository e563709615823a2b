// @ts-check
// The field of each kind of question, and the word of care below it.
import { check, mask } from "../../guard/guard.js";
import { _ } from "../../words.js";
import { button, chips, h, icon } from "../dom.js";

/** Five faces in words; a face alone says too little. */
export const faces = () => [_("Slet ikke godt"), _("Ikke så godt"), _("Midt imellem"), _("Godt"), _("Rigtig godt")];
export const face = (/** @type {number} */ n) => faces()[n - 1] ?? String(n);

/**
 * @param {any} question @param {any} value @param {any} rules of the guard @param {(value: any) => void} changed
 * @param {string | null} fault what is wrong with it
 */
export function field(question, value, rules, changed, fault) {
  const id = `answer-${question.id}`;
  const described = [question.help && `${id}-hint`, fault && `${id}-error`].filter(Boolean).join(" ") || null;
  const help = [question.help && h("p", { class: "hint", id: `${id}-hint` }, question.help), fault && wrong(`${id}-error`, fault)];
  const options = question.kind === "five_faces" ? faces().map((text, place) => ({ code: String(place + 1), text: [icon(`face-${place + 1}`), text] })) : question.choices;
  if (["one_choice", "several_choices", "five_faces"].includes(question.kind)) {
    const many = question.kind === "several_choices";
    const chosen = value === undefined || value === null ? [] : many ? value : [String(value)];
    const box = chips({ legend: question.label, hint: help.filter(Boolean).length ? h("span", {}, help) : null, name: id, options, chosen, many, onchange: (codes) => changed(many ? codes : (codes[0] ?? null)) });
    return h("div", { class: "card" }, box);
  }
  const base = { id, autocomplete: "off", "aria-describedby": described, "aria-invalid": fault ? "true" : null, value: value ?? "" };
  if (question.kind === "number") {
    const input = h("input", { ...base, class: "input", inputmode: "numeric", oninput: () => changed(input.value) });
    return h("div", { class: "card" }, h("div", { class: `field${fault ? " has-error" : ""}` }, h("label", { for: id }, question.label), help, input));
  }
  const care = h("div", { role: "status" });
  const look = () => care.replaceChildren(...nudge(writing, rules, heard));
  const heard = () => {
    changed(writing.value);
    look();
  };
  const writing = h("textarea", { ...base, class: "writing", rows: question.kind === "long_text" ? 2 : 1, autocapitalize: "sentences", oninput: heard });
  look();
  return h("div", { class: `question${fault ? " has-error" : ""}` }, h("label", { for: id }, question.label), help, writing, care);
}

/** Shown below the field, never a dialog: the number itself is not repeated. @param {any} writing @param {any} rules @param {() => void} heard */
function nudge(writing, rules, heard) {
  if (check(writing.value, rules).length === 0) return [];
  const cover = () => {
    writing.value = mask(writing.value, rules);
    heard();
    writing.focus();
  };
  return [h("div", { class: "nudge" }, h("b", {}, _("Det ligner et CPR-nummer.")), " ", _("Det bliver dækket til, når du gemmer."), " ", button(_("Dæk det til nu"), cover, { kind: "second" }))];
}

/** @param {string} id @param {string} text */
export const wrong = (id, text) => h("p", { class: "field-error", id }, icon("circle-alert"), h("span", {}, h("span", { class: "visually-hidden" }, _("Fejl:"), " "), text));
