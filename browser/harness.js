/**
 * Opens a page as one kind of reader and says what is wrong with it.
 *
 *     const browser = await openBrowser();
 *     const visit = await open(browser, demo.origin, "/valley/", { lang: "ug", width: 360 });
 *     assert.deepEqual(await problems(visit), []);
 *     await visit.close();
 *
 * Each check returns sentences, none when all is well, so that one failing test shows all that is wrong with a page.
 * harness.test.js proves of each check that it can fail.
 */
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { languages } from "./pages.js";

const axeSource = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

/**
 * Who looks, and how.
 * @typedef {object} Reader
 * @property {string} [lang] the language in the address; none leaves it to Accept-Language
 * @property {string} [acceptLanguage] what the browser prefers
 * @property {number} [width] in CSS pixels
 * @property {number} [height]
 * @property {boolean} [dark]
 * @property {boolean} [javaScript] false for a browser that runs no script
 * @property {number} [status] the status that is expected of the page
 */

/**
 * @typedef {object} Visit
 * @property {Page} page
 * @property {string} lang
 * @property {string[]} noticed what went wrong by itself since the page was opened
 * @property {boolean} javaScript
 * @property {(run: boolean) => Promise<void>} scripts lets the page run scripts, or not
 * @property {() => Promise<void>} close
 */

/**
 * How a headless browser is started: KEPT_CHROMIUM, which scripts/browser sets, else Debian's. Nothing it does leaves this machine: every host but the
 * loopback address is unknown to it.
 */
export const launching = {
  executablePath: process.env.KEPT_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  ],
};

/**
 * Starts one with a fresh profile.
 * @returns {Promise<Browser>}
 */
export const openBrowser = () => chromium.launch(launching);

/**
 * Opens a page in a context of its own, which shares nothing with others.
 * @param {Browser} browser
 * @param {string} origin
 * @param {string} path
 * @param {Reader} reader
 * @returns {Promise<Visit>}
 */
export async function open(browser, origin, path, reader = {}) {
  const { lang = "", acceptLanguage = "en", width = 1280, dark = false, javaScript = true, status = 200 } = reader;
  const address = new URL(path, origin);
  if (lang) address.searchParams.set("lang", lang);

  const context = await browser.newContext({
    viewport: { width, height: reader.height ?? (width < 600 ? 780 : 900) },
    colorScheme: dark ? "dark" : "light",
    locale: acceptLanguage,
    isMobile: width < 600,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  // Not Playwright's own javaScriptEnabled, which cannot be lifted for axe once the page is there.
  const debug = await context.newCDPSession(page);
  /** @param {boolean} run */
  const scripts = async (run) => {
    await debug.send("Emulation.setScriptExecutionDisabled", { value: !run });
  };
  await scripts(javaScript);
  /** @type {string[]} */
  const noticed = [];

  context.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && asked !== address.origin) {
      noticed.push(`a request to another host: ${request.url()}`);
    }
  });
  context.on("requestfailed", (request) => {
    // What the browser gave up itself, because it went on to another page, has not failed.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    noticed.push(`a request failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("pageerror", (error) => noticed.push(`an error in a script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // The browser itself reports a page that is meant to answer 404 as an error.
    if (status >= 400 && message.location().url === address.href && message.text().startsWith("Failed to load")) return;
    noticed.push(`an error in the console: ${message.text()}`);
  });

  const response = await page.goto(address.href, { waitUntil: "load" });
  if (response?.status() !== status) noticed.push(`status ${response?.status()}, expected ${status}`);
  return { page, lang, noticed, javaScript, scripts, close: () => context.close() };
}

/**
 * Everything that can be said against a page, as sentences.
 * @param {Visit} visit
 * @returns {Promise<string[]>}
 */
export async function problems(visit) {
  return [
    ...await languageProblems(visit),
    ...await overflowProblems(visit),
    ...await accessibilityProblems(visit),
    ...visit.noticed,
  ];
}

/**
 * The page says the language and direction it is in.
 * @param {Visit} visit
 * @returns {Promise<string[]>}
 */
export async function languageProblems({ page, lang }) {
  const html = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    laidOut: getComputedStyle(document.body).direction,
  }));
  const wanted = lang || html.lang;
  const dir = languages[wanted];
  const found = [];
  if (html.lang !== wanted || !dir) found.push(`<html lang="${html.lang}">, expected "${wanted}"`);
  if (html.dir !== dir) found.push(`<html dir="${html.dir}">, expected "${dir}"`);
  if (html.laidOut !== dir) found.push(`body is laid out ${html.laidOut}, expected ${dir}`);
  return found;
}

/**
 * Nothing makes the page wider than the window. Names the first elements that stick out.
 * @param {Visit} visit
 * @returns {Promise<string[]>}
 */
export async function overflowProblems({ page }) {
  const wide = await page.evaluate(() => {
    const html = document.documentElement;
    // Of a phone's window the layout viewport grows with what is in it, so the screen is asked, not the page.
    const window_ = Math.min(html.clientWidth, screen.width);
    if (html.scrollWidth <= window_) return null;
    const outside = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > window_ + 1 || box.left < -1);
    });
    return {
      scroll: html.scrollWidth, window: window_,
      elements: outside.slice(0, 5).map((e) => e.localName + (e.id ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("")),
    };
  });
  return wide ? [`${wide.scroll} px wide in a window of ${wide.window} px: ${wide.elements.join(", ")}`] : [];
}

/**
 * axe finds nothing against WCAG 2.2 AA and its best practices.
 * @param {Visit} visit
 * @returns {Promise<string[]>}
 */
export async function accessibilityProblems({ page, javaScript, scripts }) {
  await scripts(true);
  // Sent through the debugger, so that a strict content security policy stays as it is.
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    /** @type {typeof import("axe-core")} */
    const run = /** @type {any} */ (window).axe;
    const { violations } = await run.run(document, { resultTypes: ["violations"] });
    return violations.flatMap((violation) => violation.nodes.map((node) =>
      `${violation.id}: ${violation.help}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`));
  });
  await scripts(javaScript);
  return found.map((line) => line.replace(/\s+/g, " "));
}
