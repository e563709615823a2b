// @ts-check
// By which the windows of a browser tell each other what changed; a window does not hear itself. Opened when it is first needed.

/** @type {BroadcastChannel | null} */
let made = null;

export const channel = () => (made ??= "BroadcastChannel" in globalThis ? new BroadcastChannel("hoert") : null);
