// @ts-check
// By which the windows of a browser tell each other what changed; a window does not hear itself.

/** @type {BroadcastChannel | null} */
export const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("hoert") : null;
