/**
 * A phone of the example's team with the daybook open: writes reports as a person does, or many at once as the form does, and says what
 * the phone holds, what its page tells and what stands in the book.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { words } from "./bare.js";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./daybook-rig.js").Line} Line */
/** @typedef {import("../web/static/daybook-store.js").Report} Report */
/** @typedef {{context: BrowserContext, page: Page, line: Line, close: () => Promise<void>}} Phone */

const folder = "/valley/team/";
const says = words("en", "daybook.");

/**
 * What the page says under a key, in English.
 * @param {string} key without daybook.; of a message that counts the end is left out
 * @param {Record<string, string | number>} [args]
 * @returns {string}
 */
export function said(key, args = {}) {
  const text = says[key] ?? says[`${key}.${args.N === 1 ? "one" : "other"}`];
  assert.ok(text, `there is no daybook.${key}`);
  return text.replace(/\{\{\.(\w+)\}\}/g, (_, name) => String(args[name]));
}

/** What is not sent yet, as the page says it. @param {number} reports @param {number} [pictures] */
export const unsent = (reports, pictures = 0) => (pictures === 0 ? said("unsent", { N: reports })
  : said("unsent-both", { Reports: said("reports", { N: reports }), Pictures: said("pictures", { N: pictures }) }));

/**
 * A phone that nobody has used, signed in as the example's team, with its promises.
 * @param {Browser} browser
 * @param {Line} line
 * @param {number} [ahead] by how many milliseconds its clock is ahead
 * @returns {Promise<Phone>}
 */
export async function openPhone(browser, line, ahead = 0) {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, isMobile: true, locale: "en", reducedMotion: "reduce" });
  if (ahead) await turnClock(context, ahead);
  const phone = { context, page: await context.newPage(), line, close: () => context.close() };
  await signIn(phone);
  return phone;
}

/** Signs in at the office's door, where the daybook's link leads. @param {Phone} phone */
export async function signIn({ page, line }) {
  await page.goto(`${line.origin}/valley/office/sign-in?lang=en&next=${folder}`);
  await page.click('button[value="guest:team"]');
  await page.waitForSelector(".queue li");
}

/** Opens the daybook again, in a tab of its own. @param {Phone} phone @returns {Promise<Phone>} */
export async function openTab(phone) {
  const page = await phone.context.newPage();
  await page.goto(`${phone.line.origin}${folder}?lang=en`);
  await page.waitForSelector(".queue li");
  return { ...phone, page };
}

/**
 * Turns the clock of pages that are opened from now on.
 * @param {BrowserContext} context
 * @param {number} ahead milliseconds
 */
export async function turnClock(context, ahead) {
  await context.addInitScript((by) => {
    const was = /** @type {any} */ (globalThis).rightClock ?? Date;
    Object.assign(globalThis, { rightClock: was });
    globalThis.Date = /** @type {any} */ (class extends was {
      /** @param {any[]} of */
      constructor(...of) {
        super(...(of.length ? of : [was.now() + by]));
      }

      static now() {
        return was.now() + by;
      }
    });
  }, ahead);
}

/**
 * Writes a report as a person does: the first promise, a few words, pictures, Save.
 * @param {Phone} phone
 * @param {string} note
 * @param {Buffer[]} [pictures]
 */
export async function write({ page }, note, pictures = []) {
  await page.click('nav a[href="#/"]');
  await page.click(".tools + .queue li a");
  await page.fill("#note", note);
  if (pictures.length > 0) {
    await page.setInputFiles("#pictures", pictures.map((buffer, i) => ({ name: `${i}.jpg`, mimeType: "image/jpeg", buffer })));
    await page.waitForFunction((n) => document.querySelectorAll(".album .pictures li").length === n, pictures.length);
    await page.check('[data-field="nobody"] input');
  }
  await page.click(".buttons.sticky button:not([type])");
  await page.waitForURL("**#/written"); // the page goes there when it is on the disk
  await page.waitForFunction((words) => document.querySelector(".told")?.textContent?.includes(words), said("saved"));
}

