import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { open, openBrowser, problems } from "./harness.js";

/** @type {import("./harness.js").Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;
let origin = "";

const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src *";

/**
 * A page with nothing wrong, but for what a case puts into it.
 * @param {{html?: string, body?: string}} parts
 */
const document = ({ html = 'lang="en" dir="ltr"', body = "" }) => `<!doctype html><html ${html}><head>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/ok"><title>A page</title>
</head><body><main><h1>A page</h1>${body}</main></body></html>`;

/** @type {{name: string, html?: string, body?: string, want: RegExp | null, reader?: import("./harness.js").Reader}[]} */
const cases = [
  { name: "nothing", want: null },
  { name: "nothing without script", want: null, reader: { javaScript: false } },
  { name: "no script runs", body: "<script>console.error('ran')</script>", want: null, reader: { javaScript: false } },
  { name: "right to left", html: 'lang="ug" dir="rtl"', want: null, reader: { lang: "ug" } },
  { name: "another language", html: 'lang="en" dir="ltr"', want: /<html lang="en">, expected "ug"/, reader: { lang: "ug" } },
  { name: "another direction", html: 'lang="ug" dir="ltr"', want: /<html dir="ltr">, expected "rtl"/, reader: { lang: "ug" } },
  { name: "language by the browser", want: /<html lang="fr">/, html: 'lang="fr" dir="ltr"' },
  { name: "too wide for a phone", body: '<p class="wide" style="width: 400px">x</p>', want: /^40\d px wide.*p\.wide/, reader: { width: 360 } },
  { name: "wide enough for a desk", body: '<p style="width: 400px">x</p>', want: null },
  { name: "too wide, right to left", html: 'lang="ug" dir="rtl"', body: '<p class="wide" style="width: 1400px">x</p>', want: /px wide.*p\.wide/, reader: { lang: "ug" } },
  { name: "a picture without words", body: '<img src="/ok" width="9" height="9">', want: /^image-alt/ },
  { name: "grey on grey", body: '<p style="color: #999; background: #888">Hard to read</p>', want: /^color-contrast/ },
  { name: "grey on grey without script", body: '<p style="color: #999; background: #888">Hard to read</p>', want: /^color-contrast/, reader: { javaScript: false } },
  { name: "grey on grey in the dark", body: '<style>@media (prefers-color-scheme: dark) { p { color: #222; background: #333 } }</style><p>Hard to read</p>', want: /^color-contrast/, reader: { dark: true } },
  { name: "an error that is logged", body: "<script>console.error('oh')</script>", want: /^an error in the console: oh/ },
  { name: "an error that is thrown", body: "<script>throw new Error('oh')</script>", want: /^an error in a script: oh/ },
  { name: "against the policy", body: "<style>@import 'data:text/css,';</style>", want: /^an error in the console:.*[Cc]ontent [Ss]ecurity [Pp]olicy/ },
  { name: "something missing", body: '<img alt="" src="/missing">', want: /^an error in the console:.*404/ },
  { name: "another host", body: '<img alt="" src="http://other.example/a.png">', want: /^a request to another host: http:\/\/other\.example/ },
  { name: "expected to be missing", want: null, reader: { status: 404 } },
  { name: "not missing", want: /^status 200, expected 404/, reader: { status: 404 } },
];

before(async () => {
  server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? "", "http://x").pathname.slice(1));
    if (name === "ok") {
      response.writeHead(200, { "content-type": "image/svg+xml" }).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
      return;
    }
    const found = cases.find((one) => one.name === name);
    const missing = !found || name === "expected to be missing";
    response.writeHead(missing ? 404 : 200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    response.end(document(found ?? {}));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const address = server.address();
  assert(address && typeof address === "object");
  origin = `http://127.0.0.1:${address.port}`;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server?.close();
});

for (const { name, want, reader } of cases) {
  test(`harness: ${name}`, { timeout: 60_000 }, async () => {
    const visit = await open(browser, origin, `/${encodeURIComponent(name)}`, reader);
    const found = await problems(visit);
    await visit.close();
    if (!want) assert.deepEqual(found, []);
    else assert(found.some((line) => want.test(line)), `no ${want} in ${JSON.stringify(found)}`);
  });
}
