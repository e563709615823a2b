// @ts-check
// Above the form of a draft: that there are newer questions, and the words that have no place in them yet.
import { carried, carry, leave_out, put, undo } from "../../capture/carry.js";
import { _, ngettext } from "../../words.js";
import { as_noted, bar, button, h } from "../dom.js";
import { set_of, state } from "../state.js";
import { face } from "./fields.js";

/** @typedef {import("../../capture/draft.js").Draft} Draft */

/** @param {Draft} draft @param {any} set @param {(draft: Draft, set: any) => void} become the draft in this form from now on */
export function newer(draft, set, become) {
  const now = state.kit.question_sets.find((/** @type {any} */ one) => one.id === set.id);
  const is_behind = !draft.replaces && now && now.version > set.version;
  const found = is_behind ? [changed(() => become(carry(draft, set, now, face), now))] : [];
  if (draft.steps?.length) found.push(went_over(draft, set, become));
  found.push(...(draft.left ?? []).map((_one, place) => homeless(draft, place, set, become)));
  return found.length ? [h("div", { class: "stack" }, found)] : [];
}

/** @param {() => void} use */
const changed = (use) => bar("wait", "info", h("p", {}, _("Spørgsmålene er blevet ændret, mens du var uden net. Dine svar er her stadig.")), button(_("Brug de nye spørgsmål"), use, { kind: "second", id: "use-newer" }));

/** @param {Draft} draft @param {any} set @param {(draft: Draft, set: any) => void} become */
function went_over(draft, set, become) {
  const back = async () => {
    const { version } = /** @type {import("../../capture/carry.js").Step} */ (draft.steps?.at(-1));
    const before = version === draft.version ? set : await set_of(version);
    become(undo(draft, set, before, face), before);
  };
  const n = carried(draft);
  const said = draft.left?.length ? ngettext("%(num)d svar har endnu ingen plads.", "%(num)d svar har endnu ingen plads.", draft.left.length) : ngettext("%(num)d svar står her.", "%(num)d svar står her.", n);
  return bar("ok", "check", h("p", {}, h("b", {}, _("Du bruger de nye spørgsmål.")), " ", said), button(_("Fortryd"), back, { kind: "quiet", icon: "undo-2", id: "undo-newer" }));
}

/** Words whose question is asked no more: shown until their person says where they go. @param {Draft} draft @param {number} place @param {any} set
 * @param {(draft: Draft, set: any) => void} become */
function homeless(draft, place, set, become) {
  const one = /** @type {import("../../capture/carry.js").Left[]} */ (draft.left)[place];
  const id = `answer-${one.question}`;
  const texts = one.fact ? [] : set.questions.filter((/** @type {any} */ question) => /text$/.test(question.kind));
  const to = h("select", { class: "input", id, autocomplete: "off", "aria-describedby": one.to ? `${id}-hint` : null }, texts.map((/** @type {any} */ question) => h("option", { value: question.id, selected: question.id === one.to }, question.label)));
  return h("section", { class: "card stack-small", "aria-labelledby": `${id}-words` },
    h("h2", { id: `${id}-words` }, one.label || _("Andet, der stod der")), h("p", { class: "words", lang: as_noted() }, one.text),
    one.fact && h("p", { class: "hint" }, _("Kan ikke vælges i de her spørgsmål.")),
    texts.length > 0 && h("div", { class: "field" }, h("label", { for: id }, _("Hvor skal ordene stå?")), one.to && h("p", { class: "hint", id: `${id}-hint` }, _("Spørgsmålet betyder noget andet nu. Se efter, om ordene passer.")), to),
    h("p", { class: "actions" }, texts.length > 0 && button(_("Sæt ind"), () => become(put(draft, place, to.value), set), { kind: "second", id: `${id}-put` }),
      button(_("Udelad"), () => become(leave_out(draft, place), set), { kind: "quiet", id: texts.length ? `${id}-out` : id })));
}
