/**
 * What the tests of the daybook's storage and pages have in common.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { allSent, openPhone, said, size } from "./daybook-phone.js";
import { startLine } from "./daybook-rig.js";
import { startDemo } from "./demo.js";
import { openBrowser } from "./harness.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./daybook-phone.js").Phone} Phone */
/** @typedef {import("./daybook-rig.js").Line} Line */

/** The example and a browser, for all tests of a file. */
export function stage() {
  /** @type {import("./demo.js").Demo} */
  let demo;
  /** @type {import("./harness.js").Browser} */
  let browser;

  before(async () => {
    demo = await startDemo();
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /**
   * A case: a phone on a line of its own, and how large the book is.
   * @param {string} name
   * @param {(phone: Phone, line: Line, size: number) => Promise<void>} what
   */
  function case_(name, what) {
    test(`Daybook: ${name}`, { timeout: 120_000 }, async () => {
      const line = await startLine(demo.origin);
      const phone = await openPhone(browser, line);
      try {
        await allSent(phone);
        await what(phone, line, await size(demo.origin));
      } finally {
        await phone.close();
        await line.close();
      }
    });
  }

  return { case_, demo: () => demo, browser: () => browser };
}

/** Opens the form of the first promise and types. @param {Phone} phone @param {string} note */
export async function type({ page }, note) {
  await page.click('nav a[href="#/"]');
  await page.click(".tools + .queue li a");
  await page.fill("#note", note);
  await kept(page, said("draft-kept"));
}

/** Waits until the form says this of what was typed. @param {Page} page @param {string} words */
export const kept = (page, words) => page.waitForFunction((text) => document.querySelector(".kept")?.textContent === text, words)
  .catch(async () => assert.fail(`the form says "${await page.innerText(".kept")}", not "${words}"`));

/** @param {Page} page @param {Buffer} picture */
export const pick = (page, picture) => page.setInputFiles("#pictures", { name: "work.jpg", mimeType: "image/jpeg", buffer: picture });

/** @param {Page} page @param {number} n */
export const pictures = (page, n) => page.waitForFunction((n) => document.querySelectorAll(".album .pictures li").length === n, n);

/** Presses Save. @param {Page} page */
export const press = (page) => page.click(".buttons.sticky button:not([type])");

/** Presses Save, and waits until the page says that it is saved. @param {Page} page */
export async function finish(page) {
  await press(page);
  await page.waitForFunction((words) => document.querySelector(".told")?.textContent?.includes(words), said("saved"));
}

/** What the phone holds that names what is not there, or that nothing names. @param {Phone} phone */
export const halves = ({ page }) => page.evaluate(async () => {
  const path = "/static/daybook-store.js";
  /** @type {typeof import("../web/static/daybook-store.js")} */
  const store = await import(path);
  /** @type {import("../web/static/daybook-store.js").Report[]} */
  const reports = await store.all("reports");
  const named = reports.flatMap((r) => r.pictures.map((p) => `${r.id} ${p.sha256}`));
  const there = (await store.all("pictures")).map((p) => `${p.report} ${p.sha256}`);
  return [...named.filter((p) => !there.includes(p)), ...there.filter((p) => !named.includes(p))];
});

/** Opens the daybook in a new tab of the phone, whose old one is gone, without waiting for anything. @param {Phone} phone @param {string} [hash] */
export async function another(phone, hash = "") {
  const page = await phone.context.newPage();
  await page.goto(`${phone.line.origin}/valley/team/?lang=en${hash}`);
  return { ...phone, page };
}