/**
 * A photo as a camera makes it, of noise.
 * @param {Phone} phone
 * @param {number} side its points along each side
 */
export async function photo({ page }, side) {
  return Buffer.from(await page.evaluate(async (n) => {
    const canvas = new OffscreenCanvas(n, n), image = new ImageData(n, n);
    for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })).arrayBuffer());
    return btoa([...bytes].map((b) => String.fromCharCode(b)).join(""));
  }, side), "base64");
}

/**
 * Saves many reports as the form does, and has them sent.
 * @param {Phone} phone
 * @param {{note: string, pictures?: number, wrong?: object}[]} reports wrong: what its event says besides, as no form would
 * @param {{side?: number, send?: boolean}} [how] side: the points along a picture's side; send: false if nothing is to be sent yet
 * @returns {Promise<{reports: number, pictures: number, bytes: number}>} bytes: of what is to be sent, the events and the pictures
 */
export function save({ page }, reports, { side = 24, send = true } = {}) {
  return page.evaluate(async (arg) => {
    const at = (/** @type {string} */ name) => `/static/daybook-${name}.js`;
    /** @type {typeof import("../web/static/daybook-store.js")} */
    const store = await import(at("store"));
    /** @type {typeof import("../web/static/daybook-report.js")} */
    const { blank, eventOf } = await import(at("report"));
    /** @type {typeof import("../web/static/daybook-send.js")} */
    const { send, tell } = await import(at("send"));

    /** A picture of nothing but noise: about a byte for each of its points. */
    const paint = async () => {
      const canvas = new OffscreenCanvas(arg.side, arg.side), context = canvas.getContext("2d");
      const image = new ImageData(arg.side, arg.side);
      for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
      context?.putImageData(image, 0, 0);
      const bytes = await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })).arrayBuffer();
      return { sha256: await store.hashOf(bytes), bytes, type: "image/jpeg" };
    };

    const { account: mark } = await store.phone();
    const account = await store.get("accounts", mark);
    const promises = (await store.all("promises", [mark, "en"])).filter((p) => p.plan === "once");
    const out = { reports: arg.reports.length, pictures: 0, bytes: 0 };
    for (const [i, { note, pictures: n = 0, wrong }] of arg.reports.entries()) {
      const promise = promises[i % promises.length];
      const rows = await Promise.all(Array.from({ length: n }, paint));
      /** @type {Report} */
      const report = {
        id: store.newID(), account: mark, state: "draft", n: 0, tried: false, changed: Date.now(), size: account.size,
        promise: { id: promise.id, number: promise.number, title: promise.title, lang: promise.lang }, event: null,
        typed: { ...blank(account), note: { en: note }, nobody: n > 0 },
        pictures: rows.map(({ sha256, bytes, type }) => ({ sha256, type, width: arg.side, height: arg.side, bytes: bytes.byteLength, sent: false, checked: false })),
      };
      await store.keepDraft(report, { add: rows });
      await store.saveReport(report, (number) => {
        const event = { ...eventOf(report, promise, number), ...wrong };
        out.bytes += new TextEncoder().encode(JSON.stringify(event)).length;
        return event;
      });
      for (const row of rows) out.bytes += row.bytes.byteLength;
      out.pictures += n;
    }
    tell();
    if (arg.send) void send();
    return out;
  }, { reports, side, send });
}

/**
 * Every report that the phone holds, by what was noted.
 * @param {Phone} phone
 * @returns {Promise<Map<string, Report>>}
 */
export async function held({ page }) {
  await page.waitForSelector("main h1"); // then the store is open
  const reports = await page.evaluate(async () => {
    const path = "/static/daybook-store.js";
    /** @type {typeof import("../web/static/daybook-store.js")} */
    const store = await import(path);
    return /** @type {Promise<Report[]>} */ (store.all("reports"));
  });
  return new Map(reports.map((r) => [Object.values(r.typed.note)[0] ?? "", r]));
}

