// @ts-check
// A talk while it is written: the draft, the item it becomes, and what is wrong with it. Pure.
import { mask } from "../guard/guard.js";
import { uuid7 } from "../outbox/ids.js";
import { held_at } from "../phone/dates.js";
import { asked_quickly, counts_voices } from "../phone/sets.js";

export const MOST_CHARACTERS = 5_000;

/**
 * `version`: the question set as it was when the talk was begun. `replaces`, `revision`, `marks`, `quote_scope`: of an edit.
 * @typedef {{id: string, owner: string, version: string, unit: string, opened_at: string, held_on: string, quick: boolean,
 *   answers: Record<string, any>, about: Record<string, string[]>, edited_at: string, replaces: string | null, revision: number,
 *   first: string, quote_scope: string | null, themes: {confirmed: string[], rejected: string[], tones: Record<string, string>},
 *   begun_in?: string, promised?: boolean, left?: import("./carry.js").Left[], steps?: import("./carry.js").Step[]}} Draft
 * `begun_in`: the place it stood at before its person chose one. `promised`: the spoken promise was given; for its person alone, it is sent to nobody. `left`, `steps`: see carry.js.
 */

/** @param {{owner: string, version: string, unit: string, opened_at: string, quick?: boolean}} begun @returns {Draft} */
export function begin({ quick = false, ...begun }) {
  const id = uuid7();
  return { id, first: id, ...begun, begun_in: begun.unit, held_on: begun.opened_at.slice(0, 10), quick, answers: {}, about: {}, edited_at: begun.opened_at, replaces: null, revision: 1, quote_scope: null, themes: { confirmed: [], rejected: [], tones: {} } };
}

/** The draft that edits an item: another id, the next revision. `anew`: the same id and revision, for one that was never stored.
 * @param {any} item @param {{owner: string, first: string, now: string, anew?: boolean}} by @returns {Draft} */
export function reopen(item, { owner, first, now, anew = false }) {
  const answers = Object.fromEntries((item.answers ?? []).map((/** @type {any} */ one) => [one.question, one.text ?? one.choice ?? one.choices ?? one.number]));
  return {
    id: anew ? item.id : uuid7(), first, owner, version: item.question_set_version, unit: item.unit, opened_at: item.held_at, held_on: item.held_at.slice(0, 10),
    quick: false, answers, about: item.about ?? {}, edited_at: now, replaces: anew ? item.replaces : item.id, revision: item.revision + (anew ? 0 : 1),
    quote_scope: item.quote_scope ?? null, themes: { confirmed: [], rejected: [], tones: {}, ...item.themes },
  };
}

/** A correction that was begun, for the talk as it stands: theme and quoting were answered since, perhaps as an edit of their own.
 * Where the words were corrected elsewhere it stays a correction of what it was begun from, so that both are kept.
 * @param {Draft} draft @param {any} item the talk's latest @param {any} base what it was begun from, where that is known @returns {Draft} */
export function brought_up(draft, item, base) {
  const answered = { ...draft, quote_scope: item.quote_scope ?? null, themes: { confirmed: [], rejected: [], tones: {}, ...item.themes } };
  const words = (/** @type {any} */ one) => JSON.stringify([one?.answers, one?.about, one?.unit, one?.held_at]);
  const is_its_own = !draft.replaces || [draft.id, draft.replaces].includes(item.id);
  return is_its_own || words(item) !== words(base) ? answered : { ...answered, replaces: item.id, revision: item.revision + 1 };
}

/** Whether no question was answered: such a talk is not saved. @param {Draft} draft */
export function is_empty(draft) {
  return !draft.left?.length && !Object.values(draft.answers).some((value) => (typeof value === "string" ? value.trim() !== "" : Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined));
}

/** Whether nothing at all was written or chosen, also of the facts, the day and the place: such a draft need not be kept. @param {Draft} draft */
export function is_untouched(draft) {
  const is_as_begun = draft.held_on === draft.opened_at.slice(0, 10) && draft.unit === (draft.begun_in ?? draft.unit);
  return is_empty(draft) && is_as_begun && !Object.values(draft.about).some((codes) => codes.length);
}

/** The tick of *Før snakken*: of what lies on the disk nothing else is changed, and only what is untouched goes with it.
 * @param {Draft | undefined} lying @param {boolean} promised @returns {Draft | null} null: no draft is left */
