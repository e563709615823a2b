// @ts-check
// How a talk that lies here is named and what is said of it: "Gemt på telefonen" and "Sendt 7.21" are never mixed up.
import { texts_of } from "../capture/draft.js";
import { _ } from "../words.js";
import { clock, when } from "./dates.js";
import { pill } from "./dom.js";
import { state } from "./state.js";

const LONGEST_TITLE = 70;

/** Its themes, else the first words of a talk, as on the pages (shared/talks.py). @param {any} item */
export function title_of(item) {
  const themes = (item.themes?.confirmed ?? []).map((/** @type {string} */ key) => state.kit?.themes.find((/** @type {any} */ one) => one.id === key)?.name).filter(Boolean);
  if (themes.length) return themes.join(", ");
  const text = texts_of(item).join(" ").replace(/\s+/g, " ").trim();
  if (!text) return item.kind === "withdrawal" ? _("En samtale tages tilbage") : _("Samtale uden ord");
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE + 1).replace(/\s*\S*$/, "") || text.slice(0, LONGEST_TITLE)} …` : text;
}

/** @param {any} one */
export function note_of(one) {
  const unit = state.kit?.units.find((/** @type {any} */ place) => place.id === one.item.unit);
  return [unit?.name, when(one.saved_at)].filter(Boolean).join(" · ");
}

/** @param {any} one waiting, or a copy of what was sent @returns {{text: string, kind: string, icon: string}} */
export function status_of(one) {
  if (!one.state) return { text: _("Sendt %(clock)s", { clock: clock(new Date(one.sent_at)) }), kind: "ok", icon: "check" };
  if (one.state === "stuck") return { text: one.status === "conflict" ? _("To udgaver") : _("Ikke sendt"), kind: "bad", icon: "triangle-alert" };
  if (one.state === "offered" && state.sending) return { text: _("Sender …"), kind: "info", icon: "send" };
  return { text: _("På telefonen"), kind: "wait", icon: "smartphone" };
}

/** @param {any} _app @param {any} one */
export function status_pill(_app, one) {
  const { text, kind, icon } = status_of(one);
  return pill(text, kind, icon);
}

/** Why an item has need of its person, in plain words. @param {import("../outbox/queue.js").Waiting} one */
export function reasons(one) {
  if (one.status === "conflict") return [_("Samtalen findes allerede med en anden tekst. Begge er gemt.")];
  if (one.status === "refused") return [_("Den blev ikke taget imod. Måske er den for stor.")];
  if (one.status === "unusable") return [_("Den mangler det, den skal kendes på.")];
  const said = one.problems.map((problem) => problem.message).filter(Boolean);
  return said.length ? said : [_("Den kan ikke bruges, som den er.")];
}
