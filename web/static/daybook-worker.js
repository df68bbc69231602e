/**
 * The service worker of a daybook. It keeps the page, its scripts and its words, so that they are there without a network, and
 * nothing else: what a team wrote is not its business, and no other page of Kept passes through it.
 *
 * The server writes one line before this file, with what is to be kept:
 * @typedef {{version: string, folder: string, tags: string[], files: string[]}} Kept
 */

const worker = /** @type {any} */ (self);
/** @type {Kept} */
const mine = worker.kept;
const cacheName = `${mine.folder} ${mine.version}`;

/** @param {string} tag */
const pageOf = (tag) => `${mine.folder}?lang=${tag}`;
/** @param {string} tag */
const wordsOf = (tag) => `${mine.folder}words.json?lang=${tag}`;

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(cacheName);
    const all = [...mine.files, ...mine.tags.flatMap((tag) => [pageOf(tag), wordsOf(tag)])];
    // All or nothing: half a version is worse than the old one. What a proxy answers in place of Kept has not the policy of Kept's answers.
    await Promise.all(all.map(async (address) => {
      const answer = await fetch(address, { cache: "no-cache" });
      if (!answer.ok || answer.redirected || !answer.headers.get("Content-Security-Policy")?.startsWith("default-src 'none'")) throw new Error(`${address}: ${answer.status}`);
      await cache.put(address, answer);
    }));
    await worker.skipWaiting();
  })());
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(`${mine.folder} `) && name !== cacheName) await caches.delete(name);
    await worker.clients.claim();
  })());
});

/**
 * Under which address something is kept, if it is.
 * @param {URL} address
 * @returns {string | undefined}
 */
function keptAs(address) {
  const asked = address.searchParams.get("lang") ?? "";
  const tag = mine.tags.includes(asked) ? asked : mine.tags.find((t) => navigator.language.startsWith(t.slice(0, 2))) ?? mine.tags[0] ?? "";
  if (address.pathname === mine.folder) return pageOf(tag);
  if (address.pathname === `${mine.folder}words.json`) return wordsOf(tag);
  return mine.files.find((file) => file === address.pathname);
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const key = keptAs(address);
  if (!key) return;
  event.respondWith((async () => {
    const cache = await caches.open(cacheName);
    return await cache.match(key) ?? fetch(request);
  })());
});
