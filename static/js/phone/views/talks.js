// @ts-check
// *Samtaler*: what lies on this phone, what waits first; and one of them whole.
import { _ } from "../../words.js";
import { button, h, pill, row } from "../dom.js";
import { how_things_are } from "../frame.js";
import { state, talk_of, talks as all_talks } from "../state.js";
import { note_of, status_of, status_pill, title_of } from "../talk_words.js";
import { answers } from "./answers.js";
import { undo_button } from "./saved.js";

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function talks(app) {
  const found = all_talks();
  const waits = found.filter((one) => one.state);
  const sent = found.filter((one) => !one.state);
  /** @param {any} one */
  const line = (one) => row({ id: `talk-${one.first}`, title: title_of(one.item), note: note_of(one), mark: status_pill(app, one), onclick: () => app.go("one", { id: one.first }) });
  return {
    title: _("Samtaler"),
    main: [
      h("div", { class: "stack-large" },
        h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, _("Samtaler")), h("p", { class: "muted" }, _("Det, du har noteret på den her telefon de sidste 14 dage."))),
        ...how_things_are(app),
        waits.length > 0 && h("section", { class: "stack-small" }, h("h2", {}, _("Ikke sendt endnu")), h("ul", { class: "list" }, waits.map(line))),
        sent.length > 0 && h("section", { class: "stack-small" }, h("h2", {}, _("Sendt")), h("ul", { class: "list" }, sent.map(line))),
        found.length === 0 && h("div", { class: "empty" }, h("h2", {}, _("Ingen samtaler på telefonen."))),
        h("p", { class: "actions" }, h("a", { class: "button quiet", href: "/conversations/" }, _("Se alle samtaler på nettet")))),
    ],
  };
}

/** @param {import("../app.js").App} app @param {{id: string}} args @returns {import("../app.js").View} */
export function one_talk(app, { id }) {
  const talk = talk_of(id);
  if (!talk) {
    queueMicrotask(() => app.go("talks", {}, { replace: true }));
    return { title: _("Samtale"), main: [] };
  }
  const names = talk.item.themes.confirmed.map((/** @type {string} */ key) => state.kit.themes.find((/** @type {any} */ one) => one.id === key)?.name ?? "");
  const status = status_of(talk);
  return {
    title: _("Samtale"),
    close: () => app.go("talks"),
    main: [
      h("div", { class: "stack" },
        h("h1", { tabindex: "-1" }, _("Samtale")),
        h("p", { class: "row" }, h("span", { role: "status" }, pill(status.text, status.kind, status.icon)), h("span", { class: "muted small" }, note_of(talk))),
        h("div", { class: "card stack-small" }, answers(app, talk.item)),
        h("p", { class: "row" }, names.length ? names.map((/** @type {string} */ name) => pill(name)) : pill(_("Uden tema")), talk.item.quote_scope === "area" ? pill(_("Må citeres"), "voice", "quote") : pill(_("Må ikke citeres"))),
        h("p", { class: "actions" }, button(_("Ret"), () => app.go("correct", { id }), { kind: "quiet", icon: "pencil", id: "correct" }), button(_("Tema og citat"), () => app.go("saved", { id }), { kind: "quiet", icon: "tag", id: "answer" }), undo_button(app, id))),
    ],
  };
}
