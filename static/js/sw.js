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
