/**
 * Pictures on a team's phone: made small, upright and bare of all that a camera writes, with what is covered gone from the points.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serveBare } from "./bare.js";
import { boxes, chunk, exif, marks, segments, withSegments } from "./cameras.js";
import { open, openBrowser } from "./harness.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./harness.js").Visit} Visit */
/** @typedef {import("../web/static/daybook-shrink.js").Mask} Mask */

/** @type {import("./harness.js").Browser} */
let browser;
/** @type {import("./bare.js").Bare} */
let server;
/** A page for everything that needs no editor. @type {Visit} */
let bare;
/** A scene of four quarters: red, green, blue, white. @type {{jpeg: Buffer, png: Buffer, webp: Buffer}} */
let scene;

before(async () => {
  server = await serveBare();
  browser = await openBrowser();
  bare = await open(browser, server.origin, "/", { lang: "en" });
  scene = {
    jpeg: await paint(bare.page, "image/jpeg", 1600, 1200),
    png: await paint(bare.page, "image/png", 640, 480, 0.5),
    webp: await paint(bare.page, "image/webp", 320, 240),
  };
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * Has the browser encode a scene.
 * @param {Page} page
 * @param {string} type
 * @param {number} width
 * @param {number} height
 * @param {number} [alpha] of the quarter above left
 */
async function paint(page, type, width, height, alpha = 1) {
  return Buffer.from(await page.evaluate(async ([kind, w, h, a]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
    const context = canvas.getContext("2d");
    ["#c81e1e", "#1ec81e", "#1e1ec8", "#fafafa"].forEach((colour, i) => {
      if (!context) return;
      context.globalAlpha = i ? 1 : a;
      context.fillStyle = colour;
      context.fillRect(i % 2 * w / 2, i > 1 ? h / 2 : 0, w / 2, h / 2);
    });
    const blob = await new Promise((/** @type {(blob: any) => void} */ made) => { canvas.toBlob(made, kind, 0.95); });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, /** @type {const} */ ([type, width, height, alpha])), "base64");
}

/**
 * What became of a file.
 * @typedef {object} Result
 * @property {string} [code] why it was not taken
 * @property {string} type
 * @property {number} width
 * @property {number} height
 * @property {Buffer} bytes
 * @property {number[][]} colours decoded, in the middle of the quarters
 * @property {number[][]} spots decoded, at the places asked for
 */

/**
 * Makes a file small on the page, covers what is to be covered, and decodes what came out.
 * @param {Page} page
 * @param {Buffer} file
 * @param {{type?: string, name?: string, masks?: Mask[], spots?: [number, number][]}} [how]
 * @returns {Promise<Result>}
 */
async function shrunk(page, file, { type = "", name = "a.jpg", masks = [], spots = [] } = {}) {
  const got = await page.evaluate(async (arg) => {
    const path = "/static/daybook-shrink.js";
    /** @type {typeof import("../web/static/daybook-shrink.js")} */
    const { shrink, remake, PictureError } = await import(path);
    try {
      const bytes = Uint8Array.from(atob(arg.file), (c) => c.charCodeAt(0));
      let picture = await shrink(new File([bytes], arg.name, { type: arg.type }));
      if (arg.masks.length) picture = await remake(picture, arg.masks);
      const bitmap = await createImageBitmap(picture.blob);
      const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
      const context = canvas.getContext("2d");
      context?.drawImage(bitmap, 0, 0);
      const { width, height } = bitmap;
      /** @param {[number, number]} at */
      const colour = ([x, y]) => [...context?.getImageData(Math.floor(x), Math.floor(y), 1, 1).data ?? []];
      const out = new Uint8Array(await picture.blob.arrayBuffer());
      return {
        type: picture.type, width: picture.width, height: picture.height, real: [width, height],
        colours: [0, 1, 2, 3].map((i) => colour([width * (i % 2 ? 0.75 : 0.25), height * (i > 1 ? 0.75 : 0.25)])),
        spots: arg.spots.map(colour), bytes: btoa([...out].map((b) => String.fromCharCode(b)).join("")),
      };
    } catch (error) {
      if (error instanceof PictureError) return { code: error.code };
      throw error;
    }
  }, { file: file.toString("base64"), type, name, masks, spots });
  if (!("real" in got)) return { ...got, type: "", width: 0, height: 0, bytes: Buffer.of(), colours: [], spots: [] };
  assert.deepEqual(got.real, [got.width, got.height], "it says its size");
  return { ...got, bytes: Buffer.from(got.bytes ?? "", "base64") };
}

/** @param {number[] | undefined} colour @param {number[]} want */
function near(colour, want, message = "") {
  assert.ok(colour && want.every((v, i) => Math.abs(v - (colour[i] ?? 999)) < 30), `${message}: ${colour} is not about ${want}`);
}

const red = [200, 30, 30], green = [30, 200, 30], blue = [30, 30, 200], white = [250, 250, 250], black = [0, 0, 0];

test("Daybook picture: small, and nothing is left of what a camera wrote", { timeout: 60_000 }, async () => {
  const file = withSegments(scene.jpeg, segments(1));
  assert.ok(marks(file).length >= 7, `the file has its marks: ${marks(file)}`);
  const { type, width, height, bytes, colours } = await shrunk(bare.page, file);
  assert.deepEqual([type, width, height], ["image/webp", 1280, 960]);
  assert.deepEqual(marks(bytes), []);
  assert.ok(!/Exif|EXIF|XMP |xap|Photoshop|GPS/.test(bytes.toString("latin1")), "a block of a camera is in it");
  const plain = await shrunk(bare.page, scene.jpeg);
  assert.ok(bytes.equals(plain.bytes), "the same points give other bytes with a camera's blocks around them");
  for (const [i, want] of [red, green, blue, white].entries()) near(colours[i], want, `quarter ${i}`);
});

test("Daybook picture: upright, however the camera was held", { timeout: 60_000 }, async () => {
  // What stands above left once it is upright, of what the camera wrote: above left, above right, below right, below left.
  for (const [turn, first, size] of /** @type {const} */ ([[1, red, [1280, 960]], [3, white, [1280, 960]], [6, blue, [960, 1280]], [8, green, [960, 1280]]])) {
    const { width, height, colours } = await shrunk(bare.page, withSegments(scene.jpeg, segments(turn)));
    assert.deepEqual([width, height], size, `turn ${turn}`);
    near(colours[0], [...first], `turn ${turn}`);
  }
});

test("Daybook picture: WebP and PNG too, on white, and never made larger", { timeout: 60_000 }, async () => {
  const png = Buffer.concat([scene.png.subarray(0, 33), chunk("tEXt", "Author\0c4n4ry-text."), chunk("eXIf", exif(1)), scene.png.subarray(33)]);
  const small = await shrunk(bare.page, png, { type: "image/png" });
  assert.deepEqual([small.width, small.height, marks(small.bytes)], [640, 480, []]);
  near(small.colours[0], [228, 143, 143], "half transparent red on white");
  const webp = await shrunk(bare.page, scene.webp, { name: "a.heic", type: "image/heic" });
  assert.deepEqual([webp.width, webp.height], [320, 240], "a name and a type say nothing");
  near(webp.colours[2], blue);
});

test("Daybook picture: a browser that writes no WebP makes a JPEG, and one that shows no picture of its own making still works", { timeout: 60_000 }, async () => {
  const visit = await open(browser, server.origin, "/?strict", { lang: "en" });
  try {
    await visit.page.evaluate(() => {
      const real = HTMLCanvasElement.prototype.toBlob;
      HTMLCanvasElement.prototype.toBlob = function toBlob(made, type, quality) {
        real.call(this, made, type === "image/webp" ? "image/png" : type, quality);
      };
    });
    const { type, width, height, bytes, colours } = await shrunk(visit.page, withSegments(scene.jpeg, segments(6)));
    assert.deepEqual([type, width, height], ["image/jpeg", 960, 1280]);
    assert.deepEqual(marks(bytes), []);
    assert.ok(!/Exif|xap|Photoshop|GPS/.test(bytes.toString("latin1")), "a block of a camera is in it");
    near(colours[0], blue);
    assert.ok(visit.noticed.some((line) => line.includes("Content Security Policy")), "the way round was tried");
  } finally {
    await visit.close();
  }
});

test("Daybook picture: what is full of detail is made worse until it is small enough", { timeout: 60_000 }, async () => {
  const noisy = Buffer.from(await bare.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 960 });
    const context = canvas.getContext("2d");
    const points = context?.createImageData(1280, 960);
    if (!context || !points) throw new Error("no canvas");
    // Patches of a few points, as leaves and gravel are.
    for (let i = 0, seed = 1; i < points.data.length; i += 4) {
      if (i % 16 === 0) seed = seed * 48271 % 2147483647;
      points.data.set([seed & 127, seed >> 8 & 127, seed >> 16 & 127, 255], i);
    }
    context.putImageData(points, 0, 0);
    const blob = await new Promise((/** @type {(blob: any) => void} */ made) => { canvas.toBlob(made, "image/jpeg", 0.5); });
    let text = "";
    for (const b of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(b);
    return btoa(text);
  }), "base64");
  const sizes = await bare.page.evaluate(() => {
    /** @type {number[]} */
    const tried = [];
    const real = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function toBlob(made, type, quality) {
      tried.push(quality ?? 0);
      real.call(this, made, type, quality);
    };
    /** @type {any} */ (window).tried = tried;
    return tried.length;
  });
  assert.equal(sizes, 0);
  const { bytes } = await shrunk(bare.page, noisy);
  const tried = await bare.page.evaluate(() => /** @type {number[]} */ (/** @type {any} */ (window).tried).map((q) => Math.round(q * 10)));
  assert.deepEqual(tried, [7, 6, 5, 4, 3].slice(0, tried.length));
  assert.ok(tried.length > 1, "the first try was small enough, so nothing was tried");
  assert.ok(bytes.length <= 150_000 || tried.length === 5, `${bytes.length} bytes after ${tried}`);
});

