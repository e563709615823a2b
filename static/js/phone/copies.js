// @ts-check
// What is not sent, in a file that the person keeps; and such a file brought back, on this phone or another of theirs.
import * as store from "../outbox/store.js";
import { _, ngettext } from "../words.js";
import { button, h } from "./dom.js";
import { load, state } from "./state.js";

const SCHEMA = "hoert.copy/1";
const MOST_BYTES = 20_000_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What came of the last file that was brought in. */
let said = "";

/** @param {import("./app.js").App} app */
export function copy_in_a_file(app) {
  const bring = h("input", { class: "input", type: "file", id: "bring", accept: "application/json,.json", autocomplete: "off", onchange: async () => {
    const [file] = bring.files;
    if (!file) return;
    said = await brought_in(file).catch(() => _("Filen kunne ikke læses."));
    bring.value = "";
    app.draw();
    app.changed();
    app.kick({ pressed: true });
  } });
  return h("details", { id: "copies" }, h("summary", {}, _("Kopi i en fil")),
    h("div", { class: "stack-small" },
      state.outbox.length > 0 && h("div", { class: "stack-small" }, h("p", { class: "small" }, _("Filen rummer det, der ikke er sendt, så alle kan læse det. Pas på den, og slet den bagefter.")), h("p", {}, button(_("Gem en kopi i en fil"), save_copy, { kind: "second", icon: "download", id: "copy" }))),
      h("div", { class: "field" }, h("label", { for: "bring" }, _("Hent en kopi ind")), bring, h("p", { class: "small", role: "status" }, said))));
}

/** Everything of the person's own that is not sent. */
function save_copy() {
  const items = state.outbox.map(({ first, item, saved_at }) => ({ first, item, saved_at }));
  const url = URL.createObjectURL(new Blob([JSON.stringify({ schema: SCHEMA, owner: state.kit.person.id, items }, null, 2)], { type: "application/json" }));
  h("a", { href: url, download: "hoert-ikke-sendt.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The items of a copy that this phone does not have wait here again; the store judges each as if it had never left.
 * @param {Blob} file @returns {Promise<string>} what came of it, in words */
async function brought_in(file) {
  if (file.size > MOST_BYTES) return _("Filen er for stor.");
  const copy = JSON.parse(await file.text());
  if (copy?.schema !== SCHEMA || !Array.isArray(copy.items)) return _("Filen er ikke en kopi fra Hørt.");
  if (copy.owner !== state.kit.person.id) return _("Kopien er en andens. Den kan kun hentes ind af den, der har skrevet den.");
  await load();
  const locked = (await store.all("outbox")).filter((one) => one.locked);
  const known = new Set([...locked, ...state.outbox, ...state.kept.flatMap((one) => [one.item, ...(one.earlier ?? [])])].map((one) => one.id));
  const fresh = copy.items.filter(is_one).filter((/** @type {any} */ { item }) => !known.has(item.id) && known.add(item.id));
  await store.apply({ add: fresh.map((/** @type {any} */ { first, item, saved_at }) => ({ id: item.id, first, owner: copy.owner, item, state: "waiting", saved_at, hold_until: 0, problems: [], status: null })) });
  await load();
  return fresh.length ? ngettext("%(num)d samtale er hentet ind.", "%(num)d samtaler er hentet ind.", fresh.length) : _("Det hele er her allerede.");
}

/** Whether it can lie in the outbox and be shown there; what it says is the store's to judge. @param {any} one */
function is_one(one) {
  const { item } = one ?? {};
  const is_talk = item?.kind === "conversation" && Array.isArray(item.answers) && Array.isArray(item.themes?.confirmed) && Array.isArray(item.themes.rejected) && typeof item.themes.tones === "object";
  return UUID.test(one?.first) && UUID.test(item?.id) && !Number.isNaN(Date.parse(one.saved_at)) && (is_talk || (item.kind === "withdrawal" && UUID.test(item.of)));
}
