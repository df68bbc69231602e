/**
 * The daybook's storage: whatever ends, fills up, changes hands or grows old, nothing is lost, nothing is double, and the page tells the truth.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { another, finish, halves, kept, pick, pictures, press, stage, type } from "./daybook-cases.js";
import { allSent, allThereOnce, held, photo, said, signIn, size, write } from "./daybook-phone.js";
import { startLine } from "./daybook-rig.js";
import { launching } from "./harness.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./daybook-phone.js").Phone} Phone */
/** @typedef {import("./daybook-rig.js").Line} Line */

const { case_, demo } = stage();

// A phone's system ends a tab without a word. Once between a picture and its report, once when both are written and not yet for good.
for (const store of ["pictures", "reports"]) {
  case_(`5 a tab is killed inside the transaction, after it wrote ${store}: never half`, async (phone, _, before) => {
    const { page } = phone, note = `5 killed after ${store}`;
    await type(phone, note);
    const picture = await photo(phone, 200);
    await page.evaluate((after) => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value) {
        const request = put.call(this, value);
        if (this.name !== after || after === "reports" && value.pictures.length === 0) return request;
        const hold = () => { this.get("nothing").onsuccess = hold; }; // a transaction lives as long as something is asked of it
        if (after === "pictures") this.get = new Proxy(this.get, { apply: (get, self) => get.call(self, ["nothing", "nothing"]) });
        request.addEventListener("success", () => {
          hold();
          document.title = "in the middle";
        });
        return after === "pictures" ? /** @type {any} */ ({}) : request; // what is never answered keeps the form from going on
      };
    }, store);
    await pick(page, picture);
    await page.waitForFunction(() => document.title === "in the middle");
    await crash(page);

    const again = await another(phone);
    await again.page.waitForSelector(".queue li");
    assert.deepEqual(await halves(again), []);
    const draft = (await held(again)).get(note);
    assert.deepEqual([draft?.state, draft?.pictures], ["draft", []], "the text is there, and of the picture nothing");
    await again.page.click(`a[href="#/draft/${draft?.id}"]`);
    assert.equal(await again.page.inputValue("#note"), note);
    await pick(again.page, picture);
    await pictures(again.page, 1);
    await again.page.check('[data-field="nobody"] input');
    await finish(again.page);
    await allThereOnce(again, before, [note]);
    assert.deepEqual(await halves(again), []);
  });
}

/** Ends a tab at once. @param {Page} page */
async function crash(page) {
  const debug = await page.context().newCDPSession(page);
  const gone = new Promise((crashed) => { page.once("crash", crashed); });
  void debug.send("Page.crash").catch(() => {});
  await gone;
  await page.close();
}

/**
 * A browser whose profile lies in a folder, as that of a phone.
 * @param {string} folder
 * @param {Line} line
 * @returns {Promise<Phone>}
 */
async function onDisk(folder, line) {
  const context = await chromium.launchPersistentContext(folder, { ...launching, viewport: { width: 360, height: 780 }, locale: "en" });
  return { context, page: await context.newPage(), line, close: () => context.close() };
}

/** The browser that works in a folder. @param {string} folder */
function processOf(folder) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (words.includes(`--user-data-dir=${folder}`) && !words.some((word) => word.startsWith("--type="))) return Number(pid);
    } catch { /* it has gone */ }
  }
  throw new Error(`no browser works in ${folder}`);
}

