// @ts-check
// *Nyt til dig*: that a week was read, and what was answered to a talk of one's own. Comes with the kit; what was shown is remembered here.
import * as store from "../../outbox/store.js";
import { _ } from "../../words.js";
import { as_noted, h, icon } from "../dom.js";
import { when } from "../dates.js";
import { state, talk_of } from "../state.js";
import { title_of } from "../talk_words.js";
import { all, title } from "./news_row.js";

/** @typedef {import("./news_row.js").News} News */

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function news(app) {
  const found = all();
  const rest = found.filter(({ kind }) => kind !== "reply");
  remember(found);
  return {
    title: _("Nyt til dig"),
    close: app.home,
    main: [
      h("div", { class: "stack" },
        h("h1", { tabindex: "-1" }, _("Nyt til dig")),
        found.length === 0 && h("div", { class: "empty" }, h("h2", {}, _("Intet nyt endnu.")), h("p", {}, _("Når nogen læser eller svarer på dine samtaler, står det her."))),
        found.filter(({ kind }) => kind === "reply").map((one) => reply(app, one)),
        rest.length > 0 && h("ul", { class: "list" }, rest.map((one) => (one.kind === "read" ? was_read(one) : about_themes(one))))),
    ],
  };
}

/** @param {import("../app.js").App} app @param {News} one */
function reply(app, one) {
  const here = talk_of(one.talk ?? "");
  const open = (/** @type {Event} */ event) => (event.preventDefault(), app.go("one", { id: one.talk }));
  return h("article", { class: "card stack-small" },
    h("h2", {}, title(one)),
    h("p", { class: "muted small" }, [capital(when(one.at)), here && title_of(here.item)].filter(Boolean).join(" · ")),
    h("p", { class: "words", lang: as_noted() }, one.text),
    h("p", { class: "actions" },
      here && h("a", { class: "button quiet", href: "#", id: `talk-of-${one.id}`, onclick: open }, _("Se samtalen")),
      h("a", { class: "button quiet", href: `/conversations/${one.talk}#replies`, id: `answer-${one.id}` }, here ? _("Svar tilbage") : _("Se samtalen, og svar"))));
}

/** @param {News} one */
const was_read = (one) => h("li", { class: "item" }, icon("check"), h("span", { class: "item-text" }, h("span", { class: "item-title" }, title(one)), h("span", { class: "item-note" }, `${_("Uge %(number)d", { number: Number(one.week?.slice(-2)) })} · ${when(one.at)}`)));

/** What somebody else decided about one's talk; the talk's own page is where one disagrees. @param {News} one */
const about_themes = (one) =>
  h("li", {}, h("a", { class: "item", href: `/conversations/${one.talk}#recodings` }, icon("tag"),
    h("span", { class: "item-text" }, h("span", { class: "item-title" }, title(one)), h("span", { class: "item-note" }, `${one.text} · ${when(one.at)}`)),
    h("span", { class: "item-chevron" }, icon("chevron-right"))));

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Only what the kit still holds need be remembered. @param {News[]} shown */
function remember(shown) {
  if (shown.every(({ id }) => state.seen.has(id))) return;
  state.seen = new Set(shown.map(({ id }) => id));
  store.keep_meta({ seen: { person: state.kit.person.id, ids: [...state.seen] } }).catch((error) => console.info("not remembered as seen", error));
}