test("Daybook picture: what is no picture that can be taken says why", { timeout: 60_000 }, async () => {
  /** @param {number} w @param {number} h */
  const claims = (w, h) => {
    const png = Buffer.from(scene.png);
    png.writeUInt32BE(w, 16);
    png.writeUInt32BE(h, 20);
    return png;
  };
  const framed = Buffer.from(scene.jpeg);
  const frame = framed.indexOf(Buffer.from([0xff, 0xc0]));
  framed.writeUInt16BE(12000, frame + 5);
  framed.writeUInt16BE(9000, frame + 7);
  const huge = Buffer.concat([scene.jpeg, Buffer.alloc(100)]);
  /** @type {[string, Buffer, string][]} */
  const cases = [
    ["a HEIC that is called a JPEG", boxes("heic", "mif1"), "heic"],
    ["a HEIC of a general brand", boxes("mif1", "miaf", "heic"), "heic"],
    ["an AVIF", boxes("avif", "mif1"), "heic"],
    ["a film", boxes("isom", "mp41"), "not-a-picture"],
    ["a text", Buffer.from("nothing but words"), "not-a-picture"],
    ["nothing", Buffer.of(), "not-a-picture"],
    ["a GIF", Buffer.from("GIF89a\x01\0\x01\0\0\0\0;"), "not-a-picture"],
    ["a JPEG that ends in its points", scene.jpeg.subarray(0, scene.jpeg.length / 2), "broken"],
    ["a JPEG that ends in its head", withSegments(scene.jpeg, segments(1)).subarray(0, 90), "broken"],
    ["a PNG that was cut", scene.png.subarray(0, scene.png.length - 20), "broken"],
    ["a PNG of its first bytes", scene.png.subarray(0, 12), "broken"],
    ["a WebP that was cut", scene.webp.subarray(0, scene.webp.length - 20), "broken"],
    ["a WebP of an unknown sort", Buffer.from("RIFF\x10\0\0\0WEBPVP9 \0\0\0\0\0\0\0\0"), "broken"],
    ["rubbish in place of points", Buffer.concat([scene.png.subarray(0, 41), Buffer.alloc(900, 7), scene.png.subarray(-12)]), "broken"],
    ["a JPEG of 108 million points", framed, "large"],
    ["a PNG of 33 million points", claims(6600, 5000), "large"],
    ["a PNG without a width", claims(0, 10), "broken"],
  ];
  for (const [what, file, want] of cases) {
    assert.equal((await shrunk(bare.page, file, { type: "image/jpeg" })).code, want, what);
  }
  assert.equal((await shrunk(bare.page, huge)).code, undefined, "what phones write after a picture does not make it broken");
  const tooLarge = await bare.page.evaluate(async () => {
    const path = "/static/daybook-shrink.js";
    const { shrink } = await import(path);
    return shrink(new Blob([new Uint8Array(61_000_000)])).catch((/** @type {{code: string}} */ error) => error.code);
  });
  assert.equal(tooLarge, "large", "a file of 61 MB");
});

