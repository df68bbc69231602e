/**
 * The editor in which a team covers faces, by finger, mouse and keyboard, in each language.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serveBare, words } from "./bare.js";
import { open, openBrowser, problems } from "./harness.js";
import { languages } from "./pages.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./harness.js").Visit} Visit */
/** @typedef {import("../web/static/daybook-shrink.js").Mask} Mask */

/** @type {import("./harness.js").Browser} */
let browser;
/** @type {import("./bare.js").Bare} */
let server;

before(async () => {
  server = await serveBare("daybook-mask.css");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * Opens the editor with a picture of 1000 by 750 points, or on its side.
 * @param {import("./harness.js").Reader & {lang: string, upright?: boolean}} reader
 * @returns {Promise<Visit>}
 */
async function edit({ upright = false, ...reader }) {
  const visit = await open(browser, server.origin, "/", reader);
  await visit.page.evaluate(async ([texts, width, height]) => {
    const path = "/static/daybook-mask.js";
    /** @type {typeof import("../web/static/daybook-mask.js")} */
    const { masking } = await import(path);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "#8fb0c0";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#7a8450";
    context.fillRect(0, height * 0.6, width, height);
    context.fillStyle = "#d9a679";
    for (const [x, y, r] of /** @type {const} */ ([[0.25, 0.3, 0.06], [0.6, 0.35, 0.05], [0.8, 0.55, 0.02]])) {
      context.beginPath();
      context.arc(width * x, height * y, width * r, 0, 7);
      context.fill();
    }
    const blob = await new Promise((/** @type {(blob: any) => void} */ made) => { canvas.toBlob(made, "image/webp", 0.7); });
    /** @type {any} */ (window).said = [];
    const editor = masking({
      picture: { blob, type: blob.type, width, height }, words: /** @type {any} */ (texts),
      done: (masks) => /** @type {any} */ (window).said.push(masks), cancel: () => /** @type {any} */ (window).said.push("cancelled"),
    });
    document.querySelector("main")?.append(editor);
    await editor.querySelector("img")?.decode();
  }, /** @type {const} */ ([words(reader.lang, "daybook.mask-"), upright ? 750 : 1000, upright ? 1000 : 750]));
  return visit;
}

/** @param {Page} page @returns {Promise<any[]>} what the editor has handed over so far */
const said = (page) => page.evaluate(() => /** @type {any} */ (window).said);

/** @param {Page} page @returns {Promise<Mask[]>} the masks, as pressing Done hands them over */
async function masks(page) {
  await page.click(".mask-done");
  return (await said(page)).at(-1);
}

/** @param {Page} page @param {number} x of the width of the picture @param {number} y @returns {Promise<[number, number]>} in the window */
async function spot(page, x, y) {
  const box = await page.locator(".mask-stage").boundingBox();
  assert.ok(box);
  return [box.x + x * box.width, box.y + y * box.height];
}

/** @param {Page} page @param {string} name of the text in English */
const press = (page, name) => page.getByRole("button", { name: words("en", "daybook.mask-")[name] ?? "none", exact: true }).click();

/** @param {Page} page */
const count = (page) => page.locator(".mask-count").textContent();

/** @param {Page} page @param {[number, number][]} way of the width and height of the picture */
async function drag(page, ...way) {
  const [from, ...to] = await Promise.all(way.map(([x, y]) => spot(page, x, y)));
  assert.ok(from);
  await page.mouse.move(...from);
  await page.mouse.down();
  for (const at of to) await page.mouse.move(...at, { steps: 4 });
  await page.mouse.up();
}

/** @param {Mask | undefined} mask @param {Mask} want */
function about(mask, want, message = "") {
  const off = mask && Math.max(...(/** @type {const} */ (["x", "y", "w", "h"])).map((key) => Math.abs(mask[key] - want[key])));
  assert.ok(off !== undefined && off <= 4, `${message}: ${JSON.stringify(mask)} is not about ${JSON.stringify(want)}`);
}

for (const lang of Object.keys(languages)) {
  test(`Daybook picture: the editor in ${lang}, on a phone and a desk, light and dark`, { timeout: 60_000 }, async () => {
    for (const [width, upright, dark] of /** @type {const} */ ([[360, true, false], [1280, false, true]])) {
      if (width > 360 && lang === "zh-Hans") continue; // at a desk it differs from English in its words only
      const visit = await edit({ lang, width, upright, dark });
      const { page } = visit;
      try {
        await page.mouse.click(...await spot(page, 0.25, 0.3));
        await page.mouse.click(...await spot(page, 0.6, 0.35));
        const masked = await masks(page);
        const shown = await page.getByRole("button", { name: `${words(lang, "daybook.mask-").box} 1`, exact: true }).boundingBox();
        const [x, y] = await spot(page, 0.25, 0.3);
        assert.ok(shown && Math.hypot(shown.x + shown.width / 2 - x, shown.y + shown.height / 2 - y) < 3, `it is shown where the finger was: ${JSON.stringify(shown)}`);
        // Points are counted from the left in every language.
        about(masked[0], upright ? { x: 143, y: 255, w: 90, h: 90 } : { x: 190, y: 165, w: 120, h: 120 }, lang);
        for (const button of await page.locator(".mask-tools button:visible, .mask-end button").all()) {
          const box = await button.boundingBox();
          assert.ok(box && box.height >= 44 && box.width >= 44, `${await button.textContent()}: ${JSON.stringify(box)}`);
        }
        if (upright) await page.locator(".mask-tools button[aria-pressed]").click();
        assert.deepEqual(await problems(visit), [], `${width}`);
      } finally {
        await visit.close();
      }
    }
  });
}

test("Daybook picture: a box is placed, drawn, chosen, dragged, taken away, and all is taken back step by step", { timeout: 60_000 }, async () => {
  const visit = await edit({ lang: "en" });
  const { page } = visit;
  try {
    assert.deepEqual(await masks(page), []);
    await page.mouse.click(...await spot(page, 0.25, 0.3));
    await drag(page, [0.7, 0.5], [0.55, 0.2]);
    assert.equal(await count(page), "Black boxes: 2");
    const drawn = { x: 550, y: 150, w: 150, h: 225 };
    about((await masks(page))[1], drawn, "drawn from below right");

    await drag(page, [0.6, 0.3], [0.9, 0.9], [0.7, 0.5]);
    about((await masks(page))[1], { ...drawn, x: 650, y: 300 }, "the chosen box is dragged");
    await drag(page, [0.22, 0.3], [0.35, 0.4]);
    about((await masks(page))[0], { x: 190, y: 165, w: 120, h: 120 }, "a box that is not chosen stays where it is");
    about((await masks(page))[2], { x: 220, y: 225, w: 130, h: 75 }, "over it another is drawn");
    await drag(page, [0.95, 0.9], [1.3, 1.3]);
    about((await masks(page))[3], { x: 950, y: 675, w: 50, h: 75 }, "nothing reaches out of the picture");

    await page.mouse.click(...await spot(page, 0.2, 0.24));
    assert.equal(await count(page), "Black boxes: 4", "a tap on a box places none and takes none away");
    assert.equal(await page.locator(".mask-box[aria-pressed=true]").getAttribute("aria-label"), "Black box 1");
    await page.mouse.dblclick(...await spot(page, 0.2, 0.24));
    assert.equal(await count(page), "Black boxes: 4", "nor do two");
    await press(page, "larger");
    await press(page, "larger");
    about((await masks(page))[0], { x: 170, y: 145, w: 160, h: 160 }, "larger about its middle");
    await press(page, "remove");
    assert.equal(await count(page), "Black boxes: 3");
    about((await masks(page))[0], { ...drawn, x: 650, y: 300 });

    await press(page, "undo");
    await press(page, "undo"); // both steps of making it larger
    about((await masks(page))[0], { x: 190, y: 165, w: 120, h: 120 }, "back again");
    for (const left of [3, 2, 2, 1, 0]) {
      await press(page, "undo");
      assert.equal(await count(page), `Black boxes: ${left}`);
    }
    await page.getByRole("button", { name: "Undo" }).dispatchEvent("click"); // there is nothing more
    assert.equal(await page.locator(".mask-box:visible").count(), 0);
    await page.mouse.click(...await spot(page, 0.5, 0.5));
    await press(page, "clear");
    assert.deepEqual(await masks(page), []);
    await press(page, "undo");
    assert.equal((await masks(page)).length, 1);
    await press(page, "cancel");
    assert.equal((await said(page)).at(-1), "cancelled");
    assert.deepEqual(visit.noticed, []);
  } finally {
    await visit.close();
  }
});

test("Daybook picture: a finger draws and does not scroll the page, two move what is shown large", { timeout: 60_000 }, async () => {
  const visit = await edit({ lang: "en", width: 360, height: 600, upright: true });
  const { page } = visit;
  try {
    const debug = await page.context().newCDPSession(page);
    await debug.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
    /** @param {[number, number][][]} steps where the fingers are, step after step */
    const touch = async (...steps) => {
      for (const [i, step] of steps.entries()) {
        await debug.send("Input.dispatchTouchEvent", { type: i ? "touchMove" : "touchStart", touchPoints: step.map(([x, y], id) => ({ x, y, id })) });
      }
      await debug.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
    const scrolled = () => page.evaluate(() => scrollY);
    const at = await spot(page, 0.4, 0.7);
    await touch([at], [[at[0], at[1] - 40]], [[at[0] + 60, at[1] - 120]], [[at[0] + 90, at[1] - 160]]);
    assert.equal(await scrolled(), 0, "the page moved under the finger that draws");
    const [mask, ...more] = await masks(page);
    const scale = 750 / (await page.locator(".mask-stage").boundingBox().then((box) => box?.width ?? 0));
    about(mask, { x: 300, y: 700 - 160 * scale, w: 90 * scale, h: 160 * scale }, "drawn by a finger");
    assert.equal(more.length, 0);
    // Beside the picture the page is scrolled as ever.
    await page.evaluate(() => scrollTo(0, 0));
    await touch([[180, 130]], [[180, 90]], [[180, 40]], [[180, 10]]);
    await page.waitForFunction(() => scrollY > 20);
    await page.evaluate(() => scrollTo(0, 0));

    await press(page, "clear");
    await press(page, "zoom");
    await page.evaluate(() => scrollTo(0, 0));
    const before = await page.locator(".mask-frame").evaluate((frame) => [frame.scrollLeft, frame.scrollTop]);
    const frame = await page.locator(".mask-frame").boundingBox();
    assert.ok(frame);
    const [x, y] = [frame.x + 100, frame.y + 200];
    await touch([[x, y], [x + 80, y]], [[x - 30, y - 30], [x + 50, y - 30]], [[x - 60, y - 60], [x + 20, y - 60]]);
    const after_ = await page.locator(".mask-frame").evaluate((f) => [f.scrollLeft, f.scrollTop]);
    assert.ok(Number(after_[0]) > Number(before[0]) + 20 && Number(after_[1]) > Number(before[1]) + 20, `${before} to ${after_}`);
    assert.equal((await masks(page)).length, 0, "two fingers draw nothing");
    await page.evaluate(() => scrollTo(0, 0));
    await touch([[frame.x + frame.width - 15, frame.y + frame.height - 15]]);
    const [tapped] = await masks(page);
    assert.ok(tapped && Math.abs(tapped.w - 45) <= 2, `of what is shown twice as large a tap covers half: ${JSON.stringify(tapped)}`);
    await press(page, "up");
    const up = await page.locator(".mask-frame").evaluate((f) => f.scrollTop);
    assert.ok(up < Number(after_[1]), "a button moves it too");
  } finally {
    await visit.close();
  }
});

test("Daybook picture: everything by keyboard, and nothing leaves the page or stays on the phone", { timeout: 60_000 }, async () => {
  const visit = await edit({ lang: "en" });
  const { page } = visit;
  try {
    const asked = server.asked.length;
    /** @param {string[]} keys */
    const keys = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
    await page.locator(".mask-tools button").first().focus();
    await keys("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Black box 1");
    about((await masks(page))[0], { x: 440, y: 315, w: 120, h: 120 }, "in the middle");
    await page.locator(".mask-box").nth(1).focus();
    await keys("ArrowRight", "ArrowRight", "ArrowUp", "+", "+", "-", "Shift+ArrowDown");
    about((await masks(page))[0], { x: 470, y: 285, w: 140, h: 160 }, "moved, larger, stretched");
    await page.locator(".mask-tools button").first().focus();
    await keys("Space");
    assert.equal(await count(page), "Black boxes: 2");
    await keys("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Black box 1");
    assert.equal(await page.locator(".mask-box[aria-pressed=true]").getAttribute("aria-label"), "Black box 1", "the focus chooses");
    await keys("Delete");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Black box 1", "the next one has the focus");
    await keys("Backspace");
    assert.equal(await count(page), "Black boxes: 0");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Add a box", "the focus is not lost");
    await keys("Control+z", "Control+z");
    assert.equal((await masks(page)).length, 2);
    for (let i = 0; i < 60; i++) await page.locator(".mask-box").nth(1).press("ArrowLeft");
    assert.equal((await masks(page))[0]?.x, 0, "it stays within the picture");

    assert.deepEqual(server.asked.slice(asked), []);
    assert.deepEqual(visit.noticed, []);
    assert.deepEqual(await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, document.cookie]), [0, 0, 0, ""]);
    assert.equal(await page.getByRole("status").textContent(), "Black boxes: 2", "the number is announced");
  } finally {
    await visit.close();
  }
});
