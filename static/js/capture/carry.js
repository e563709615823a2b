// @ts-check
// Carries a talk that is being written over to newer questions. Pure. No word is ever dropped: what fits nowhere is left to be placed.

/** What was answered to a question that the new ones do not ask: its label, its words, and `to`, the question that follows it.
 * @typedef {{question: string, label: string, text: string, to: string | null}} Left */
/** How the draft stood before a deed and which questions it had; what the deed made of the answers, and what its questions are called.
 * @typedef {{version: string, asked: string[], answers: Record<string, any>, about: Record<string, string[]>, left: Left[], made: Record<string, any>, labels: Record<string, string>}} Step */
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

/** An answer in words. @param {any} value @param {any} question @param {(n: number) => string} face */
function in_words(value, question, face) {
  if (question.kind === "five_faces") return face(Number(value));
  const said = (/** @type {string} */ code) => question.choices.find((/** @type {any} */ one) => one.code === code)?.text ?? code;
  return question.choices.length ? [value].flat().map(said).join(", ") : String(value);
}

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
  const known = (/** @type {string} */ fact, /** @type {string} */ code) => now.about[fact]?.some((/** @type {any} */ one) => one.code === code);
  const about = Object.fromEntries(Object.entries(draft.about).map(([fact, codes]) => [fact, codes.filter((code) => known(fact, code))]));
  return stepped(draft, { ...draft, version: now.version_id, answers, about, left }, before, now);
}

/** The words are written below what is there. @param {Draft} draft @param {number} place of `left` @param {string} question @param {any} set @returns {Draft} */
export function put(draft, place, question, set) {
  const one = (draft.left ?? [])[place];
  const there = draft.answers[question];
  const answers = { ...draft.answers, [question]: says(there) ? `${there}\n\n${one.text}` : one.text };
  return stepped(draft, { ...draft, answers, left: without(draft, place) }, set, set);
}

/** Its person lets the words go. @param {Draft} draft @param {number} place @param {any} set @returns {Draft} */
export const leave_out = (draft, place, set) => stepped(draft, { ...draft, left: without(draft, place) }, set, set);

/** Takes the last deed back. What was written since stays: under its question where that one is asked, else among what is left.
 * @param {Draft} draft @returns {Draft} */
export function undo(draft) {
  const steps = [...(draft.steps ?? [])];
  const step = /** @type {Step} */ (steps.pop());
  const [answers, left] = [{ ...step.answers }, [...step.left]];
  for (const [question, value] of Object.entries(draft.answers)) {
    if (!says(value) || JSON.stringify(value) === JSON.stringify(step.made[question])) continue;
    if (step.asked.includes(question)) answers[question] = value;
    else if (typeof value === "string") left.push({ question, label: step.labels[question] ?? "", text: value, to: null });
  }
  return { ...draft, version: step.version, answers, about: step.version === draft.version ? draft.about : step.about, left, steps };
}

/** How many answers went over as they are. @param {Draft} draft */
export const carried = (draft) => Object.values(draft.steps?.at(-1)?.made ?? {}).filter(says).length;

const without = (/** @type {Draft} */ draft, /** @type {number} */ place) => (draft.left ?? []).filter((_one, at) => at !== place);

/** @param {Draft} draft @param {Draft} after @param {any} before its set @param {any} now the set of what was made */
function stepped({ version, answers, about, left = [], steps = [] }, after, before, now) {
  const asked = before.questions.map((/** @type {any} */ one) => one.id);
  const labels = Object.fromEntries(now.questions.map((/** @type {any} */ one) => [one.id, one.label]));
  return { ...after, steps: [...steps, { version, asked, answers, about, left, made: after.answers, labels }] };
}
