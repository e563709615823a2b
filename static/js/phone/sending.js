// @ts-check
// When to send: by trying. On opening, when the network comes back, when the page is looked at, after saving, by the button, by the clock.
import { flush } from "../outbox/send.js";
import * as store from "../outbox/store.js";
import { fetch_kit, shut_out } from "./kit.js";
import { load, state } from "./state.js";

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("hoert") : null;
let running = false;
let once_more = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let redraw = () => {};

/** @param {() => void} draw called after everything that changes what is shown */
export function start(draw) {
  redraw = draw;
  window.addEventListener("online", () => kick());
  window.addEventListener("offline", () => redraw());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && kick());
  channel?.addEventListener("message", async () => {
    await load();
    redraw();
  });
}

/** Tries now. @param {{pressed?: boolean}} [how] `pressed`: by the button, so no back-off is waited for */
export async function kick({ pressed = false } = {}) {
  if (running) {
    once_more = true;
    return;
  }
  running = true;
  try {
    if (pressed || state.net !== "ok") await fetch_kit();
    if (state.kit && ["ok", "away", "wait", "unknown"].includes(state.net)) await send(pressed);
  } catch (error) {
    console.error("could not send", error);
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

/** @param {boolean} pressed */
async function send(pressed) {
  state.sending = state.outbox.some((one) => one.state === "waiting" || one.state === "offered" || one.hold_until <= Date.now());
  redraw();
  const heard = async () => {
    await load();
    redraw();
    channel?.postMessage("sent");
  };
  const { ended, sent } = await flush({ owner: state.kit.person.id, told: heard, pressed });
  state.sent += sent;
  if (ended === "signed_out" || ended === "revoked") await shut_out(ended);
  else if (ended === "other_person") await fetch_kit();
  else if (ended === "wait") state.net = "away";
  else if (sent) state.net = "ok";
  const epoch = await store.meta("epoch_seen");
  if (sent && epoch && epoch !== state.kit.epoch) await fetch_kit();
}

/** The next try by the clock: when a hold is over, or when the back-off is. */
async function plan() {
  clearTimeout(timer);
  const holds = state.outbox.filter((one) => one.state === "held").map((one) => one.hold_until);
  const back = (await store.meta("back_off")) ?? { not_before: 0 };
  const waits = state.outbox.some((one) => one.state === "waiting" || one.state === "offered");
  const next = [...holds, ...(waits ? [Math.max(back.not_before, Date.now() + 1000)] : [])];
  if (next.length === 0 || ["signed_out", "revoked"].includes(state.net)) return;
  const wait = Math.min(Math.max(Math.min(...next) - Date.now(), 250), 300_000);
  timer = setTimeout(() => kick(), wait);
}

/** After a deed: others hear of it, and the clock is set anew. */
export function changed() {
  channel?.postMessage("changed");
  return plan();
}
