// @ts-check
// The row on *Hjem* that leads to the news, and what a piece of news is called.
import { _, ngettext } from "../../words.js";
import { pill, row } from "../dom.js";
import { state } from "../state.js";

/** @typedef {{id: string, kind: "reply" | "read" | "recoded" | "put_back" | "kept", by: string, at: string, text: string, talk: string | null, week: string | null, talks: number}} News */

/** A kit of an earlier release knows of none. @returns {News[]} */
export const all = () => [...(state.kit?.news ?? []), ...(state.kit?.recodings ?? [])].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));

/** The row on *Hjem* that leads here; nothing while there is no news. @param {import("../app.js").App} app */
export function news_row(app) {
  const [first, fresh] = [all()[0], all().filter(({ id }) => !state.seen.has(id))];
  const mark = fresh.length > 0 && pill(ngettext("%(num)d ny", "%(num)d nye", fresh.length), "primary");
  return first && row({ id: "news", name: "bell", title: _("Nyt til dig"), note: title(fresh[0] ?? first), mark, onclick: () => app.go("news") });
}

/** @param {News} one */
export function title(one) {
  const name = one.by;
  if (one.kind === "reply") return _("%(name)s har svaret dig", { name });
  if (one.kind === "recoded") return _("%(name)s har rettet temaerne i din samtale", { name });
  if (one.kind === "put_back") return _("%(name)s har sat temaerne tilbage", { name });
  if (one.kind === "kept") return _("%(name)s har beholdt temaerne", { name });
  return ngettext("%(name)s har læst ugen med din samtale", "%(name)s har læst ugen med dine %(num)d samtaler", one.talks, { name });
}
