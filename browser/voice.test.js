/**
 * A resident answers with a card, on a phone, with and without JavaScript; and what is left on the phone afterwards.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { startDemo } from "./demo.js";
import { open, openBrowser, problems } from "./harness.js";
import { languages } from "./pages.js";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("./demo.js").Demo} */
let demo;
/** @type {import("./harness.js").Browser} */
let browser;
/** Cards of the example that nobody has used. @type {string[]} */
let cards = [];

before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
  const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en" });
  cards = await visit.page.locator(".cards li").allTextContents();
  assert.equal(cards.length, 12);
  await visit.close();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** @returns {string} a card that nobody has used, as it is printed */
function takeCard() {
  const card = cards.pop();
  assert.ok(card, "there are no cards left to try");
  return card;
}

/** The steps, by what is on their pages. */
const steps = { ballot: ".replies", confirm: ".chosen", received: "main summary", leave: 'a[href*="/valley/places/"]' };

/**
 * Presses a button and waits for the page that answers.
 * @param {Page} page
 * @param {string} what
 * @param {string} next
 */
async function press(page, what, next) {
  await page.click(`main button[value="${what}"]`);
  await page.waitForSelector(next);
}

/**
 * Types a code and chooses an answer.
 * @param {Page} page at the first step
 * @param {string} card
 * @param {number} answer
 */
async function choose(page, card, answer) {
  await page.fill("#code", card);
  await press(page, "look", steps.ballot);
  await page.click(`label.reply:has(input[name="a01"][value="${answer}"])`);
}

/**
 * What the browser keeps for the site.
 * @param {Page} page
 */
async function kept(page) {
  const held = await page.evaluate(async () => ({
    local: localStorage.length, session: sessionStorage.length, databases: (await indexedDB.databases()).length,
    caches: "caches" in window ? (await caches.keys()).length : 0,
    workers: "serviceWorker" in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
  return { ...held, cookies: (await page.context().cookies()).length };
}

const nothing = { local: 0, session: 0, databases: 0, caches: 0, workers: 0, cookies: 0 };

/**
 * The addresses that going back and forth would show.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
async function past(page) {
  const debug = await page.context().newCDPSession(page);
  const { entries } = await debug.send("Page.getNavigationHistory");
  await debug.detach();
  return entries.map((entry) => `${entry.title} ${entry.url}`);
}

for (const lang of Object.keys(languages)) {
  for (const javaScript of [true, false]) {
    test(`Voice: a whole answer in ${lang} ${javaScript ? "with" : "without"} JavaScript`, { timeout: 120_000 }, async () => {
      const visit = await open(browser, demo.origin, "/valley/voice", { lang, width: 360, javaScript });
      const { page } = visit;
      /** @param {string} where */
      const well = async (where) => assert.deepEqual(await problems(visit), [], where);
      try {
        await well("the first page");
        const card = takeCard();
        await page.fill("#code", card.replace(/\d(\d)/, "$1$1").replace(/^(\d)\1/, (_, d) => `${d}${(Number(d) + 1) % 10}`));
        await press(page, "look", "[aria-invalid]");
        await well("a code that was mistyped");
        await choose(page, card, 3);
        await well("the ballot");
        await press(page, "confirm", steps.confirm);
        assert.equal(await page.locator(".chosen li.yes").count(), 1);
        assert.equal(await page.locator(".chosen li.not:visible").count(), 0);
        await well("looking it over");
        await press(page, "change", steps.ballot);
        assert.equal(await page.locator('input[value="3"]').isChecked(), true, "what was chosen is kept");
        await page.click('label.reply:has(input[value="2"])');
        await press(page, "confirm", steps.confirm);
        await press(page, "send", steps.received);
        await well("received");
        assert.deepEqual(await kept(page), nothing);

        for (const entry of await past(page)) {
          assert.match(entry, /^ ?(about:blank ?){1,2}$|\/valley\/voice\?lang=[\w-]+$/);
          assert.ok(!entry.includes(card.slice(0, 4)));
        }
        await page.click("a.leave");
        await page.waitForSelector(steps.leave);
        assert.deepEqual(await kept(page), nothing);
        if (javaScript) {
          assert.equal((await past(page)).filter((entry) => entry.includes("/voice")).length, 0, "the page is gone from the history");
        }
        await page.goBack().catch(() => null); // a form is not sent again without asking
        const text = await page.evaluate(() => document.documentElement.outerHTML).catch(() => "");
        assert.ok(!text.includes(card) && !text.includes(card.replaceAll(" ", "")), "going back shows a code");
      } finally {
        await visit.close();
      }
    });
  }
}

