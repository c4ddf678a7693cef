/* Keeps what the wall is made of on its own computer. While the site answers, its answer is shown
   and kept; while it does not, what was kept. Nothing of any other page passes through here. */
'use strict';

const KEPT = 'night-screen';
const PATIENCE = 6000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const fetched = async (request, name) => {
  const response = await fetch(request);
  if (response.status === 200) {
    const kept = await caches.open(KEPT);
    await kept.put(name, response.clone());
  }
  return response;
};

const slow = () => new Promise((_, reject) => {
  setTimeout(() => reject(new Error('slow')), PATIENCE);
});

const answer = async (request, name) => {
  const known = await caches.match(name, { ignoreVary: true });
  if (!known) { return fetched(request, name); }
  try {
    const response = await Promise.race([fetched(request, name), slow()]);
    return response.status >= 500 ? known : response;
  } catch (away) {
    return known;
  }
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) { return; }
  if (request.mode === 'navigate') {
    event.respondWith(answer(request, pathname));
  } else if (/^\/(static|media)\//.test(pathname) && !request.headers.has('Range')) {
    event.respondWith(answer(request, request.url));
  }
});
