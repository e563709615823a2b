// @ts-check
// *Hjem*: begin a talk, go on with one, and see that the others are on their way.
import { begin } from "../../capture/draft.js";
import { _, ngettext } from "../../words.js";
import { button, h, row } from "../dom.js";
import { when, with_offset } from "../dates.js";
import { how_things_are } from "../frame.js";
import { drop_draft } from "../saving.js";
import { choices, quick_ones, usual_ones } from "../sets.js";
import { set_now, talks } from "../state.js";
import { news_row } from "./news_row.js";
import { note_of, status_pill, title_of } from "../talk_words.js";

const RECENT = 5;

/** A new talk, within the tap; with several question sets one chooses first. `replace`: the view that led here is none to go back to.
 * @param {import("../app.js").App} app */
export function new_one(app, quick = false, replace = false) {
  const kinds = kinds_of(app, quick);
  if (kinds.length === 1) open(app, kinds[0], quick, replace);
  else app.go("choose", { quick }, { replace });
}

/** @param {import("../app.js").App} app @param {boolean} quick */
const kinds_of = (app, quick) => (quick ? quick_ones : usual_ones)(choices(app.state.kit));

/** @param {import("../app.js").App} app @param {any} kind @param {boolean} [quick] */
export const begun_in = (app, { set, units }, quick = false) => begin({ owner: app.state.kit.person.id, version: set.version_id, unit: units[0].id, opened_at: with_offset(new Date()), quick });

/** @param {import("../app.js").App} app @param {any} kind @param {boolean} quick @param {boolean} replace */
function open(app, kind, quick, replace) {
  const draft = begun_in(app, kind, quick);
  app.go("talk", { id: draft.id, draft, set: kind.set }, { replace });
}

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function home(app) {
  const { kit, drafts, net, broken } = app.state;
  if (!kit) return { title: _("Hjem"), main: [broken ? no_store(app) : first_time(net, app.state.locked)] };
  const may = choices(kit).length > 0;
  const recent = talks().slice(0, RECENT);
  return {
    title: _("Hjem"),
    dock: may && button(_("Ny samtale"), () => new_one(app), { icon: "plus", id: "new" }),
    main: [
      h("div", { class: "stack-large" },
        h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, greeting(kit.person.name)), h("p", { class: "muted" }, _("Har du lige talt med nogen? Skriv det ned, mens du kan huske ordene."))),
        ...how_things_are(app),
        drafts.map((draft) => begun(app, draft)),
        may && h("ul", { class: "list" },
          news_row(app),
          row({ id: "before", name: "message-circle", title: _("Før snakken"), note: _("Det, du siger og spørger om"), onclick: () => app.go("before") }),
          row({ id: "quick", name: "pencil", title: _("Hurtig note"), note: _("Én sætning, når der ikke er tid til mere"), onclick: () => new_one(app, true) })),
        !may && h("p", {}, _("Der er ingen spørgsmål til dit sted endnu. Spørg din administrator.")),
        recent.length
          ? h("section", { class: "stack-small", "aria-labelledby": "recent" }, h("h2", { id: "recent" }, _("Dine seneste samtaler")),
              h("ul", { class: "list" }, recent.map((one) => row({ id: `talk-${one.first}`, title: title_of(one.item), note: note_of(one), mark: status_pill(app, one), onclick: () => app.go("one", { id: one.first }) }))))
          : h("div", { class: "empty" }, h("h2", {}, _("Ingen samtaler på telefonen.")), h("p", {}, _("Her noterer du det, folk fortæller dig i hverdagen. Tre spørgsmål. Ingen navne."))),
      ),
    ],
  };
}

/** Private mode, or storage that cannot be opened. @param {import("../app.js").App} app */
const no_store = (app) => h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, "Hørt"), how_things_are(app).filter((one) => one.classList.contains("bad")));