test("Voice: the way out is first, and the Escape key is another", { timeout: 60_000 }, async () => {
  const visit = await open(browser, demo.origin, "/valley/voice", { lang: "ug", width: 360 });
  const { page } = visit;
  try {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.className), "leave");
    await page.fill("#code", "1234");
    for (const step of [0, 4000]) {
      await page.evaluate((y) => window.scrollTo(0, y), step);
      const box = await page.locator("a.leave").boundingBox();
      assert.ok(box && box.y > 600 && box.y + box.height < 780 && box.x < 60, `not in sight: ${JSON.stringify(box)}`);
    }
    await page.keyboard.press("Escape");
    await page.waitForSelector(steps.leave);
    assert.equal((await past(page)).filter((entry) => entry.includes("/voice")).length, 0);
    assert.deepEqual(visit.noticed, []);
  } finally {
    await visit.close();
  }
});

test("Voice: going on to another page and back, nothing is typed any more", { timeout: 60_000 }, async () => {
  for (const javaScript of [true, false]) {
    const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en", javaScript });
    const { page } = visit;
    try {
      await page.fill("#code", "1234 5678");
      await page.goto(`${demo.origin}/valley/places?lang=en`);
      await page.goBack();
      await page.waitForSelector("#code");
      assert.equal(await page.inputValue("#code"), "", `with JavaScript: ${javaScript}`);
    } finally {
      await visit.close();
    }
  }
});

test("Voice: another language takes along what was chosen, and digits are grouped", { timeout: 60_000 }, async () => {
  for (const javaScript of [true, false]) {
    const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en", width: 360, javaScript });
    const { page } = visit;
    try {
      const card = takeCard();
      cards.push(card); // it is not used up
      await page.locator("#code").pressSequentially(card.replaceAll(" ", ""));
      if (javaScript) assert.equal(await page.inputValue("#code"), card);
      await page.keyboard.press("Enter");
      await page.waitForSelector(steps.ballot);
      await page.click('label.reply:has(input[value="3"])');
      await page.click('.languages button[lang="ug"]');
      await page.waitForSelector('html[dir="rtl"] .replies');
      assert.equal(await page.locator('input[value="3"]').isChecked(), true);
      await press(page, "confirm", steps.confirm);
      await page.click('.languages button[lang="zh-Hans"]');
      await page.waitForSelector('html[lang="zh-Hans"] .chosen');
      assert.deepEqual(await problems({ ...visit, lang: "zh-Hans" }), []);
    } finally {
      await visit.close();
    }
  }
});

test("Voice: an answer that is lost on the way is sent again and counts once", { timeout: 60_000 }, async () => {
  const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en", width: 360 });
  const { page } = visit;
  try {
    await choose(page, takeCard(), 1);
    await press(page, "confirm", steps.confirm);
    await page.route("**/valley/voice*", async (route) => {
      await route.fetch(); // the server has it
      await route.abort();
    });
    await page.click('main button[value="send"]');
    await page.waitForSelector("p.lost");
    assert.equal(await page.locator(".chosen li.yes").count(), 1, "what was chosen is still there");
    await page.unroute("**/valley/voice*");
    await page.route("**/valley/voice*", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }));
    await page.click('main button[value="send"]');
    await page.waitForSelector("p.lost");
    await page.unroute("**/valley/voice*");
    await press(page, "send", steps.received);
  } finally {
    await visit.close();
  }
});

test("Voice: a promise is read aloud by a voice of the device, and by no other", { timeout: 60_000 }, async () => {
  for (const [voices, offered] of /** @type {const} */ ([[[], false], [[{ lang: "en-US", localService: false }], false], [[{ lang: "de-DE", localService: true }], false],
    [[{ lang: "en-GB", localService: true }], true]])) {
    const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en", width: 360 });
    const { page } = visit;
    try {
      await page.addInitScript((list) => {
        /** @type {any} */ (window).spoken = [];
        Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(/** @type {string} */ text) { this.text = text; } } });
        Object.defineProperty(window, "speechSynthesis", { value: {
          getVoices: () => list, cancel() {}, addEventListener() {}, speaking: false,
          /** @param {{text: string}} what */ speak(what) { /** @type {any} */ (window).spoken.push(what.text); },
        } });
      }, voices);
      await page.reload();
      const card = takeCard();
      cards.push(card);
      await choose(page, card, 3);
      assert.equal(await page.locator("button.aloud").isVisible(), offered, JSON.stringify(voices));
      if (!offered) continue;
      await page.click("button.aloud");
      const [spoken] = await page.evaluate(() => /** @type {any} */ (window).spoken);
      assert.match(spoken, /Foot bridge over the west river/);
      for (const word of ["kept", "partly kept", "not kept", "can't tell"]) assert.ok(spoken.includes(word));
      assert.deepEqual(await problems(visit), []);
    } finally {
      await visit.close();
    }
  }
});