/** Has the page try again now, as its button does. @param {Phone} phone */
export const sendNow = ({ page }) => page.evaluate(async () => {
  const path = "/static/daybook-send.js";
  /** @type {typeof import("../web/static/daybook-send.js")} */
  const { send } = await import(path);
  void send();
});

/** What the foot of the page says. @param {Phone} phone */
export const foot = async ({ page }) => (await page.innerText(".foot .state")).replace(/[\u2068\u2069]/g, "");

/**
 * Waits until the foot of the page says all of this.
 * @param {Phone} phone
 * @param {string[]} sentences
 */
export async function told(phone, ...sentences) {
  await phone.page.waitForFunction((all) => {
    const text = document.querySelector(".foot .state")?.textContent?.replace(/[\u2068\u2069]/g, "") ?? "";
    return all.every((one) => text.includes(one));
  }, sentences).catch(async () => assert.fail(`the page says "${await foot(phone)}", not "${sentences.join(" ")}"`));
}

/**
 * Waits until nothing waits on the phone, and the page says that everything is sent.
 * @param {Phone} phone
 * @param {number} [timeout]
 */
export async function allSent(phone, timeout = 30_000) {
  for (const until = Date.now() + timeout; [...(await held(phone)).values()].some((r) => r.state === "waiting"); await sleep(50)) {
    assert.ok(Date.now() < until, `the page says "${await foot(phone)}"`);
  }
  await phone.page.waitForSelector(".foot .sent", { timeout: 5000 }).catch(async () => assert.fail(`the page says "${await foot(phone)}"`));
}

/** How many entries the book has, asked of the server itself. @param {string} server */
export async function size(server) {
  const note = await (await fetch(`${server}/valley/log/checkpoint`)).text();
  return Number(note.split("\n")[1]);
}

/**
 * Every event of the team's account that stands in the book, asked of the server itself, past the line and its faults.
 * @param {Phone} phone
 * @returns {Promise<string[]>} with those twice that the server names twice for another entry
 */
export async function inBook(phone) {
  /** @type {Map<string, string>} */
  const entries = new Map();
  for (let cursor = "", more = true; more;) {
    const address = `${phone.line.to.replace("127.0.0.1", "localhost")}${folder}sync/changes?lang=en${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const answer = await phone.context.request.get(address);
    assert.equal(answer.status(), 200, address);
    const page = await answer.json();
    for (const { event, entry } of page.sent ?? []) entries.set(entry, event);
    ({ cursor, more = false } = page);
  }
  return [...entries.values()];
}

/**
 * Nothing is lost, nothing is double, and the page says so: every one of these reports stands in the book once, the book has
 * grown by them and no more, and each is called received.
 * @param {Phone} phone
 * @param {number} before the size of the book before they were written
 * @param {string[]} notes
 */
export async function allThereOnce(phone, before, notes) {
  await allSent(phone);
  const reports = await held(phone), events = await inBook(phone);
  for (const note of notes) {
    const report = reports.get(note);
    assert.equal(report?.state, "received", `${note}: ${JSON.stringify(report)}`);
    assert.equal(events.filter((id) => id === report?.id).length, 1, `${note} stands in the book once`);
  }
  assert.equal(await size(phone.line.to), before + notes.length, "the book has grown by what was written");
  await phone.page.click('nav a[href="#/written"]');
  await phone.page.waitForFunction((title) => document.querySelector("main h1")?.textContent === title, said("written"));
  const words = await phone.page.$$eval("main .queue .says", (all) => all.map((one) => one.textContent ?? ""));
  assert.ok(words.filter((text) => text === said("state-received")).length >= notes.length, `the page calls them received: ${words}`);
  assert.ok(!words.includes(said("state-waiting")), "and none waiting");
}
