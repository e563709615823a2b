// @ts-check
// Which question sets are offered where. Pure. What was begun in a set goes on in it, wherever that set is offered now.

/** The places of the person's where new talks may use the set. A kit of before names no units. @param {any} set @param {any} kit @returns {any[]} */
export const places = (set, kit) => kit.units.filter((/** @type {any} */ unit) => unit.sector === set.sector && (set.units ?? [unit.id]).includes(unit.id));

/** What one may note now: each question set with its places. @param {any} kit @returns {{set: any, units: any[]}[]} */
export const choices = (kit) => kit.question_sets.map((/** @type {any} */ set) => ({ set, units: places(set, kit) })).filter((/** @type {any} */ one) => one.units.length);

/** *Hurtig note*: in the sets that are made for it, where there are any. @param {{set: any, units: any[]}[]} kinds */
export function quick_ones(kinds) {
  const made = kinds.filter(({ set }) => set.talk_type === "quick_note");
  return made.length ? made : kinds;
}

/** What a quick note asks: one text, and what must be answered. @param {any} set @returns {any[]} */
export function asked_quickly(set) {
  const text = set.questions.find((/** @type {any} */ one) => /text$/.test(one.kind));
  return set.questions.filter((/** @type {any} */ one) => one === text || one.required);
}

/** Whether its number is how many voices there were. @param {any} set @param {any} question */
export const counts_voices = (set, question) => set.talk_type === "group_talk" && question.kind === "number" && question.required;
