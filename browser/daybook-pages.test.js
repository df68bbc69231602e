/**
 * The daybook's pages: what somebody sees and does there, with and without a network, in every language.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { boxes } from "./cameras.js";
import { finish, halves, kept, pick, pictures, press, stage, type } from "./daybook-cases.js";
import { allThereOnce, held, photo, said, size, told, unsent, write } from "./daybook-phone.js";
import { enter } from "./doors.js";
import { languageProblems, open, overflowProblems, problems } from "./harness.js";
import { languages, widths } from "./pages.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./daybook-phone.js").Phone} Phone */

const { case_, demo, browser } = stage();
const folder = "/valley/team/";

/** @param {import("./daybook-rig.js").Passing} request */
const isSync = ({ path }) => path.includes("/team/sync/");

/** Waits until the page is kept, so that it opens without a network. @param {Page} page */
async function readyOffline(page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(async (folder) => {
    const path = "/static/daybook-store.js";
    /** @type {typeof import("../web/static/daybook-store.js")} */
    const store = await import(path);
    const { account } = await store.phone();
    const pulled = (await store.get("accounts", account))?.pulled ?? {};
    return document.body.dataset.tags?.split(" ").every((tag) => pulled[tag]) && (await caches.keys()).some((name) => name.startsWith(folder));
  }, folder);
}

for (const width of widths) {
  case_(`every page in every language at ${width} px`, async (phone, line) => {
    const { page } = phone;
    await page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
    line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
    await write(phone, "a report that waits, on every page", [await photo(phone, 200)]);
    const report = (await held(phone)).get("a report that waits, on every page");
    await page.click('nav a[href="#/"]');
    await page.click(".tools + .queue li:nth-child(2) a");
    await page.fill("#note", "begun");
    await kept(page, said("draft-kept"));
    const form = new URL(page.url()).hash;
    await page.click('nav a[href="#/villages"]');
    await page.waitForSelector('main a[href^="#/village/"]');
    const village = await page.getAttribute('main a[href^="#/village/"]', "href") ?? "";

    /** @type {string[]} */
    const noticed = [];
    page.on("pageerror", (error) => noticed.push(`an error in a script: ${error.message}`));
    page.on("console", (message) => { if (message.type() === "error" && !/ERR_|Failed to load/.test(message.text())) noticed.push(message.text()); });
    line.fate = undefined; // the words of another language come from the server where there is no worker yet
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
    for (const lang of Object.keys(languages)) {
      await page.click(`.languages a[lang="${lang}"]`);
      await page.waitForFunction((tag) => document.documentElement.lang === tag && document.querySelector(`.languages a[lang="${tag}"]`)?.getAttribute("aria-current") === "true", lang);
      for (const hash of ["#/", form, "#/written", `#/report/${report?.id}`, "#/villages", village, "#/more"]) {
        const before = await page.evaluate((hash) => {
          const first = document.querySelector("main")?.firstChild;
          first?.parentElement?.setAttribute("data-old", "");
          if (location.hash !== hash) location.hash = hash;
          return Boolean(first);
        }, hash);
        assert.ok(before);
        await page.waitForFunction((hash) => document.querySelector(`nav a[aria-current]`) && location.hash === hash && document.querySelector("main h1"), hash);
        await page.waitForTimeout(60);
        const visit = { page, lang, noticed, javaScript: true, scripts: async () => {}, close: async () => {} };
        // axe looks at all of them on a phone, in the dark at those with the most parts, and at a desk in one language.
        const whole = width === widths[0] || lang === "en";
        assert.deepEqual(whole ? await problems(visit) : [...await languageProblems(visit), ...await overflowProblems(visit), ...noticed], [], `${hash} ${lang} ${width}`);
        if (width !== widths[0] || lang !== "ug" || !["#/", form].includes(hash)) continue;
        await page.emulateMedia({ colorScheme: "dark" });
        assert.deepEqual(await problems(visit), [], `${hash} ${lang} ${width} dark`);
        await page.emulateMedia({ colorScheme: "light" });
      }
    }
  });
}

test("Daybook: the door in every language, on a phone and a desk", { timeout: 60_000 }, async () => {
  for (const width of widths) {
    const visit = await open(browser(), demo().origin.replace("127.0.0.1", "localhost"), folder, { lang: "en", width });
    try {
      for (const lang of Object.keys(languages)) {
        await visit.page.click(`.languages a[lang="${lang}"]`);
        await visit.page.waitForSelector(`html[lang="${lang}"] main a.button[href*="sign-in?lang=${lang}"]`);
        // That nobody is signed in is what the browser reports of each question.
        const wrong = (await problems({ ...visit, lang })).filter((line) => !/status of 401/.test(line));
        assert.deepEqual(wrong, [], `${lang} ${width}`);
      }
    } finally {
      await visit.close();
    }
  }
});

