// @ts-check
// *Før snakken*: the promise and the prompts, to be said aloud; no field at all. That the promise was given is kept with the draft it begins.
import { is_empty } from "../../capture/draft.js";
import * as store from "../../outbox/store.js";
import { _ } from "../../words.js";
import { button, h, row } from "../dom.js";
import { choices } from "../sets.js";
import { load, state } from "../state.js";
import { begun_in } from "./home.js";

/** One set; with several, one is chosen first. @param {import("../app.js").App} app @param {{id?: string}} args id: of a version
 * @returns {import("../app.js").View} */
export function before(app, { id }) {
  const kinds = choices(state.kit);
  const kind = kinds.length === 1 ? kinds[0] : kinds.find((one) => one.set.version_id === id);
  if (!kind) return which(app, kinds);
  const { set } = kind;
  const draft = state.drafts.find((one) => one.promised && one.version === set.version_id && is_empty(one)) ?? begun_in(app, kind);
  const keep = async () => {
    draft.promised = said.checked;
    draft.edited_at = new Date().toISOString();
    await (said.checked ? store.keep_draft(draft) : store.drop_draft(draft.id)).catch((error) => console.info("a promise could not be kept", error));
    await load();
  };
  const said = h("input", { type: "checkbox", id: "promised", autocomplete: "off", onchange: keep });
  said.checked = Boolean(draft.promised);
  return {
    title: _("Før snakken"),
    keep: true,
    dock: button(_("Notér samtalen bagefter"), () => app.go("talk", { id: draft.id, draft, set }), { icon: "pencil", id: "new" }),
    main: [to_say(set, said, kinds.length > 1)],
  };
}

/** @param {any} set @param {HTMLInputElement} said the tick @param {boolean} [named] */
export const to_say = (set, said, named = false) =>
  h("div", { class: "stack-large" },
    head(),
    h("div", { class: "stack" },
      named && h("h2", {}, set.title),
      h("section", { class: "card stack-small" }, h("h2", {}, _("Sig først")), h("p", {}, set.promise), h("label", { class: "check" }, said, h("span", {}, _("Jeg har sagt det")))),
      h("section", { class: "card stack-small" }, h("h2", {}, _("Spørg om")), h("ol", { class: "prompts" }, set.questions.map((/** @type {any} */ question) => h("li", {}, question.prompt))))));

const head = () => h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, _("Før snakken")), h("p", { class: "muted" }, _("Læg telefonen væk, mens I taler. Du noterer bagefter.")));

/** @param {import("../app.js").App} app @param {{set: any, units: any[]}[]} kinds */
const which = (app, kinds) => ({
  title: _("Før snakken"),
  main: [h("div", { class: "stack-large" }, head(),
    h("ul", { class: "list" }, kinds.map(({ set }) => row({ id: `before-${set.version_id}`, title: set.title, onclick: () => app.go("before", { id: set.version_id }) }))))],
});
