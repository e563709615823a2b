// @ts-check
// *Gemt*: saved first, asked after. The theme and the quoting are one tap each, and neither need be answered.
import { suggest } from "../../themes/suggest.js";
import { texts_of } from "../../capture/draft.js";
import { _ } from "../../words.js";
import { bar, button, chips, h, icon, pill } from "../dom.js";
import { amend, never_left, release, take_back, twin_of } from "../deeds.js";
import { how_things_are } from "../frame.js";
import { state, talk_of } from "../state.js";
import { status_of } from "../talk_words.js";
import { answers } from "./answers.js";

let finishing = false;
let every_theme = false;

/** @param {import("../app.js").App} app @param {{id: string}} args @returns {import("../app.js").View} */
export function saved(app, { id }) {
  const talk = talk_of(id);
  if (!talk) return { title: _("Gemt"), close: app.home, main: [h("h1", { tabindex: "-1" }, _("Samtalen ligger ikke på telefonen.")), h("p", { class: "actions" }, h("a", { class: "button quiet", href: "/conversations/" }, _("Se dine samtaler")))] };
  const status = status_of(talk);
  const twin = twin_of(talk.item, id);
  const finish = async () => {
    if (finishing) return; // pressed twice: it leads home once
    finishing = true;
    await release(id).finally(() => (finishing = false));
    app.home();
    app.kick();
  };
  return {
    title: _("Gemt"),
    alone: true,
    dock: button(_("Færdig"), finish, { id: "done" }),
    main: [
      h("div", { class: "stack" },
        h("span", { class: "done-mark", "aria-hidden": "true" }, icon("check")),
        h("h1", { tabindex: "-1" }, _("Gemt")),
        h("p", { class: "row", role: "status" }, status.kind === "wait" ? [pill(_("Gemt på telefonen"), "wait", "smartphone"), h("span", { class: "small muted" }, when_it_leaves())] : pill(status.text, status.kind, status.icon)),
        ...(status.kind === "wait" ? how_things_are(app).filter((one) => one.classList.contains("bad")) : []),
        twin && bar("wait", "copy", h("b", {}, _("Ligner en samtale, du lige har gemt.")), " ", button(_("Det er den samme"), () => taken_back(app, id), { kind: "quiet", id: "same" }), " ", button(_("Det er en ny"), () => (state.new_ones.add(id), app.draw()), { kind: "quiet", id: "new-one" })),
        h("div", { class: "card stack" }, theme_chips(app, id, talk), tones(app, id, talk)),
        h("div", { class: "card" }, quoting(app, id, talk)),
        h("div", { class: "card stack-small" }, answers(app, talk.item)),
        h("p", { class: "actions" }, button(_("Ret"), () => app.go("correct", { id }), { kind: "quiet", icon: "pencil", id: "correct" }), undo_button(app, id))),
    ],
    leave: () => {
      every_theme = false;
      release(id).then(() => app.kick());
    },
  };
}

/** When it leaves, as far as that is known. */
function when_it_leaves() {
  if (state.net === "revoked") return _("Sendes ikke herfra.");
  if (state.net === "signed_out") return _("Sendes, når du er logget ind.");
  if (state.net === "busy") return _("Sendes, når Hørt svarer igen.");
  return state.net === "away" || !navigator.onLine ? _("Sendes, når du er på nettet.") : _("Sendes om lidt.");
}

/** @param {import("../app.js").App} app @param {string} id @param {any} talk */
function theme_chips(app, id, talk) {
  const unit = state.kit.units.find((/** @type {any} */ place) => place.id === talk.item.unit);
  const of_sector = state.kit.themes.filter((/** @type {any} */ theme) => !unit || theme.sector === unit.sector);
  const { confirmed, rejected, tones } = talk.item.themes;
  const offered = suggest(texts_of(talk.item), of_sector);
  const shown = every_theme || offered.length === 0 ? of_sector : of_sector.filter((/** @type {any} */ one) => offered.includes(one.id) || confirmed.includes(one.id));
  /** @param {string[]} chosen */
  const change = (chosen) => answer(app, id, { themes: { confirmed: chosen, rejected: rejected.filter((/** @type {string} */ one) => !chosen.includes(one)), tones: Object.fromEntries(Object.entries(tones).filter(([key]) => chosen.includes(key))) } });
  const options = shown.map((/** @type {any} */ one) => ({ code: one.id, text: one.name, suggested: offered.includes(one.id) && !confirmed.includes(one.id) }));
  const more = () => {
    every_theme = true;
    app.draw();
  };
  return h("div", {}, chips({ legend: _("Hvad handlede det om?"), hint: _("Vælg kun det, der passer. Intet tema er også fint."), name: "themes", options, chosen: confirmed, onchange: change }),
    shown.length < of_sector.length && button(_("Flere temaer"), more, { kind: "quiet", icon: "plus", id: "more-themes" }));
}

/** @param {import("../app.js").App} app @param {string} id @param {any} talk */
function tones(app, id, talk) {
  const { confirmed, tones: known } = talk.item.themes;
  return confirmed.map((/** @type {string} */ theme) => {
    const name = state.kit.themes.find((/** @type {any} */ one) => one.id === theme)?.name ?? theme;
    const options = [{ code: "praise", text: [icon("tone-praise", "tone tone-praise"), _("Ros")] }, { code: "trouble", text: [icon("tone-trouble", "tone tone-trouble"), _("Bøvl")] }];
    /** @param {string[]} chosen */
    const change = ([tone]) => {
      const others = Object.fromEntries(Object.entries(known).filter(([key]) => key !== theme));
      answer(app, id, { themes: { ...talk.item.themes, tones: tone ? { ...others, [theme]: tone } : others } });
    };
    return chips({ legend: _("%(theme)s: ros eller bøvl?", { theme: name }), name: `tone-${theme}`, options: /** @type {any} */ (options), chosen: known[theme] ? [known[theme]] : [], many: false, onchange: change });
  });
}

/** @param {import("../app.js").App} app @param {string} id @param {any} talk */
function quoting(app, id, talk) {
  const options = [{ code: "area", text: _("Ja, I må citere") }, { code: "none", text: _("Nej, citér ikke") }];
  const hint = _("Spørg fx: »Må jeg skrive det ned uden navn, så vi kan lære af det?« Svarer du ikke, citerer vi ikke. Områdelederen kan stadig læse noten.");
  return chips({ legend: _("Må vi citere dig uden navn?"), hint, name: "quoting", options, chosen: talk.item.quote_scope ? [talk.item.quote_scope] : [], many: false, onchange: ([code]) => answer(app, id, { quote_scope: code ?? null }) });
}

/** @param {import("../app.js").App} app @param {string} id @param {any} said */
async function answer(app, id, said) {
  await amend(id, said);
  app.draw();
  app.changed();
}

/** @param {import("../app.js").App} app @param {string} id */
export function undo_button(app, id) {
  if (never_left(id)) return button(_("Fortryd"), () => app.go("correct", { id, undone: true }), { kind: "quiet", icon: "undo-2", id: "undo" });
  return h("details", {}, h("summary", {}, _("Tag tilbage")), h("div", { class: "stack-small" }, h("p", { class: "small" }, _("Ordene bliver slettet overalt. Det kan ikke fortrydes.")), button(_("Tag samtalen tilbage"), () => taken_back(app, id), { kind: "danger", id: "take-back" })));
}

/** @param {import("../app.js").App} app @param {string} id */
async function taken_back(app, id) {
  await take_back(id);
  app.home();
  app.kick();
}