case_("three taps: the daybook, the top promise, Save", async (phone, _, before) => {
  const { page } = phone, note = "three taps";
  let taps = 0;
  /** @param {string} what */
  const tap = async (what) => {
    taps++;
    await page.click(what);
  };
  await page.goto("about:blank");
  taps++; // its picture on the home screen opens it
  await page.goto(`${phone.line.origin}${folder}?lang=en`);
  await tap(".queue li a >> nth=0");
  await page.fill("#note", note);
  await tap(".buttons.sticky button:not([type])");
  await page.waitForFunction((words) => document.querySelector(".told")?.textContent?.includes(words), said("saved"));
  assert.equal(taps, 3);
  await allThereOnce(phone, before, [note]);
});

case_("without a network it opens quickly, shows all, changes its language, and saves; with one again it sends by itself", async (phone, _, before) => {
  const { page, context } = phone, note = "written without a network";
  await readyOffline(page);
  await context.setOffline(true);
  const debug = await context.newCDPSession(page);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  /** @type {number[]} */
  const times = [];
  for (let n = 0; n < 3; n++) {
    const start = performance.now();
    await page.reload({ waitUntil: "commit" });
    await page.waitForSelector(".queue li");
    times.push(Math.round(performance.now() - start));
  }
  console.log(`# the daybook opens without a network, six times slower, in ${times.join(", ")} ms`);
  assert.ok(times.every((t) => t < 6000), `${times} ms`);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: 1 });

  await page.click('nav a[href="#/villages"]');
  await page.waitForSelector('main a[href^="#/village/"]');
  for (const [lang, dir] of Object.entries(languages).reverse()) {
    await page.click(`.languages a[lang="${lang}"]`);
    await page.waitForFunction(([lang, dir]) => document.documentElement.lang === lang && document.documentElement.dir === dir, [lang, dir]);
    await page.waitForSelector('main a[href^="#/village/"]');
  }
  await page.reload(); // the language stays
  await page.waitForSelector('main a[href^="#/village/"]');
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");

  await write(phone, note, [await photo(phone, 100)]);
  await told(phone, unsent(1, 1));
  await page.waitForSelector(`main .says:text-is("${said("state-waiting")}")`);
  await page.reload();
  await told(phone, unsent(1, 1));
  assert.equal(await size(demo().origin), before);
  await context.setOffline(false);
  await allThereOnce(phone, before, [note]); // nobody pressed anything
});

case_("a draft survives in the middle of typing; a deleted one comes back; a saved one is changed before it goes", async (phone, line, before) => {
  const { page } = phone, note = "typed, then loaded again";
  await page.click('nav a[href="#/"]');
  await page.click(".tools + .queue li a");
  await page.locator("#note").pressSequentially(note, { delay: 5 });
  await kept(page, said("draft-kept"));
  await page.reload();
  await page.waitForSelector("#note");
  assert.equal(await page.inputValue("#note"), note);
  await pick(page, await photo(phone, 100));
  await pictures(page, 1);

  await page.click(`.buttons button:text-is("${said("delete")}")`);
  await page.waitForSelector(".told .done button");
  assert.deepEqual([(await held(phone)).has(note), await halves(phone)], [false, []]);
  await page.click(".told .done button");
  await page.click('nav a[href="#/written"]');
  await page.click('main a[href^="#/draft/"]');
  await pictures(page, 1);
  assert.equal(await page.inputValue("#note"), note);
  await press(page); // without the word that nobody can be recognised
  await page.waitForSelector('[data-field="nobody"] p.wrong');
  assert.equal((await held(phone)).get(note)?.state, "draft");
  await page.check('[data-field="nobody"] input');

  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  // Only what has not been on its way can be changed: another tab holds the line.
  await page.evaluate((folder) => { void navigator.locks.request(`kept ${folder}`, () => new Promise((done) => { Object.assign(window, { done }); })); }, folder);
  await finish(page);
  await page.click('main a[href^="#/report/"]');
  await page.click(`main button:text-is("${said("change")}")`);
  await page.waitForSelector("#note");
  await page.fill("#note", `${note}, changed`);
  await finish(page);
  line.fate = undefined;
  await page.evaluate(() => /** @type {any} */ (window).done());
  await allThereOnce(phone, before, [`${note}, changed`]);
  const report = (await held(phone)).get(`${note}, changed`);
  assert.deepEqual([report?.n, report?.pictures.length], [1, 1], "one number, and its picture");
});

