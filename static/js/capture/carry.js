// @ts-check
// Carries a talk that is being written over to newer questions. Pure. No word is ever dropped: what fits nowhere is left to be placed.

/** What was answered to a question that is not asked now: its label, its words, and `to`, the question that follows it. `fact`: a
 * coarse fact that cannot be chosen now; it is no word of anybody's and belongs into no text.
 * @typedef {{question: string, label: string, text: string, to: string | null, fact?: boolean}} Left */
/** How the draft stood before a deed, and what the deed made of the answers.
 * @typedef {{version: string, answers: Record<string, any>, about: Record<string, string[]>, left: Left[], made: Record<string, any>}} Step */
/** @typedef {import("./draft.js").Draft} Draft */

const is_text = (/** @type {any} */ question) => /text$/.test(question?.kind ?? "");
const says = (/** @type {any} */ value) => (typeof value === "string" ? value.trim() !== "" : Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined);

/** The same question is answered by what answered it before; a chosen answer, where it can be chosen still.
 * @param {any} value @param {any} old @param {any} now */
function fits(value, old, now) {
  if (!now || old.kind !== now.kind) return false;
  const codes = now.choices.map((/** @type {any} */ one) => one.code);
  if (now.kind === "one_choice") return codes.includes(value);
  return now.kind !== "several_choices" || value.every((/** @type {string} */ one) => codes.includes(one));
}

/** An answer in words. @param {any} value @param {any} question undefined: not known here @param {(n: number) => string} face @returns {string} */
export function in_words(value, question, face) {
  return question?.kind === "five_faces" ? face(Number(value)) : said(value, question?.choices ?? []);
}

/** @param {any} value @param {any[]} choices what its codes mean */
const said = (value, choices) => [value].flat().map((code) => choices.find((one) => one.code === code)?.text ?? code).join(", ");

/** Which of these coarse facts can be chosen in the set. @param {Record<string, string[]>} about @param {any} set */
const known = (about, set) => Object.fromEntries(Object.entries(about).map(([fact, codes]) => [fact, codes.filter((code) => set.about[fact]?.some((/** @type {any} */ one) => one.code === code))]));

/** @param {Draft} draft @param {any} before the set it was begun in @param {any} now the newest of that set @param {(n: number) => string} face
 * @returns {Draft} */
export function carry(draft, before, now, face) {
  const answers = /** @type {Record<string, any>} */ ({});
  const left = [...(draft.left ?? [])];
  for (const old of before.questions) {
    const value = draft.answers[old.id];
    if (!says(value)) continue;
    const same = now.questions.find((/** @type {any} */ one) => one.id === old.id);
    if (fits(value, old, same)) answers[old.id] = value;
    else left.push({ question: old.id, label: old.label, text: in_words(value, old, face), to: now.questions.find((/** @type {any} */ one) => one.follows === old.id && is_text(one))?.id ?? null });
  }
  return stepped(draft, { ...draft, version: now.version_id, answers, about: known(draft.about, now), left });
}

/** The words are written below what is there. @param {Draft} draft @param {number} place of `left` @param {string} question @returns {Draft} */
export function put(draft, place, question) {
  const one = (draft.left ?? [])[place];
  const there = draft.answers[question];
  const answers = { ...draft.answers, [question]: says(there) ? `${there}\n\n${one.text}` : one.text };
  return stepped(draft, { ...draft, answers, left: without(draft, place) });
}

/** Its person lets the words go. @param {Draft} draft @param {number} place @returns {Draft} */
export const leave_out = (draft, place) => stepped(draft, { ...draft, left: without(draft, place) });

/** Takes the last deed back. What was written or chosen since stays: under its question where it can stand there, else in words among
 * what is left. @param {Draft} draft @param {any} set its own @param {any} before the set of the step @param {(n: number) => string} face
 * @returns {Draft} */
export function undo(draft, set, before, face) {
  const steps = [...(draft.steps ?? [])];
  const step = /** @type {Step} */ (steps.pop());
  const [answers, left] = [{ ...step.answers }, [...step.left]];
  const asked = (/** @type {any} */ of, /** @type {string} */ id) => of.questions.find((/** @type {any} */ one) => one.id === id);
  for (const [id, value] of Object.entries(draft.answers)) {
    if (!says(value) || same(value, step.made[id])) continue;
    const question = asked(set, id);
    if (question && fits(value, question, asked(before, id))) answers[id] = value;
    else left.push({ question: id, label: question?.label ?? "", text: in_words(value, question, face), to: null });
  }
  if (step.version === draft.version) return { ...draft, answers, left, steps };
  const [about, made, stand] = [{ ...step.about }, known(step.about, set), known(draft.about, before)];
  for (const [fact, codes] of Object.entries(draft.about)) {
    if (same(codes, made[fact] ?? [])) continue;
    const homeless = codes.filter((code) => !stand[fact].includes(code));
    about[fact] = [...(step.about[fact] ?? []).filter((code) => !made[fact].includes(code)), ...stand[fact]];
    if (homeless.length) left.push({ question: `about-${fact}`, label: set.about_labels?.[fact] ?? "", text: said(homeless, set.about[fact] ?? []), to: null, fact: true });
  }
  return { ...draft, version: step.version, answers, about, left, steps };
}

const same = (/** @type {any} */ one, /** @type {any} */ other) => JSON.stringify(one) === JSON.stringify(other);

/** How many answers went over as they are. @param {Draft} draft */
export const carried = (draft) => Object.values(draft.steps?.at(-1)?.made ?? {}).filter(says).length;

const without = (/** @type {Draft} */ draft, /** @type {number} */ place) => (draft.left ?? []).filter((_one, at) => at !== place);

/** @param {Draft} draft @param {Draft} after */
const stepped = ({ version, answers, about, left = [], steps = [] }, after) => ({ ...after, steps: [...steps, { version, answers, about, left, made: after.answers }] });
