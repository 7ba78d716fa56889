// Serves what was put aside when the network is missing: never an answer, never a page of somebody.
"use strict";
const ALONE = { "/": "/hors-ligne", "/chat": "/hors-ligne", "/c": "/hors-ligne", "/help": "/help" };

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  const asked = event.request, url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== self.location.origin) return;
  const kept = (name) => caches.match(name, { ignoreVary: true });
  if (url.pathname.indexOf("/w/") === 0) {
    event.respondWith(kept(asked).then((found) => found || fetch(asked)));
  } else if (asked.mode === "navigate" && ALONE[url.pathname]) {
    event.respondWith(fetch(asked).catch(() => kept(ALONE[url.pathname]).then((it) => it || Response.error())));
  }
});