case_("what is sent back is told with the reason, put right and sent again, once", async (phone, line, before) => {
  const { page } = phone, note = "sent back", reason = "Which of the two wells?";
  await write(phone, note, [await photo(phone, 100)]);
  await allThereOnce(phone, before, [note]);
  const { entry, id } = (await held(phone)).get(note) ?? {};
  const visit = await open(browser(), line.origin, "/valley/office/sign-in", { lang: "en" });
  try {
    await enter(visit, "reviewer");
    await visit.page.goto(`${line.origin}/valley/office/reports/${entry}?lang=en`);
    await visit.page.fill('form:has(button[value="send-back"]) textarea >> nth=0', reason);
    await visit.page.click('button[value="send-back"]');
    await visit.page.waitForLoadState("load");
  } finally {
    await visit.close();
  }
  await page.goto("about:blank");
  await page.goto(`${line.origin}${folder}?lang=en`);
  await page.waitForSelector(`h2:has-text("${said("back")}")`);
  await page.click(`main a[href="#/report/${id}"]`);
  await page.waitForSelector(`main .note.bad:has-text("${reason}")`);
  await page.click(`main button:text-is("${said("write-again")}")`);
  await page.waitForSelector("#note");
  const draft = page.url();
  await page.goBack(); // and once more: it is the same draft
  await page.click(`main button:text-is("${said("write-again")}")`);
  await page.waitForSelector("#note");
  assert.equal(page.url(), draft);
  assert.equal(await page.inputValue("#note"), note);
  await pictures(page, 1);
  assert.ok((await page.innerText("form")).includes(reason), "the reason stands over the form");
  await page.fill("#note", "put right");
  await page.check('[data-field="nobody"] input');
  await finish(page);
  await allThereOnce(phone, before + 2, ["put right"]); // the sending back is an entry too
  await page.goto(`${line.origin}${folder}?lang=en#/report/${id}`);
  await page.waitForSelector(`main a:text-is("${said("replaced")}")`);
  assert.equal(await page.locator(`main button:text-is("${said("write-again")}")`).count(), 0);
});

case_("pictures: a face is covered, HEIC is refused in words, and nothing of the camera's is sent", async (phone, line, before) => {
  const { page } = phone, note = "with a covered face";
  await type(phone, note);
  await page.setInputFiles("#pictures", { name: "phone.jpg", mimeType: "image/jpeg", buffer: boxes("heic", "mif1") });
  await page.waitForSelector(".album .refused li");
  assert.match(await page.innerText(".album .refused"), /HEIC/);
  await pick(page, await photo(phone, 400));
  await pictures(page, 1);
  const first = (await held(phone)).get(note)?.pictures[0]?.sha256;
  await page.check('[data-field="nobody"] input');
  await page.click(`.album .pictures button:text-is("${said("mask")}")`);
  await page.waitForSelector("dialog.covering");
  await page.click(`dialog button:text-is("${said("mask-add")}")`);
  await page.click(`dialog button:text-is("${said("mask-done")}")`);
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForFunction(() => !(/** @type {HTMLInputElement | null} */ (document.querySelector('[data-field="nobody"] input'))?.checked));
  const covered = (await held(phone)).get(note)?.pictures ?? [];
  assert.equal(covered.length, 1);
  assert.notEqual(covered[0]?.sha256, first);
  assert.deepEqual(await halves(phone), [], "nothing is left of what was not covered");
  const dark = await page.evaluate(async () => {
    const image = /** @type {HTMLImageElement} */ (document.querySelector(".album .pictures img"));
    await image.decode();
    const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
    context?.drawImage(image, 0, 0);
    return [...context?.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1).data ?? []];
  });
  assert.ok(dark.slice(0, 3).every((v) => v < 20), `black in the middle: ${dark}`);
  await page.check('[data-field="nobody"] input');
  await finish(page);
  await allThereOnce(phone, before, [note]);
  assert.ok(line.passed.some((r) => r.path.includes(`/sync/pictures/${covered[0]?.sha256}`)));
  assert.ok(!line.passed.some((r) => r.path.includes(first ?? "none")), "the picture before it was covered never left");
});

case_("the answer of a resident is none of its business: its worker controls no other page, and its storage is not touched there (S15)", async (phone, line) => {
  const { context } = phone;
  await readyOffline(phone.page);
  const voice = await context.newPage();
  await voice.addInitScript(() => {
    /** @type {string[]} */
    const used = Object.assign(window, { used: [] }).used;
    for (const [name, of] of /** @type {[string, any][]} */ ([["open", IDBFactory.prototype], ["open", CacheStorage.prototype], ["setItem", Storage.prototype], ["getItem", Storage.prototype]])) {
      const was = of[name];
      of[name] = function (/** @type {any[]} */ ...args) {
        used.push(`${of.constructor.name}.${name}`);
        return was.apply(this, args);
      };
    }
  });
  for (const path of ["/valley/voice", "/valley/", "/valley/office/sign-in"]) {
    await voice.goto(`${line.origin}${path}?lang=en`, { waitUntil: "networkidle" });
    assert.deepEqual(await voice.evaluate(async () => [navigator.serviceWorker.controller, await navigator.serviceWorker.getRegistration() ?? null, /** @type {any} */ (window).used]), [null, null, []], path);
  }
  const scopes = await phone.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map((r) => new URL(r.scope).pathname));
  assert.deepEqual(scopes, [folder]);
  const kept_ = await phone.page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat());
  assert.deepEqual(kept_.filter((path) => path !== "/valley/team/" && path !== "/valley/team/words.json" && !path.startsWith("/static/")), []);
});
