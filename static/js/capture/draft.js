// @ts-check
// A talk while it is written: the draft, the item it becomes, and what is wrong with it. Pure.
import { mask } from "../guard/guard.js";
import { uuid7 } from "../outbox/ids.js";
import { held_at } from "../phone/dates.js";

export const MOST_CHARACTERS = 5_000;

/**
 * `version`: the question set as it was when the talk was begun. `replaces`, `revision`, `marks`, `quote_scope`: of an edit.
 * @typedef {{id: string, owner: string, version: string, unit: string, opened_at: string, held_on: string, quick: boolean,
 *   answers: Record<string, any>, about: Record<string, string[]>, edited_at: string, replaces: string | null, revision: number,
 *   first: string, quote_scope: string | null, themes: {confirmed: string[], rejected: string[], tones: Record<string, string>}}} Draft
 */

/** @param {{owner: string, version: string, unit: string, opened_at: string, quick?: boolean}} begun @returns {Draft} */
export function begin({ quick = false, ...begun }) {
  const id = uuid7();
  return { id, first: id, ...begun, held_on: begun.opened_at.slice(0, 10), quick, answers: {}, about: {}, edited_at: begun.opened_at, replaces: null, revision: 1, quote_scope: null, themes: { confirmed: [], rejected: [], tones: {} } };
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

/** Whether anything was written or chosen. @param {Draft} draft */
export function is_empty(draft) {
  return !Object.values(draft.answers).some((value) => (typeof value === "string" ? value.trim() !== "" : Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined));
}

/** The draft with CPR numbers covered: what is kept, as against what stands on the screen. @param {Draft} draft @param {any} rules @returns {Draft} */
export function covered(draft, rules) {
  const answers = Object.fromEntries(Object.entries(draft.answers).map(([key, value]) => [key, typeof value === "string" ? mask(value, rules) : value]));
  return { ...draft, answers };
}

/** What keeps it from being saved: the id of a question with what is wrong, "" for the form as a whole.
 * @param {Draft} draft @param {any} set @returns {{question: string, code: "nothing" | "too_long" | "missing" | "no_number", over?: number}[]} */
export function faults(draft, set) {
  if (is_empty(draft)) return [{ question: set.questions[0].id, code: "nothing" }];
  return set.questions.flatMap((/** @type {any} */ question) => {
    const value = draft.answers[question.id];
    const over = typeof value === "string" ? [...value.trim()].length - MOST_CHARACTERS : 0;
    if (over > 0) return [{ question: question.id, code: "too_long", over }];
    if (question.kind === "number" && typeof value === "string" && value.trim() && !/^-?\d{1,9}$/.test(value.trim())) return [{ question: question.id, code: "no_number" }];
    if (question.required && !draft.quick && (value === undefined || value === "" || value?.length === 0)) return [{ question: question.id, code: "missing" }];
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