/** Nobody's talks can be shown. @param {string} net @param {number} locked */
function first_time(net, locked) {
  const here = h("h1", { tabindex: "-1" }, net === "no_role" ? _("Du noterer ikke samtaler") : _("Log ind først"));
  const lie = locked > 0 && h("p", { class: "muted" }, ngettext("%(num)d samtale ligger låst på telefonen. Den åbnes, når den, der skrev den, logger ind.", "%(num)d samtaler ligger låst på telefonen. De åbnes, når den, der skrev dem, logger ind.", locked));
  if (net === "no_role") return h("div", { class: "stack" }, here, lie, h("p", {}, h("a", { href: "/" }, _("Gå til forsiden"))));
  if (net === "revoked") return h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, _("Telefonens adgang er fjernet.")), locked > 0 && h("p", {}, ngettext("%(num)d samtale, der ikke er sendt, ligger låst på telefonen.", "%(num)d samtaler, der ikke er sendt, ligger låst på telefonen.", locked)), h("p", {}, _("Spørg din administrator.")));
  const why = net === "busy" ? _("Hørt svarer ikke lige nu. Prøv igen om lidt.") : net === "signed_out" ? _("Så kan du notere samtaler på den her telefon, også uden net.") : locked ? _("Du skal på nettet for at logge ind.") : _("Du skal på nettet for at logge ind første gang.");
  return h("div", { class: "stack" }, here, h("p", {}, why), lie, h("p", {}, h("a", { class: "button", href: "/auth/sign-in?next=/phone/" }, _("Log ind"))));
}

/** The first words of a draft; codes of choices are none. @param {import("../../capture/draft.js").Draft} draft @param {() => void} draw */
function begun_with({ version, answers, left = [] }, draw) {
  const set = set_now(version, draw);
  if (set === undefined) return null; // it is being looked up what is words
  const is_chosen = (/** @type {string} */ id) => set?.questions.some((/** @type {any} */ one) => one.id === id && !/text$/.test(one.kind));
  return title_of({ answers: [...Object.entries(answers).filter(([id, text]) => typeof text === "string" && !is_chosen(id)).map(([, text]) => ({ text })), ...left] });
}

/** @param {import("../app.js").App} app @param {import("../../capture/draft.js").Draft} draft */
function begun(app, draft) {
  const drop = async () => {
    await drop_draft(draft.id);
    app.changed();
    app.draw();
  };
  return h("div", { class: "card stack-small" },
    h("p", {}, h("b", {}, _("Du var i gang med en samtale %(when)s.", { when: when(draft.edited_at) })), " ", h("span", { class: "muted" }, begun_with(draft, app.draw))),
    h("p", { class: "actions" }, button(_("Fortsæt"), () => app.go("talk", { id: draft.id }), { kind: "quiet", icon: "pencil", id: `draft-${draft.id}` }),
      h("details", {}, h("summary", {}, _("Slet")), button(_("Slet det, du har skrevet"), drop, { kind: "danger" }))));
}

/** @param {import("../app.js").App} app @param {{quick?: boolean}} args @returns {import("../app.js").View} */
export function choose(app, { quick = false }) {
  const kinds = kinds_of(app, quick);
  return {
    title: _("Hvilken samtale?"),
    close: app.home,
    main: [h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, _("Hvilken samtale?")),
      h("ul", { class: "list" }, kinds.map((/** @type {any} */ kind) => row({ id: `set-${kind.set.version_id}`, title: kind.set.title, note: app.state.kit.units.length > 1 && kind.units.length === 1 ? kind.units[0].name : null, onclick: () => open(app, kind, quick, true) }))))],
  };
}

/** The shortcut of the home screen: straight into the form. @param {import("../app.js").App} app */
export function quick(app) {
  queueMicrotask(() => new_one(app, true, true));
  return { title: _("Hurtig note"), main: [] };
}

/** @param {string} name */
function greeting(name) {
  const [hour, first] = [new Date().getHours(), name.split(" ")[0]];
  if (hour < 10) return _("Godmorgen, %(name)s", { name: first });
  return hour < 18 ? _("Goddag, %(name)s", { name: first }) : _("Godaften, %(name)s", { name: first });
}

