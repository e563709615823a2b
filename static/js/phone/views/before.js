// @ts-check
// *Før snakken*: the promise and the prompts, to be said aloud; no field at all. That the promise was given is kept with the draft it begins.
import { is_untouched, ticked } from "../../capture/draft.js";
import * as store from "../../outbox/store.js";
import { _ } from "../../words.js";
import { button, h, row } from "../dom.js";
import { built } from "../markup.js";
import { choices, usual_ones } from "../sets.js";
import { load, state } from "../state.js";
import { begun_in } from "./home.js";

/** One set; with several, one is chosen first. @param {import("../app.js").App} app @param {{id?: string}} args id: of a version
 * @returns {import("../app.js").View} */
export function before(app, { id }) {
  const kinds = usual_ones(choices(state.kit));
  const kind = kinds.length === 1 ? kinds[0] : kinds.find((one) => one.set.version_id === id);
  if (!kind) return which(app, kinds);
  const { set } = kind;
  let fresh = begun_in(app, kind);
  // Who comes back from the form to look at the prompts goes on with what was begun there.
  const { begun } = history.state ?? {};
  const its_draft = () => state.drafts.find((one) => one.id === begun) ?? state.drafts.find((one) => one.promised && one.version === set.version_id && is_untouched(one)) ?? fresh;
  /** As it lies on the disk, where another tab may have written on in it. What lies there no more may be saved: its id is not used again. */
  const look_again = async () => {
    await load();
    return its_draft() === fresh ? (fresh = begun_in(app, kind)) : its_draft();
  };
  let [ticks, keeping] = [0, Promise.resolve()];
  const tick = () => {
    const promised = said.checked;
    ticks++;
    keeping = keeping.then(async () => {
      const draft = await look_again();
      await store.change_draft(draft.id, (lying) => ticked(draft === fresh ? { ...fresh, edited_at: new Date().toISOString() } : lying, promised));
      await load();
    }).catch((error) => console.info("a promise could not be kept", error)).finally(() => ticks--);
    return keeping;
  };
  const said = h("input", { type: "checkbox", id: "promised", autocomplete: "off", onchange: tick });
  const look = () => void (ticks || (said.checked = Boolean(its_draft().promised)));
  look();
  const write = async () => {
    // What lies on the disk is opened by its id, so that the disk is read; else the field opens within the tap.
    const may_lie = begun || ticks || its_draft() !== fresh;
    const draft = may_lie ? await keeping.then(look_again).catch(() => fresh) : fresh;
    history.replaceState({ begun: draft.id }, "");
    app.go("talk", draft === fresh ? { id: draft.id, draft: { ...fresh, promised: said.checked }, set } : { id: draft.id });
  };
  return {
    title: _("Før snakken"),
    keep: true,
    again: look,
    dock: button(_("Notér samtalen bagefter"), write, { icon: "pencil", id: "new" }),
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
      h("section", { class: "card stack-small" }, h("h2", {}, _("Spørg om")), h("ol", { class: "prompts" }, set.questions.map((/** @type {any} */ question) => h("li", {}, question.prompt)))),
      set.guidance_html && h("section", { class: "prose muted" }, built(set.guidance_html))));

const head = () => h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, _("Før snakken")), h("p", { class: "muted" }, _("Læg telefonen væk, mens I taler. Du noterer bagefter.")));

/** @param {import("../app.js").App} app @param {{set: any, units: any[]}[]} kinds */
const which = (app, kinds) => ({
  title: _("Før snakken"),
  main: [h("div", { class: "stack-large" }, head(),
    h("ul", { class: "list" }, kinds.map(({ set }) => row({ id: `before-${set.version_id}`, title: set.title, onclick: () => app.go("before", { id: set.version_id }) }))))],
});
