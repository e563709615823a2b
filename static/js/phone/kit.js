// @ts-check
// Fetches what the phone needs to work offline, and does what it says: whom it belongs to, what to forget, whether the store went back in time.
import { ask } from "../outbox/send.js";
import * as store from "../outbox/store.js";
import { uuid7 } from "../outbox/ids.js";
import { load, state } from "./state.js";

const KEPT_DAYS = 14;

/** What lies here from last time; nothing is asked of anybody. */
export async function from_store() {
  if (!(await store.meta("device"))) await store.keep_meta({ device: uuid7() });
  state.kit = (await store.meta("kit")) ?? null;
  state.net = (await store.meta("shut_out")) ?? "unknown";
  await load();
}

/** @returns {Promise<boolean>} whether something new came */
export async function fetch_kit() {
  const etag = state.kit ? await store.meta("kit_etag") : null;
  const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
  const answer = await ask("/sync/kit", { headers });
  if (answer.status === 401) return shut_out("signed_out");
  if (answer.status === 403) return shut_out("revoked");
  if (answer.status === 404) return shut_out("no_role");
  if (answer.status === 304) return (await let_in(), false);
  if (answer.status !== 200 || !answer.json?.person?.id) return ((state.net = state.net === "signed_out" ? state.net : "away"), false);
  await take(answer.json, answer.etag);
  await let_in();
  return true;
}

/** @param {"signed_out" | "revoked" | "no_role"} how */
export async function shut_out(how) {
  state.net = how;
  await store.keep_meta({ shut_out: how });
  return false;
}

async function let_in() {
  if (["signed_out", "revoked", "no_role", "other_person"].includes(state.net)) await store.keep_meta({ shut_out: undefined });
  state.net = "ok";
}

/** @param {any} kit @param {string | null} etag */
async function take(kit, etag) {
  const skew_ms = Date.now() - new Date(kit.server_time).getTime();
  const sets = Object.fromEntries(kit.question_sets.map((/** @type {any} */ set) => [`set:${set.version_id}`, set]));
  await store.keep_meta({ ...sets, kit: { ...kit, skew_ms }, kit_etag: etag ?? undefined });
  state.kit = { ...kit, skew_ms };
  await went_back(kit);
  await forget(kit);
  await load();
}

/** Another epoch: the store was restored from a back-up, so everything kept is offered once more. What was erased stays so.
 * @param {any} kit */
async function went_back(kit) {
  const key = `epoch:${kit.person.id}`;
  const known = await store.meta(key);
  if (known && known !== kit.epoch) {
    const copies = (await store.all("kept")).filter((copy) => copy.owner === kit.person.id);
    /** @type {import("../outbox/queue.js").Waiting[]} */
    const again = copies.map(({ first, id, owner, item, saved_at }) => ({ id, first, owner, item, saved_at, state: "waiting", hold_until: 0, problems: [], status: null }));
    await store.apply({ add: again.filter((one) => !state.outbox.some((other) => other.id === one.id)) });
  }
  if (known !== kit.epoch) await store.keep_meta({ [key]: kit.epoch });
}

/** What was erased on the server goes here too, and copies that have lain long enough, by the server's clock. @param {any} kit */
async function forget(kit) {
  const erased = new Set(kit.forget);
  const oldest = new Date(kit.server_time).getTime() - KEPT_DAYS * 86_400_000;
  const [kept, outbox] = [await store.all("kept"), await store.all("outbox")];
  const own = (/** @type {any} */ one) => one.owner === kit.person.id;
  const copies = kept.filter((one) => own(one) && (erased.has(one.id) || erased.has(one.first) || new Date(one.sent_at).getTime() < oldest));
  const waiting = outbox.filter((one) => own(one) && one.item.kind !== "withdrawal" && erased.has(one.id));
  if (copies.length || waiting.length) await store.apply({ forget: copies.map((one) => one.first), remove: waiting.map((one) => one.n) });
}
