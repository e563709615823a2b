// @ts-check
// *På vej*: what is only here, what has need of its person, and whether the browser promised to keep it.
import { _, ngettext } from "../../words.js";
import { button, h, icon, row } from "../dom.js";
import { when } from "../dates.js";
import { copy_in_a_file } from "../copies.js";
import { again, drop } from "../deeds.js";
import { how_things_are } from "../frame.js";
import { state } from "../state.js";
import { note_of, reasons, status_pill, title_of } from "../talk_words.js";

/** More rows than one looks through; a phone that was away for long may have many. */
const FIRST_ROWS = 50;
let every_row = false;

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function outbox(app) {
  const stuck = state.outbox.filter((one) => one.state === "stuck");
  const waits = state.outbox.filter((one) => one.state !== "stuck");
  const out = ["signed_out", "revoked"].includes(state.net); // nothing leaves, whoever presses
  const oldest = state.outbox.map((one) => one.saved_at).sort()[0];
  return {
    title: _("På vej"),
    dock: waits.length > 0 && !out && button(_("Prøv at sende nu"), () => app.kick({ pressed: true }), { icon: "send", id: "send" }),
    main: [
      h("div", { class: "stack-large" },
        h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, _("På vej")),
          h("p", { class: "muted", role: "status" }, state.outbox.length ? ngettext("%(num)d ligger kun på telefonen, fra %(when)s.", "%(num)d ligger kun på telefonen. Den ældste er fra %(when)s.", state.outbox.length, { when: when(oldest) }) : state.locked ? null : _("Alt er sendt. Intet ligger kun på telefonen."))),
        ...how_things_are(app),
        stuck.length > 0 && h("section", { class: "stack-small" }, h("h2", {}, _("Har brug for dig")), h("ul", { class: "list" }, stuck.map((one) => in_need(app, one)))),
        waits.length > 0 && h("section", { class: "stack-small" }, h("h2", {}, out ? _("Ikke sendt endnu") : _("Sendes af sig selv")),
          h("ul", { class: "list" }, (every_row ? waits : waits.slice(0, FIRST_ROWS)).map((one) => row({ id: `waiting-${one.id}`, title: title_of(one.item), note: note_of(one), mark: status_pill(app, one), onclick: () => one.item.kind === "withdrawal" || app.go("one", { id: one.first }) }))),
          !every_row && waits.length > FIRST_ROWS && h("p", {}, button(_("Vis alle %(num)d", { num: waits.length }), () => ((every_row = true), app.draw()), { kind: "second", id: "every-row" }))),
        state.others > 0 && h("p", { class: "small muted" }, ngettext("%(num)d samtale på telefonen er en andens. Den sendes, når vedkommende logger ind.", "%(num)d samtaler på telefonen er andres. De sendes, når vedkommende logger ind.", state.others)),
        state.locked > 0 && h("p", { class: "small muted" }, ngettext("%(num)d samtale på telefonen kan ikke åbnes. Spørg din administrator.", "%(num)d samtaler på telefonen kan ikke åbnes. Spørg din administrator.", state.locked)),
        copy_in_a_file(app),
        promise(app),
        h("p", {}, h("a", { class: "button quiet", href: "/notices/settings" }, icon("bell"), _("Påmindelser")))),
    ],
    leave: () => void (every_row = false),
  };
}

/** @param {import("../app.js").App} app @param {import("../../outbox/queue.js").Waiting} one */
function in_need(app, one) {
  const retry = async () => {
    await again(one);
    app.kick({ pressed: true });
  };
  const gone = async () => {
    await drop(one);
    app.changed();
    app.draw();
  };
  return h("li", { class: "item" }, icon("triangle-alert"),
    h("span", { class: "item-text" }, h("span", { class: "item-title" }, title_of(one.item)), h("span", { class: "item-note" }, reasons(one).join(" "))),
    h("span", { class: "item-actions" },
      one.status === "conflict"
        ? h("a", { class: "button quiet", href: "/capture/help" }, _("Sammenlign"))
        : one.item.kind === "conversation" && button(_("Ret og send"), () => app.go("correct", { id: one.first }), { kind: "quiet", icon: "pencil", id: `fix-${one.id}` }),
      button(_("Send igen"), retry, { kind: "quiet", icon: "refresh-cw", id: `again-${one.id}` }),
      h("details", {}, h("summary", {}, _("Slet")), h("p", { class: "small" }, _("Ordene bliver slettet fra telefonen. Det kan ikke fortrydes.")), button(_("Slet den"), gone, { kind: "danger", id: `drop-${one.id}` }))));
}

/** @param {import("../app.js").App} app */
function promise(app) {
  if (state.persisted === null) {
    navigator.storage?.persisted?.().then((kept) => {
      if (state.persisted === kept) return;
      state.persisted = kept;
      if (app.here === "outbox") app.draw();
    });
    return null;
  }
  return h("p", { class: "small muted" }, state.persisted ? _("Telefonen har lovet ikke at rydde det op, der ligger her.") : _("Telefonen kan rydde op, hvis den mangler plads. Læg Hørt på hjemmeskærmen, og send, når du kan."));
}
