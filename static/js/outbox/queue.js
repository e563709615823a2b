// @ts-check
// What may happen to a talk on its way to the store. Pure: no clock, no storage, no network; docs/outbox.md draws the table.

/** @typedef {"held" | "waiting" | "offered" | "stuck"} State */
/**
 * A talk (or an edit of one, or its withdrawal) that is not acknowledged. `n`: the order it was saved in. `first`: the talk it
 * belongs to, under the id of its first revision. `hold_until`: ms; until then it may still change and does not leave.
 * @typedef {{n?: number, id: string, first: string, owner: string, item: any, state: State, saved_at: string,
 *   hold_until: number, problems: {field: string, code: string, message: string}[], status: string | null}} Waiting
 */

/** What an event makes of a state. An event that does not stand here changes nothing. @type {Record<State, Record<string, State | null>>} */
export const TRANSITIONS = {
  held: { release: "waiting", undo: null },
  waiting: { offer: "offered", undo: null },
  // Once its bytes have left the phone nobody knows whether they arrived: its content is never changed again.
  offered: { fail: "offered", stored: null, duplicate: null, erased: null, conflict: "stuck", needs_help: "stuck", unusable: "stuck", refuse: "stuck" },
  stuck: { correct: "waiting", again: "waiting", stored: null, duplicate: null, erased: null, drop: null },
};

/** How long a talk waits on *Gemt* for the theme and the quoting, so that a usual talk is one item. */
export const HOLD_MS = 10_000;
export const MOST_ITEMS = 100;
export const MOST_BYTES = 900_000;
/** However long one is told to wait, or a clock was set back: not longer than this. */
export const LONGEST_BACK_OFF_MS = 3_600_000;
const LONGEST_WAIT_MS = 300_000;
const FIRST_WAIT_MS = 1_000;

/** The state after the event; null: it leaves the outbox; undefined: the event does not belong here.
 * @param {State} state @param {string} event @returns {State | null | undefined} */
export const step = (state, event) => TRANSITIONS[state][event];

/** Whether it may leave now. A clock that was set back holds nothing up. @param {Waiting} one @param {number} now ms */
export const may_leave = (one, now) => one.state === "waiting" || one.state === "offered" || (one.state === "held" && (one.hold_until <= now || one.hold_until > now + HOLD_MS));

/** What may leave now, oldest first, of this person's only.
 * @param {Waiting[]} all @param {string} owner @param {number} now ms */
export const sendable = (all, owner, now) => all.filter((one) => one.owner === owner && may_leave(one, now)).sort((a, b) => (a.n ?? 0) - (b.n ?? 0));

/** How many of them go in one envelope: within the limits of the contract, at least one.
 * @param {Waiting[]} some @param {number} most */
export function batch(some, most = MOST_ITEMS) {
  let bytes = 0;
  const fits = some.slice(0, most).findIndex((one) => (bytes += 3 * JSON.stringify(one.item).length) > MOST_BYTES);
  return some.slice(0, fits === -1 ? most : Math.max(1, fits));
}

/** `asked_at`: ms, by the clock of whoever answered. @typedef {{status: number, json: any, retry_after: string | null, asked_at?: number}} Answer  status 0: none came */

/** Whether the store itself says that nobody is signed in; a guest network says 401 too. @param {Answer} answer */
export const is_signed_out = ({ status, json }) => status === 401 && json?.code === "not_signed_in";

/** No use of an answer: the store is there and cannot ("busy"), or what answered is not the store ("away"). @param {Answer} answer
 * @returns {{kind: "busy" | "away", obliged_s: number}} */
export function without_use(answer) {
  const { status } = answer;
  return { kind: status === 429 || status >= 500 ? "busy" : "away", obliged_s: status === 429 || status === 503 ? asked_to_wait(answer) : 0 };
}

/** Seconds, as the header says them or until the date in it. @param {Answer} answer */
function asked_to_wait({ retry_after, asked_at = NaN }) {
  const seconds = Number(retry_after) || Math.ceil((Date.parse(retry_after ?? "") - asked_at) / 1000) || 0;
  return Math.min(Math.max(seconds, 0), LONGEST_BACK_OFF_MS / 1000);
}

/**
 * What an answer to an envelope means. Only an answer of our own schema is one; anything else is "not sent".
 * @param {Answer} answer @param {number} count how many items were sent
 * @returns {{kind: "receipts" | "signed_out" | "ended" | "revoked" | "split" | "token" | "busy" | "away", obliged_s?: number}}
 */
export function judge(answer, count) {
  const { status, json } = answer;
  if (status === 200 && json?.schema === "hoert.receipts/1" && Array.isArray(json.receipts) && json.receipts.length === count)
    return { kind: "receipts" };
  if (is_signed_out(answer)) return { kind: json.ended === true ? "ended" : "signed_out" };
  if (status === 403 && json?.code === "revoked") return { kind: "revoked" };
  if (status === 413 || (status === 400 && json?.code === "malformed")) return { kind: "split" };
  if (status === 419) return { kind: "token" };
  return without_use(answer);
}

/**
 * What a receipt makes of the item that was sent. `event` null: the receipt is not this item's, so it is not acknowledged.
 * @param {Waiting} one @param {any} receipt @param {string | null} sha256 of the item as it was sent
 */
export function read(one, receipt, sha256) {
  const its_own = receipt?.id === one.id && receipt.sha256 === sha256;
  const event = typeof receipt?.status === "string" ? receipt.status : "";
  if (!its_own || step("offered", event) === undefined) return { event: null, next: /** @type {State | null} */ ("offered"), problems: [] };
  // Without a fingerprint nothing can be acknowledged; it can only be shown.
  if (sha256 === null && ["stored", "duplicate"].includes(event)) return { event: null, next: /** @type {State | null} */ ("offered"), problems: [] };
  return { event, next: /** @type {State | null} */ (step("offered", event)), problems: receipt.problems ?? [] };
}

/** What is told of an envelope: the talks that are there now, by their first ids; and how many items have need of their person. What was
 * erased there or taken back is neither. @param {{put: Waiting[], gone: {one: Waiting, sent_at: string | null}[]}} outcome */
export const tally = ({ put, gone }) => ({
  talks: gone.filter(({ one, sent_at }) => sent_at && one.item.kind === "conversation").map(({ one }) => one.first),
  refused: put.filter((one) => one.state === "stuck").length,
});

/** Full jitter: anything between nothing and twice as long as the last time, at most five minutes; never less than is asked.
 * @param {number} failures in a row, from 1 @param {() => number} random @param {number} obliged_s */
export function wait_ms(failures, random, obliged_s = 0) {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 12));
  return Math.max(obliged_s * 1000, FIRST_WAIT_MS, Math.round(random() * most));
}

/** Whether the item may still be changed in place: its bytes have not left the phone. @param {Waiting} one */
export const is_open = (one) => one.state === "held" || one.state === "waiting";

/** What the person sees: how many are on their way, and how many have need of them.
 * @param {Waiting[]} all @param {string | undefined} owner */
export function counts(all, owner) {
  const own = all.filter((one) => one.owner === owner);
  return { stuck: own.filter((one) => one.state === "stuck").length, waiting: own.filter((one) => one.state !== "stuck").length };
}

/** How many lie in the store's box (`boxed`, as the kit said it) and are not shown as stuck here: what another phone or the form sent.
 * @param {Waiting[]} all @param {string | undefined} owner */
export const elsewhere = (all, owner, boxed = 0) => Math.max(0, boxed - all.filter((one) => one.owner === owner && one.state === "stuck" && ["needs_help", "conflict"].includes(one.status ?? "")).length);
