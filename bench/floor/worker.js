// Keeps the floor page at hand, and nothing more. `self.kept`, written above by the server: its addresses.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open("floor").then((cache) => cache.addAll(self.kept)));
  // As the app's worker does, where the browser can.
  const here = (pathname) => ({ condition: { urlPattern: new URLPattern({ pathname }), requestMethod: "GET" }, source: { cacheName: "floor" } });
  if (event.addRoutes) event.waitUntil(event.addRoutes([here("/floor/*"), here("/static/*")]));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request))));
