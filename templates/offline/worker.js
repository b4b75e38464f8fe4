// Shows a guide again where there is no network. The network always comes first, each page is asked for
// once, by whoever opens it, and nothing is ever asked for ahead: a code would be counted.
//
// What it touches: the landing page, guides, codes. Never forms, searches, calculators, what staff see, or
// files. It keeps what a page looks like, as the page itself hands it over, and nothing else.
"use strict";
const KEPT = "pages-1", MOST = 80, LARGEST = 400000;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const isKept = path => path === "/" || /^\/g\/[a-z0-9-]+$/.test(path) || isCode(path);
const isCode = path => /^\/[0-9][0-9A-Za-z]{6}$/.test(path);

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
})()));

// A page that was opened: the copy stands under its own address, and under the guide's that it shows. A
// page that says that a code is wrong, or its poster gone, is no guide to be kept.
self.addEventListener("message", event => {
  const { source, data } = event;
  if (!source || !source.url || typeof data !== "string" || data.length > LARGEST) return;
  const url = new URL(source.url);
  if (url.origin !== location.origin || !isKept(url.pathname)) return;
  if (/<div class="(?:warning|notice) alert"/.test(data)) return;
  const canonical = (data.match(/<link rel="canonical" href="([^"]*)"/) || [])[1];
  const guide = canonical && new URL(canonical.replace(/&amp;/g, "&"), url);
  const addresses = [url.pathname + url.search];
  if (guide && isKept(guide.pathname)) addresses.push(guide.pathname + guide.search);
  event.waitUntil(keep([...new Set(addresses)], copied(data)));
});

async function keep(addresses, page) {
  const cache = await caches.open(KEPT);
  for (const address of addresses) {
    await cache.delete(address);
    await cache.put(address, answered(page, 200));
  }
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(key);
}

// What needs the service is left out, and it is said what this is.
function copied(html) {
  const said = words((html.match(/<html lang="([^"]*)"/) || [])[1]).copy;
  const now = new Date(Date.now() + 8 * 3600 * 1000).toISOString();
  const line = said.replace("{}", `${now.slice(0, 10)} ${now.slice(11, 16)}`);
  const less = html
    .replace(/<script[^]*?<\/script>/g, "")
    .replace(/<form class="find"[^]*?<\/form>/g, "")
    .replace(/<section class="part useful"[^]*?<\/section>/g, "")
    .replace(/<div class="part useful"[^]*?<\/div>/g, "")
    // What is so at the moment is not so when the copy is read.
    .replace(/<span class="now" data-else="([^"]*)">[^<]*<\/span>/, "$1")
    .replace(/<p class="turns">[^]*?<\/p>/, "");
  const notice = `<div class="notice alert"><p>${line}</p></div>`;
  return "<!DOCTYPE html>\n" + less.replace(/<main[^>]*>/, main => main + notice);
}

const words = language => WORDS[language] || WORDS["zh-Hans"];

function answered(html, status) {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  return new Response(html, { status, headers });
}

self.addEventListener("fetch", event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || request.mode !== "navigate") return;
  if (url.origin === location.origin && isKept(url.pathname)) event.respondWith(opened(request, url));
});

async function opened(request, url) {
  let response;
  try {
    response = await fetch(request);
  } catch {
    return await kept(url) || await list();
  }
  // A proxy answers, and nobody behind it.
  const away = response.status >= 502 && response.status <= 504;
  // A guide that is there no more is not to be read any more.
  if (response.status === 404) await (await caches.open(KEPT)).delete(url.pathname, { ignoreSearch: true });
  return away && await kept(url) || response;
}

// The copy of that very page, else the last one of the same guide at the same court and place: of another
// court it would tell the wrong address and telephone.
async function kept(url) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(url.pathname + url.search);
  if (found) return found;
  const place = address => ["court", "place"].map(name => address.searchParams.get(name)).join(" ");
  const alike = (await cache.keys(url.pathname, { ignoreSearch: true })).filter(key => place(new URL(key.url)) === place(url));
  const own = alike.filter(key => new URL(key.url).searchParams.get("lang") === url.searchParams.get("lang"));
  const last = own.pop() || alike.pop();
  return last && cache.match(last);
}

// Every page that is there, for who opens another one.
async function list() {
  const cache = await caches.open(KEPT), titles = new Map();
  let tag;
  for (const { url } of (await cache.keys()).reverse()) {
    const { pathname, search } = new URL(url);
    const html = await (await cache.match(url)).text();
    const title = (html.match(/<title>([^<]*)/) || [])[1];
    tag = tag || (html.match(/<html lang="([^"]*)"/) || [])[1];
    if (title && !isCode(pathname) && !titles.has(title)) titles.set(title, pathname + search);
  }
  // In the language that was read last.
  const { title, list: said, none } = words(tag);
  const links = [...titles].map(([name, address]) =>
    `<li><a href="${address.replace(/&/g, "&amp;")}">${name}</a></li>`).join("");
  const style = "body{max-width:42rem;margin:auto;padding:16px;font:18px/1.75 system-ui,sans-serif}li{margin:.6em 0}";
  return answered(`<!DOCTYPE html><html lang="${tag || "zh-Hans"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>${style}</style></head><body><h1>${title}</h1>
${links && `<p>${said}</p><ul>${links}</ul>`}<p>${none} <a href="tel:12368">12368</a></p></body></html>`, 503);
}
