// @ts-check
// Sends what waits: one sender a device (a Web Lock), oldest first, by trying. An item leaves the outbox by its own receipt only.
import { ask, post, why_signed_out } from "./ask.js";
import { fingerprint } from "./fingerprint.js";
import { batch, is_signed_out, judge, LONGEST_BACK_OFF_MS, MOST_ITEMS, read, sendable, tally, wait_ms, without_use } from "./queue.js";
import * as store from "./store.js";

/** @typedef {import("./queue.js").Waiting} Waiting */
/** @typedef {{owner: string, told?: () => void, now?: () => number, by_clock?: boolean}} How  `by_clock`: nobody asked for it, so the back-off is kept */
/** What came of it: how many items were judged; of these, how many talks are there now, and how many items have need of their person.
 * @typedef {{ended: Ended, judged: number, sent: number, refused: number}} Came */
/** `later`: nothing was tried, for it is too early. @typedef {"sent" | "nothing" | "signed_out" | "ended" | "revoked" | "other_person" | "busy" | "away" | "later"} Ended */

/**
 * Sends everything that may leave. Other tabs wait for their turn. `told` hears after each envelope.
 * @param {How} how @returns {Promise<Came>}
 */
export async function flush(how) {
  return navigator.locks.request("hoert-outbox", () => run(how));
}

/** @param {How} how @returns {Promise<Came>} */
async function run({ owner, told = () => {}, now = Date.now, by_clock = false }) {
  const [skipped, may_leave] = [new Set(), (/** @type {Waiting} */ one) => sendable([one], owner, now()).length > 0];
  let [judged, refused, most, token, tokens] = [0, 0, MOST_ITEMS, "", 0];
  const talks = new Set();
  /** @param {Ended} ended */
  const done = (ended) => ({ ended, judged, sent: talks.size, refused });
  /** @param {{kind: any, obliged_s?: number}} why */
  const not_now = async ({ kind, obliged_s }) => (await later(now(), obliged_s), done(kind));
  if (await must_wait(now(), by_clock)) return done("later");
  for (;;) {
    const all = sendable(await store.all("outbox"), owner, now()).filter((one) => !skipped.has(one.id) && one.item); // of what is locked only the face is known
    if (all.length === 0) return skipped.size ? not_now({ kind: "busy" }) : done(judged ? "sent" : "nothing");
    if (!token) {
      const answer = await ask("/sync/token");
      if (is_signed_out(answer)) return done(await why_signed_out());
      if (typeof answer.json?.csrf_token !== "string") return not_now(without_use(answer));
      if (answer.json.person !== owner) return done("other_person");
      token = answer.json.csrf_token;
    }
    const some = await store.offer(batch(all, most), may_leave);
    if (some.length === 0) continue;
    const hashes = await Promise.all(some.map((one) => fingerprint(one.item)));
    const answer = await post(some.map((one) => one.item), all.length - some.length, token);
    const said = judge(answer, some.length);
    if (said.kind === "receipts") {
      const came = await taken(some, answer.json, hashes);
      for (const one of came.left) skipped.add(one.id);
      for (const first of came.talks) talks.add(first);
      judged += some.length - came.left.length;
      refused += came.refused;
      [most, tokens] = [MOST_ITEMS, 0];
    } else if (said.kind === "token" && tokens++ < 1) {
      token = "";
    } else if (said.kind === "split" && some.length > 1) {
      most = Math.floor(some.length / 2);
    } else if (said.kind === "split") {
      await store.change(some[0].id, (one) => ({ ...one, state: "stuck", status: "refused", problems: [] }));
      refused++;
    } else if (said.kind === "signed_out" || said.kind === "ended" || said.kind === "revoked") {
      return done(said.kind === "ended" ? await why_signed_out() : said.kind);
    } else {
      return not_now(said.kind === "token" ? { kind: "busy" } : said);
    }
    told();
  }
}

/** Judges each receipt by itself and writes what came of it, all at once. `left`: those without a receipt of their own.
 * @param {Waiting[]} some @param {any} json @param {(string | null)[]} hashes */
async function taken(some, json, hashes) {
  /** @type {{put: Waiting[], gone: {one: Waiting, sent_at: string | null}[], meta: Record<string, any>}} */
  const into = { put: [], gone: [], meta: { epoch_seen: json.epoch, server_time: json.server_time } };
  /** @type {Waiting[]} */
  const left = [];
  some.forEach((one, place) => {
    const { event, next, problems } = read(one, json.receipts[place], hashes[place]);
    if (event === null) left.push(one);
    else if (next) into.put.push({ ...one, state: next, status: event, problems });
    else into.gone.push({ one, sent_at: event === "erased" ? null : json.server_time });
  });
  if (left.length === 0) into.meta.back_off = { failures: 0, not_before: 0, obliged_until: 0 };
  await store.settle(into);
  return { left, ...tally(into) };
}

/** A person's own doing sends at once; but nothing sends before the server said it may. A clock that was set back holds nothing up
 * for long. @param {number} now @param {boolean} by_clock */
async function must_wait(now, by_clock) {
  const back = (await store.meta("back_off")) ?? { not_before: 0, obliged_until: 0 };
  const ahead = (/** @type {number} */ moment) => moment > now && moment - now <= LONGEST_BACK_OFF_MS;
  return ahead(back.obliged_until) || (by_clock && ahead(back.not_before));
}

/** Not now: waits longer each time, and as long as the server asked for. @param {number} now @param {number} [obliged_s] */
async function later(now, obliged_s = 0) {
  const failures = ((await store.meta("back_off"))?.failures ?? 0) + 1;
  const wait = wait_ms(failures, Math.random, obliged_s);
  await store.keep_meta({ back_off: { failures, not_before: now + wait, obliged_until: obliged_s ? now + obliged_s * 1000 : 0 } });
}