test("Daybook: 5 the browser is killed as soon as the page says that a report is saved: it is", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-phone-")), line = await startLine(demo().origin);
  let phone = await onDisk(folder, line);
  try {
    await signIn(phone);
    await allSent(phone);
    const before = await size(demo().origin), note = "5 saved, then killed";
    line.fate = ({ path }) => (path.includes("/sync/") ? { cut: "before" } : undefined);
    await write(phone, note, [await photo(phone, 300)]);
    process.kill(processOf(folder), "SIGKILL");
    await phone.close();

    line.fate = undefined;
    phone = await onDisk(folder, line);
    await signIn(phone); // the session's cookie lives as long as a browser
    await allThereOnce(phone, before, [note]);
    assert.deepEqual(await halves(phone), []);
  } finally {
    await phone.close();
    await line.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

case_("7 no room for pictures: the text is saved, and the page says what is not", async (phone, _, before) => {
  const { page } = phone, note = "7 no room for the picture";
  const first = await photo(phone, 200), second = await photo(phone, 200);
  await type(phone, note);
  await pick(page, first);
  await pictures(page, 1);
  /** @param {string[]} names stores that are full from now on */
  const full = (...names) => page.evaluate((full) => {
    const own = /** @type {any} */ (window), put = own.putBefore ??= IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value) {
      if (full.includes(this.name)) throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value);
    };
  }, names);
  await full("pictures");
  await pick(page, second);
  await page.waitForSelector(".album .refused");
  assert.match(await page.innerText(".album .refused"), new RegExp(said("no-room-picture")));
  await kept(page, said("draft-kept"));
  // A cover that finds no room leaves the picture as it was, and says so.
  await page.click(".album .pictures .actions button");
  await page.click(`dialog button:text-is("${said("mask-add")}")`);
  await page.click(`dialog button:text-is("${said("mask-done")}")`);
  await page.waitForSelector(".album .refused");
  await pictures(page, 1);
  assert.deepEqual(await halves(phone), []);

  await full("pictures", "reports");
  await page.fill("#note", `${note}, and more`);
  await kept(page, said("no-room"));
  await page.check('[data-field="nobody"] input');
  await press(page);
  await page.waitForSelector(".kept.wrong");
  assert.equal(page.url().split("#")[1]?.split("/")[1], "write", "it stays on the page");
  assert.equal(await page.inputValue("#note"), `${note}, and more`);
  await full();
  await page.fill("#note", note);
  await kept(page, said("draft-kept"));
  await finish(page);
  await allThereOnce(phone, before, [note]);
  assert.deepEqual((await held(phone)).get(note)?.pictures.map((p) => p.sent), [true]);
});

const small = 40; // MB

test("Daybook: 7 a disk that is really full: the text is saved, and the page says what is not", { timeout: 120_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kept-small-"));
  const mounted = process.getuid?.() === 0 && spawnSync("mount", ["-t", "tmpfs", "-o", `size=${small}m`, "none", folder]).status === 0;
  if (!mounted) {
    rmSync(folder, { recursive: true, force: true });
    t.skip("no small disk can be mounted here: only root can");
    return;
  }
  const line = await startLine(demo().origin), profile = join(folder, "profile");
  mkdirSync(profile);
  const phone = await onDisk(profile, line);
  try {
    await signIn(phone);
    await allSent(phone);
    const { page } = phone, before = await size(demo().origin), note = "7 a full disk";
    await type(phone, note);
    // All but the last bit is taken by something else.
    const left = await page.evaluate(async () => {
      const db = await new Promise((/** @type {(db: IDBDatabase) => void} */ opened) => {
        const asked = indexedDB.open("something else");
        asked.onupgradeneeded = () => asked.result.createObjectStore("bytes", { autoIncrement: true });
        asked.onsuccess = () => opened(asked.result);
      });
      for (let size = 1 << 20; size >= 64 << 10; size >>= 1) {
        for (let room = true; room;) {
          room = await new Promise((done) => {
            const tx = db.transaction("bytes", "readwrite");
            tx.oncomplete = () => done(true);
            tx.onabort = () => done(false);
            tx.objectStore("bytes").put(crypto.getRandomValues(new Uint8Array(Math.min(size, 65536))).length && new Uint8Array(size).map((_, i) => Math.random() * 256 ^ i));
          });
        }
      }
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return quota - usage;
    });
    t.diagnostic(`${left} bytes were left`);
    let refused = 0;
    for (let n = 0; n < 12 && !refused; n++) {
      await pick(page, await photo(phone, 400));
      await page.waitForFunction((n) => document.querySelectorAll(".album .pictures li").length > n || document.querySelector(".album .refused"), n);
      refused = await page.locator(".album .refused li").count();
    }
    assert.equal(refused, 1, "there came a picture for which there was no room");
    assert.match(await page.innerText(".album .refused"), new RegExp(said("no-room-picture")));
    assert.deepEqual(await halves(phone), []);
    if (await page.locator('[data-field="nobody"] input').count()) await page.check('[data-field="nobody"] input');
    await finish(page);
    await allThereOnce(phone, before, [note]);
  } finally {
    await phone.close();
    await line.close();
    spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});
