// @ts-check
// Parts of the form: place, day and coarse facts, its foot, and what is said when something is wrong.
import { to_copy } from "../../capture/draft.js";
import { _, ngettext } from "../../words.js";
import { day } from "../dates.js";
import { chips, h } from "../dom.js";
import { places } from "../sets.js";
import { state } from "../state.js";
import { faces } from "./fields.js";

/** Place, day and coarse facts: below the fold, all optional. @param {any} draft @param {any} set @param {() => void} changed */
export function about(draft, set, changed) {
  const offered = places(set, state.kit);
  // A talk begun where the set is offered no more stays there; nothing new is offered there.
  const units = state.kit.units.filter((/** @type {any} */ unit) => offered.includes(unit) || (unit.id === draft.unit && unit.sector === set.sector));
  // The place was closed, or is no longer the leader's: another must be chosen, and that is shown.
  const moved = units.length > 0 && !units.some((/** @type {any} */ unit) => unit.id === draft.unit);
  if (moved) draft.unit = draft.begun_in = units[0].id;
  const place = h("select", { class: "input", id: "unit", autocomplete: "off", "aria-describedby": moved ? "unit-hint" : null, onchange: () => (draft.unit = place.value, changed()) }, units.map((/** @type {any} */ unit) => h("option", { value: unit.id, selected: unit.id === draft.unit }, unit.name)));
  const date = h("input", { class: "input", id: "held-on", type: "date", max: day(new Date()), value: draft.held_on, autocomplete: "off", onchange: () => (draft.held_on = date.value || draft.opened_at.slice(0, 10), changed()) });
  const fact = (/** @type {[string, any[]]} */ [name, options]) => chips({ legend: set.about_labels?.[name] ?? name, name: `about-${name}`, options, chosen: draft.about[name] ?? [], onchange: (codes) => (draft.about = { ...draft.about, [name]: codes }, changed()) });
  const said = h("input", { type: "checkbox", id: "promised", autocomplete: "off", onchange: () => (draft.promised = said.checked, changed()) });
  said.checked = Boolean(draft.promised);
  return [
    !draft.replaces && h("details", { class: "promise" }, h("summary", {}, _("Sig først")), h("div", { class: "card stack-small" }, h("p", {}, set.promise), h("label", { class: "check" }, said, h("span", {}, _("Jeg har sagt det"))))),
    h("section", { class: "card stack" }, h("div", {}, h("h2", {}, _("Hvem talte du med?")), h("p", { class: "hint" }, _("Kun det, du har lyst til. Aldrig navne."))),
      Object.entries(set.about).map((one) => fact(/** @type {[string, any[]]} */ (one))),
      (moved || units.length > 1) && h("div", { class: "field" }, h("label", { for: "unit" }, _("Hvor talte I sammen?")), moved && h("p", { class: "hint", id: "unit-hint" }, _("Stedet, samtalen var begyndt på, er ikke længere et af dine. Se efter, om det her passer.")), place),
      h("div", { class: "field" }, h("label", { for: "held-on" }, _("Hvornår talte I sammen?")), date)),
  ].filter(Boolean);
}

/** @param {any} set */
export const foot = (set) => h("div", { class: "form-foot" },
  h("button", { type: "button", class: "button second", hidden: true, "data-quote-button": "" }, h("span", { class: "voice-mark", "aria-hidden": "true" }, "»…«"), set.voice),
  h("button", { type: "submit", class: "button big", id: "save" }, _("Gem")));

/** @param {{question: string, text: string}[]} found */
export const summary = (found) => h("div", { class: "error-summary", role: "alert", tabindex: "-1" }, h("h2", {}, _("Se lige på det her")),
  h("ul", {}, found.map((one) => h("li", {}, h("a", { href: `#answer-${one.question}`, onclick: (/** @type {Event} */ event) => (event.preventDefault(), document.getElementById(`answer-${one.question}`)?.focus()) }, one.text)))));

/** @param {{code: string, over?: number}} fault */
export function words_of({ code, over = 0 }) {
  if (code === "unplaced") return _("Sæt de ord ind, der ikke har fået en plads.");
  if (code === "no_group") return _("Skriv et tal fra 2 til 500.");
  if (code === "nothing") return _("Skriv mindst ét svar.");
  if (code === "too_long") return ngettext("Svaret er %(num)d tegn for langt. Del det i to samtaler.", "Svaret er %(num)d tegn for langt. Del det i to samtaler.", over);
  return code === "no_number" ? _("Skriv et helt tal.") : _("Svar på det her spørgsmål.");
}

/** The talk's questions are not known here any more; its words are. @param {import("../../capture/draft.js").Draft} draft */
export const no_form = (draft) => h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, _("Spørgsmålene findes ikke længere.")), h("p", {}, _("Kopiér dine ord, og begynd en ny samtale.")), its_words(draft, null));

/** @param {import("../../capture/draft.js").Draft} draft @param {any} set null: unknown here */
const its_words = (draft, set) => [h("p", { id: "its-words" }, _("Det, du har skrevet:")), h("textarea", { class: "input", readonly: true, rows: 4, "aria-labelledby": "its-words", value: to_copy(draft, set, (n) => faces()[n - 1]) })];

/** The words are still on the screen, and can be copied from here too. @param {import("../../capture/draft.js").Draft} draft @param {any} set */
export function not_kept(draft, set) {
  return h("div", { class: "error-summary", role: "alert" }, h("h2", {}, _("Det kunne ikke gemmes på telefonen.")), h("p", {}, _("Luk ikke siden. Kopiér teksten, eller skriv den i formularen, der sender med det samme.")),
    its_words(draft, set), h("p", {}, h("a", { href: "/capture/plain", target: "_blank", rel: "noopener" }, _("Åbn formularen"))));
}
