// @ts-check
// Keeps the shell and this release's files at hand; nothing else. It touches no answer with personal content and nothing but GET.
// The server writes `self.hoert` above: {version, shell, files}.

const worker = /** @type {any} */ (self);
const { version, shell, files } = worker.hoert;
const CACHE = `hoert-${version}`;

worker.addEventListener("install", (/** @type {any} */ event) => {
  const fresh = [shell, ...files].map((url) => new Request(url, { cache: url === shell ? "reload" : "default", credentials: "same-origin" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
  // Where the browser can look into the cache by itself, no worker need be woken, and none is raced against the network.
  const here = (/** @type {string} */ pathname) => ({ condition: { urlPattern: new worker.URLPattern({ pathname }), requestMethod: "GET" }, source: { cacheName: CACHE } });
  if (event.addRoutes) event.waitUntil(event.addRoutes([here(shell), here("/static/*")]).catch(() => {}));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(tidy().then(() => worker.clients.claim()));
});

/** Only caches of ours, and never the one in use. */
async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("hoert-") && name !== CACHE).map((name) => caches.delete(name)));
}

// A new release waits until a person asks for it: a form may be open.
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === shell) event.respondWith(from_cache(shell, request));
    else if (!url.pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => without_network(request)));
  } else if (url.pathname.startsWith("/static/")) event.respondWith(from_cache(url.pathname, request));
});

/** @param {string} path @param {Request} request */
async function from_cache(path, request) {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request);
}

/** Any page of ours, opened without a network: the app is here. @param {Request} request */
async function without_network(request) {
  const kept = await caches.match(shell, { cacheName: CACHE });
  return kept ? Response.redirect(shell, 302) : fetch(request);
}

// A notice says that there is something new, and never what. One without a message (the service lost it) says the same.
worker.addEventListener("push", (/** @type {any} */ event) => {
  event.waitUntil(show_notice(told(event.data)));
});

/** @param {any} data */
function told(data) {
  const plain = { title: "Nyt i Hørt", path: "/", tag: "hoert" };
  try {
    return { ...plain, ...data?.json() };
  } catch {
    return plain;
  }
}

/** @param {{title: string, path: string, tag: string}} notice */
async function show_notice({ title, path, tag }) {
  const icon = files.find((/** @type {string} */ name) => name.endsWith("/icon-192.png"));
  await worker.registration.showNotification(title, { tag, icon, badge: icon, data: { path } });
  for (const page of await worker.clients.matchAll({ type: "window" })) page.postMessage({ kind: "notice" });
}

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open_page(event.notification.data?.path));
});

/** The window where that page stands open, else a new one: in another a form may be open. @param {string} [path] */
async function open_page(path = "/") {
  const asked = new URL(path, worker.location.origin);
  const url = asked.origin === worker.location.origin ? asked : new URL("/", worker.location.origin);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((/** @type {any} */ one) => one.url === url.href);
  return open ? open.focus() : worker.clients.openWindow(url.href);
}

// The browser gave this subscription up: another in its place, told to the server where somebody is signed in. Else the next opening does.
worker.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) => {
  event.waitUntil(renew(event.oldSubscription, event.newSubscription).catch(() => {}));
});

/** @param {PushSubscription | null} old @param {PushSubscription | null} fresh */
async function renew(old, fresh) {
  const key = old?.options.applicationServerKey;
  const held = fresh ?? (key && (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  const answer = held && old && (await fetch("/sync/token", { headers: { Accept: "application/json" }, redirect: "manual" }));
  if (!answer?.ok) return;
  const { csrf_token } = await answer.json();
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf_token };
  await fetch("/notices/subscriptions", { method: "POST", headers, body: JSON.stringify({ ...held.toJSON(), renews: old?.endpoint }) });
}
