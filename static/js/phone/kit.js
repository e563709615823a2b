// @ts-check
// Fetches what the phone needs to work offline, and does what it says: whom it belongs to, what to forget, whether the store went back in time.
import { is_open, is_signed_out, without_use } from "../outbox/queue.js";
import { ask, device, why_signed_out } from "../outbox/ask.js";
import { has_key } from "../outbox/seal.js";
import { is_locked, secure } from "../outbox/keys.js";
import { has_left } from "../outbox/lock.js";
import * as store from "../outbox/store.js";
import { offered_again } from "../outbox/talk.js";
import { speak } from "../words.js";
import { shut_out } from "./locking.js";
import { load, show, state } from "./state.js";

const KEPT_DAYS = 14;

/** A page that came over the net has the kit on its way already (its Link header); that answer is taken as it comes. */
let ahead = !navigator.serviceWorker?.controller;

/** What lies here from last time; nothing is asked of anybody. */
export async function from_store() {
  const lying = await store.first_look();
  if (!lying.device) device().catch(() => {}); // made again before anything is sent
  state.net = lying.shut_out ?? "unknown";
  state.was_out = Boolean(lying.shut_out);
  // Somebody else, who notes no talks, was signed in last: what lies here is not theirs to see. What is locked nobody sees.
  const { kit } = lying;
  state.kit = state.net === "no_role" || lying.leaving || !kit?.person || is_locked(kit.person.id) ? null : kit;
  state.was_here = Boolean(kit);
  state.language = kit?.language ?? lying.language;
  show(lying);
}

/** @param {() => void} [at_once] the very first one is shown before it is stored @returns {Promise<boolean>} whether something new came */
export async function fetch_kit(at_once = () => {}) {
  if (!(await has_left())) return not_reached("away");
  const etag = state.kit && !ahead ? await store.meta("kit_etag") : null;
  ahead = false;
  // A phone that was shut out is told so, also when it has nothing to send. (Not by the kit that a first page asks for early.)
  const headers = { Accept: "application/json", "X-Device": await device().catch(() => ""), ...(etag ? { "If-None-Match": etag } : {}) };
  const answer = await ask("/sync/kit", { headers });
  if (is_signed_out(answer)) return shut_out(await why_signed_out());
  if (answer.status === 403 && answer.json?.code === "revoked") return shut_out("revoked");
  if (answer.status === 404 && answer.json?.code === "404") return shut_out("no_role");
  if (answer.status === 304 && etag) return (await same_as_before(answer.date), false);
  if (answer.status !== 200 || !answer.json?.person?.id) return not_reached(without_use(answer).kind);
  if (!(await take(answer.json, answer.etag, at_once))) return ((state.net = "busy"), false);
  await let_in();
  return true;
}

/** @param {"busy" | "away"} how */
function not_reached(how) {
  if (!["signed_out", "revoked", "no_role"].includes(state.net)) state.net = how;
  return false;
}

/** Nothing new but the time: the phone's clock may have been set since. @param {string | null} date */
async function same_as_before(date) {
  const skew_ms = Date.now() - Date.parse(date ?? "");
  const is_sealed = await secure(state.kit.person.id);
  if (!state.kit) return; // locked meanwhile
  if (skew_ms || is_sealed) await store.keep_meta({ kit: (state.kit = { ...state.kit, skew_ms }) });
  await let_in();
}

async function let_in() {
  if (state.was_out) await store.keep_meta({ shut_out: undefined });
  state.was_out = false;
  state.net = "ok";
  state.kit_at = Date.now();
}

/** The page speaks the language of its person, also while what is theirs is locked. Named anew it would be laid out anew. @param {{language?: string} | null} kit */
export async function speak_to(kit) {
  const page = document.documentElement;
  const language = kit?.language ?? state.language ?? "da";
  if (page.lang !== language) page.lang = language;
  await speak(page.lang);
}

/** @param {any} kit @param {string | null} etag @param {() => void} at_once @returns {Promise<boolean>} false: it is of no use before the key is lent too */
async function take(kit, etag, at_once) {
  const is_sealed = secure(kit.person.id);
  // Nobody sees what is not theirs while their key is on its way.
  if (state.kit && state.kit.person.id !== kit.person.id) state.drafts = state.outbox = state.kept = [];
  // Written would be nothing that is locked; so it is opened before it is shown.
  if (is_locked(kit.person.id)) {
    state.kit = null;
    if (!(await is_sealed)) return false;
  }
  const skew_ms = Date.now() - new Date(kit.server_time).getTime();
  const sets = Object.fromEntries(kit.question_sets.map((/** @type {any} */ set) => [`set:${set.version_id}`, set]));
  const is_first = !state.kit;
  const stored = is_sealed.then(() => store.keep_meta({ ...sets, kit: { ...kit, skew_ms }, kit_etag: etag ?? undefined }));
  stored.catch(() => {}); // told by the await below
  state.kit = { ...kit, skew_ms };
  await speak_to(kit);
  if (is_first && has_key(kit.person.id)) await load();
  if (is_first) at_once();
  await stored;
  await load();
  await went_back(kit);
  await forget(kit);
  await load();
  return true;
}

/** Another epoch: the store was restored from a back-up, so everything kept is offered once more. What was erased stays so.
 * @param {any} kit */
async function went_back(kit) {
  const key = `epoch:${kit.person.id}`;
  const known = await store.meta(key);
  if (known && known !== kit.epoch) {
    const copies = (await store.all("kept")).filter((copy) => copy.owner === kit.person.id && !copy.locked);
    const lying = new Set(state.outbox.map((one) => one.id));
    const add = copies.flatMap((copy) => offered_again({ earlier: [], ...copy })).filter((one) => !lying.has(one.id));
    await store.apply({ add, meta: { [key]: kit.epoch } });
  } else if (!known) await store.keep_meta({ [key]: kit.epoch });
}

/** What was erased on the server goes here too, and copies that have lain long enough, by the server's clock. @param {any} kit */
async function forget(kit) {
  const erased = new Set(kit.forget);
  const oldest = new Date(kit.server_time).getTime() - KEPT_DAYS * 86_400_000;
  const [kept, outbox, drafts] = [await store.all("kept"), await store.all("outbox"), await store.all("drafts")];
  const own = (/** @type {any} */ one) => one.owner === kit.person.id && !one.locked;
  // What was taken back is erased there by this phone's own word: that word is kept, for a store that goes back in time.
  const is_erased = (/** @type {any} */ one) => one.item.kind !== "withdrawal" && (erased.has(one.id) || erased.has(one.first));
  const copies = kept.filter((one) => own(one) && (is_erased(one) || new Date(one.sent_at).getTime() < oldest));
  // What was written since, or is offered again, is not what was erased or settled there: the store is asked, and says so itself.
  const waiting = outbox.filter((one) => own(one) && !is_open(one) && one.item.kind !== "withdrawal" && erased.has(one.id));
  const begun = drafts.filter((one) => own(one) && erased.has(one.first));
  if (copies.length || waiting.length || begun.length) await store.apply({ forget: copies.map((one) => one.first), remove: waiting.map((one) => one.n), drafts: begun.map((one) => one.id) });
}
