// @ts-check
// Opens the phone's store while the style and the app are still on their way; on a first visit the kit is asked for meanwhile too.
import { first_look } from "../outbox/store.js";

first_look();
if (!navigator.serviceWorker?.controller)
  /** @type {any} */ (globalThis).hoert_kit = fetch("/sync/kit", { redirect: "manual", cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout?.(30_000), headers: { Accept: "application/json" } })
    .then(async (answer) => ({ answer, json: await answer.json().catch(() => null) }))
    .catch(() => null);