test("Voice: a flood of wrong codes keeps nobody from answering", { timeout: 60_000 }, async () => {
  const visit = await open(browser, demo.origin, "/valley/voice", { lang: "en", width: 360 });
  try {
    const flood = Array.from({ length: 300 }, (_, i) => fetch(`${demo.origin}/valley/voice`, {
      method: "POST", body: new URLSearchParams({ code: wrongCode(i), do: "look" }),
    }).then((answer) => answer.status));
    const began = Date.now();
    await choose(visit.page, takeCard(), 4);
    await press(visit.page, "confirm", steps.confirm);
    await press(visit.page, "send", steps.received);
    assert.ok(Date.now() - began < 20_000, `it took ${Date.now() - began} ms`);
    for (const status of await Promise.all(flood)) assert.ok(status === 200 || status === 503, `${status}`);
    assert.deepEqual(visit.noticed, []);
  } finally {
    await visit.close();
  }
});

/**
 * A code with a right check digit that is on no card.
 * @param {number} n
 */
function wrongCode(n) {
  const rows = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
  const digits = String(n).padStart(15, "0");
  const check = [...digits].reduce((state, digit) => Number(rows[state]?.[Number(digit)]), 0);
  return `${digits}${check}`;
}

/**
 * Every file below a folder that holds one of these texts, in the bytes of any form in which a browser writes text.
 * @param {string} folder
 * @param {string[]} texts
 * @returns {string[]}
 */
function holding(folder, texts) {
  const found = [];
  const forms = texts.flatMap((text) => [text, encodeURIComponent(text), text.replaceAll(" ", "+")].flatMap((form) => [Buffer.from(form, "utf8"), Buffer.from(form, "utf16le")]));
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, name);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const content = readFileSync(file);
    for (const form of forms) if (content.includes(form)) found.push(`${name}: ${form.toString()}`);
  }
  return found;
}

for (const javaScript of [true, false]) {
  for (const end of ["sent", "left before it was sent", "closed before it was sent"]) {
    test(`Voice: nothing on the disk of the phone, ${javaScript ? "with" : "without"} JavaScript, ${end}`, { timeout: 120_000 }, async () => {
      const profile = mkdtempSync(join(tmpdir(), "kept-profile-"));
      try {
        const context = await chromium.launchPersistentContext(profile, {
          executablePath: process.env.KEPT_CHROMIUM ?? "/usr/bin/chromium",
          args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
          viewport: { width: 360, height: 780 }, javaScriptEnabled: javaScript,
        });
        const page = context.pages()[0] ?? await context.newPage();
        // By the name that browsers take for a safe place, as they take https.
        const origin = demo.origin.replace("127.0.0.1", "localhost");
        const card = takeCard();
        if (end !== "sent") cards.push(card);
        await page.goto(`${origin}/valley/voice?lang=en`);
        await choose(page, card, 3);
        await press(page, "confirm", steps.confirm);
        if (end === "sent") await press(page, "send", steps.received);
        if (!end.startsWith("closed")) {
          await page.click("a.leave");
          await page.waitForSelector(steps.leave);
        }
        // A browser writes what it remembers of a page now and then.
        await new Promise((done) => { setTimeout(done, 4000); });
        await context.close();
        const digits = card.replaceAll(" ", "");
        assert.deepEqual(holding(profile, [card, digits, "Foot bridge over the west river", "Is this what you say?", "Not kept", "not kept"]), []);
        assert.ok(holding(profile, ["/valley/voice?lang=en"]).length > 0 || holding(profile, ["/valley/places?lang=en"]).length > 0, "the search finds nothing at all");
      } finally {
        rmSync(profile, { recursive: true, force: true });
      }
    });
  }
}