export const ticked = (lying, promised) => (lying && (promised || !is_untouched(lying)) ? { ...lying, promised } : null);

/** All that was written and chosen, to be copied; what was chosen in words, where its question is known here.
 * @param {Draft} draft @param {any} set null: unknown @param {(n: number) => string} face */
export function to_copy({ answers, left = [] }, set, face) {
  const said = Object.entries(answers).map(([id, value]) => {
    const question = set?.questions.find((/** @type {any} */ one) => one.id === id);
    if (!question || /text$/.test(question.kind)) return typeof value === "string" ? value : "";
    const word = (/** @type {any} */ code) => (question.kind === "five_faces" ? face(Number(code)) : (question.choices.find((/** @type {any} */ one) => one.code === code)?.text ?? code));
    const words = [value ?? []].flat().map(word).join(", ");
    return words && `${question.label}\n${words}`;
  });
  return [...said, ...left.map((one) => one.text)].filter((one) => one.trim()).join("\n\n");
}

/** The draft with CPR numbers covered: what is kept, as against what stands on the screen. @param {Draft} draft @param {any} rules @returns {Draft} */
export function covered(draft, rules) {
  const said = (/** @type {any} */ value) => (typeof value === "string" ? mask(value, rules) : value);
  const all = (/** @type {Record<string, any>} */ answers) => Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, said(value)]));
  const left = (/** @type {any[]} */ some = []) => some.map((one) => ({ ...one, text: said(one.text) }));
  const more = draft.steps && { left: left(draft.left), steps: draft.steps.map((step) => ({ ...step, answers: all(step.answers), made: all(step.made), left: left(step.left) })) };
  return { ...draft, ...more, answers: all(draft.answers) };
}

/** What keeps it from being saved: the id of a question with what is wrong, "" for the form as a whole.
 * @param {Draft} draft @param {any} set @returns {{question: string, code: "nothing" | "too_long" | "missing" | "no_number" | "no_group" | "unplaced", over?: number}[]} */
export function faults(draft, set) {
  if (is_empty(draft)) return [{ question: set.questions[0].id, code: "nothing" }];
  if (draft.left?.length) return [{ question: draft.left[0].question, code: "unplaced" }];
  const asked = draft.quick ? asked_quickly(set) : set.questions;
  return asked.flatMap((/** @type {any} */ question) => {
    const value = draft.answers[question.id];
    const over = typeof value === "string" ? [...value.trim()].length - MOST_CHARACTERS : 0;
    if (over > 0) return [{ question: question.id, code: "too_long", over }];
    if (question.kind === "number" && typeof value === "string" && value.trim() && !/^-?\d{1,9}$/.test(value.trim())) return [{ question: question.id, code: "no_number" }];
    if (counts_voices(set, question) && value && !(Number(value) >= 2 && Number(value) <= 500)) return [{ question: question.id, code: "no_group" }];
    if (question.required && (value === undefined || value === null || (typeof value === "string" ? !value.trim() : value.length === 0))) return [{ question: question.id, code: "missing" }];
    return [];
  });
}

/** The item as /sync takes it. @param {Draft} draft @param {any} set @param {any} rules */
export function to_item(draft, set, rules) {
  const about = Object.entries(draft.about).filter(([, codes]) => codes.length);
  return {
    id: draft.id,
    kind: "conversation",
    revision: draft.revision,
    replaces: draft.replaces,
    unit: draft.unit,
    question_set_version: draft.version,
    held_at: held_at(draft.opened_at, draft.held_on),
    answers: set.questions.map((/** @type {any} */ question) => answer(question, draft.answers[question.id], rules)).filter(Boolean),
    about: Object.fromEntries(about),
    quote_scope: draft.quote_scope,
    themes: draft.themes,
  };
}

/** @param {any} question @param {any} value @param {any} rules */
function answer(question, value, rules) {
  if (value === undefined || value === null || value.length === 0) return null;
  const base = { question: question.id };
  if (question.kind === "one_choice") return { ...base, choice: value };
  if (question.kind === "several_choices") return { ...base, choices: value };
  if (question.kind === "five_faces" || question.kind === "number") return String(value).trim() ? { ...base, number: Number(value) } : null;
  const text = mask(String(value), rules).trim();
  return text ? { ...base, text } : null;
}

/** What was written in an item. @param {any} item @returns {string[]} */
export const texts_of = (item) => (item.answers ?? []).map((/** @type {any} */ one) => one.text ?? "").filter(Boolean);
