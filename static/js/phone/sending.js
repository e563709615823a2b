// @ts-check
// When to send: by trying. On opening, when the network comes back, when the page is looked at, after saving, by the button, by the clock.
import { channel } from "../outbox/channel.js";
import { may_leave } from "../outbox/queue.js";
import { flush } from "../outbox/send.js";
import * as store from "../outbox/store.js";
import { release_all } from "./deeds.js";
import { fetch_kit } from "./kit.js";
import { hear_of_lock, shut_out } from "./locking.js";
import { load, state } from "./state.js";

/** A kit older than this is asked for again when the page is looked at. */
const STALE_MS = 900_000;
/** While nothing waits, an open page looks about this often whether the store is back, so that it does not say what is no longer so. */
const LOOK_MS = 30_000;
/** A thousand talks leave in ten envelopes: they are not drawn anew for each. */
const DRAW_MS = 1_000;
let running = false;
let once_more = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let redraw = () => {};

/** @param {() => void} draw called after everything that changes what is shown */
export function start(draw) {
  // A view that cannot be drawn keeps nothing from being sent.
  redraw = () => {
    try {
      draw();
    } catch (error) {
      console.error("could not draw", error instanceof Error ? error.name : "");
    }
  };
  window.addEventListener("online", () => kick());
  window.addEventListener("offline", () => {
    if (state.net === "ok") state.net = "away";
    redraw();
  });
  document.addEventListener("visibilitychange", looked_at);
  channel()?.addEventListener("message", async ({ data }) => {
    await (data === "locked" ? hear_of_lock() : load()).catch((/** @type {any} */ error) => console.info("not heard", error?.name));
    redraw();
    if (data !== "locked" && !state.kit) kick(); // somebody is in again
  });
}

/** Looked at again: try, and hear what is new. Put away: nothing more is answered now, so what was held may go. */
async function looked_at() {
  if (document.visibilityState === "hidden") await release_all();
  else await hear_of_lock().catch((/** @type {any} */ error) => console.info("not heard", error?.name));
  if (document.visibilityState !== "hidden" && Date.now() - state.kit_at > STALE_MS) await fetch_kit().catch(() => false);
  return kick();
}

/** Tries now. @param {{pressed?: boolean, by_clock?: boolean}} [how] `pressed`: by the button. `by_clock`: the back-off is kept */
export async function kick({ pressed = false, by_clock = false } = {}) {
  if (running) {
    once_more ||= !by_clock;
    return;
  }
  running = true;
  const before = state.net;
  try {
    if (pressed || !state.kit || (state.net !== "ok" && !(by_clock && waits()))) await fetch_kit();
    if (state.kit && !["signed_out", "revoked"].includes(state.net)) await send(by_clock, ["away", "busy"].includes(before));
  } catch (error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    if (name === "QuotaExceededError") console.info("the disk is full"); // what waits stays and is tried again
    else console.error("could not send", name);
  } finally {
    running = state.sending = false;
  }
  await load();
  redraw();
  if (once_more) {
    once_more = false;
    return kick();
  }
  await plan();
}

/** @param {boolean} by_clock @param {boolean} was_away */
async function send(by_clock, was_away) {
  state.sending = waits();
  redraw();
  let drawn_at = 0;
  const heard = async () => {
    if (Date.now() - drawn_at < DRAW_MS) return;
    drawn_at = Date.now();
    await load();
    redraw();
    channel()?.postMessage("sent");
  };
  const { ended, judged, sent, refused } = await flush({ owner: state.kit.person.id, told: heard, by_clock });
  if (ended === "signed_out" || ended === "ended" || ended === "revoked") await shut_out(ended);
  else if (ended === "other_person") await fetch_kit();
  else if (ended === "busy" || ended === "away") state.net = ended;
  else if (ended === "later" && !by_clock && waits()) state.net = "busy"; // it answers other things, but takes nothing before its time is up
  else if (judged) state.net = "ok";
  if (judged) channel()?.postMessage("sent");
  if (judged && was_away && state.net === "ok") state.back = { sent: (state.back?.sent ?? 0) + sent, refused: (state.back?.refused ?? 0) + refused };
  const epoch = await store.meta("epoch_seen");
  // More may lie in the box there than the kit said, or less.
  const box_changed = state.net === "ok" && (refused > 0 || state.kit?.needs_help > 0);
  if (judged && (box_changed || (epoch && epoch !== state.kit?.epoch))) await fetch_kit();
}

/** Whether something of the person's would leave if it could. */
const waits = () => state.outbox.some((one) => may_leave(one, Date.now()));

/** The next try by the clock: when a hold is over, or when the back-off is. */
async function plan() {
  clearTimeout(timer);
  if (["signed_out", "revoked", "no_role"].includes(state.net)) return;
  // A hold that is over is kept by the back-off, as all that waits.
  const hold = Math.min(...state.outbox.filter((one) => one.state === "held" && !may_leave(one, Date.now())).map((one) => one.hold_until));
  const back = (await store.meta("back_off")) ?? { not_before: 0 };
  const look = ["away", "busy"].includes(state.net) && document.visibilityState === "visible" ? Date.now() + LOOK_MS * (1 + Math.random()) : Infinity;
  const next = Math.min(hold, waits() ? Math.max(back.not_before, Date.now() + 1000) : look);
  if (next === Infinity) return;
  const by_clock = next !== hold;
  timer = setTimeout(() => kick({ by_clock }), Math.min(Math.max(next - Date.now(), 250), 300_000));
}

/** After a deed: others hear of it, and the clock is set anew. */
export function changed() {
  channel()?.postMessage("changed");
  return plan();
}