test("Daybook picture: under a mask the points are black, and what was there is in no byte", { timeout: 60_000 }, async () => {
  // A face of red on green and nowhere else: no red may be left, not even at the edges of the mask.
  const file = await paint(bare.page, "image/jpeg", 1280, 960);
  const mask = { x: 0.5, y: 0.5, w: 640.2, h: 480.2 };
  const spots = /** @type {[number, number][]} */ ([[0, 0], [320, 240], [639, 479], [600, 10], [10, 470], [660, 100], [100, 500], [900, 700]]);
  const { spots: seen, bytes, colours } = await shrunk(bare.page, file, { masks: [mask], spots });
  for (const colour of seen.slice(0, 5)) near(colour, black, "masked");
  near(seen[5], green, "beside it");
  near(seen[6], blue, "below it");
  near(colours[3], white);
  const reds = await bare.page.evaluate(async (text) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]));
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? { data: [] };
    let found = 0;
    for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 0) > 110 && (data[i + 1] ?? 0) < 80 && (data[i + 2] ?? 0) < 80) found++;
    return found;
  }, bytes.toString("base64"));
  assert.equal(reds, 0, "points of the colour that was covered");
  // The same bytes come out whatever was under the mask.
  const other = await bare.page.evaluate(async ([w, h]) => {
    const path = "/static/daybook-shrink.js";
    /** @type {typeof import("../web/static/daybook-shrink.js")} */
    const { remake } = await import(path);
    /** @param {string} face */
    const with_ = async (face) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no canvas");
      context.fillStyle = "#ccc";
      context.fillRect(0, 0, w, h);
      context.fillStyle = face;
      context.fillRect(100, 100, 60, 60);
      const blob = await new Promise((/** @type {(blob: any) => void} */ made) => { canvas.toBlob(made, "image/png"); });
      const made = await remake({ blob, type: blob.type, width: w, height: h }, [{ x: 99.5, y: 99.5, w: 61, h: 61 }]);
      return [...new Uint8Array(await made.blob.arrayBuffer())].join();
    };
    return await with_("#f00") === await with_("#0cf");
  }, /** @type {const} */ ([400, 300]));
  assert.ok(other, "bytes differ with what is covered");
});
