/**
 * A picture as it may be kept on the phone: small, upright, and nothing of the file but its points. What a camera wrote beside them
 * (where, when, with what) is gone, since only points are drawn and encoded anew. The file itself is never kept.
 *
 * A phone of 2 GB cannot hold 48 million points. So the size is read from the head of the file before anything is decoded, and
 * a JPEG is drawn small by way of an <img>: of that, Chromium decodes an eighth to a half when no more is needed, and all
 * of it for createImageBitmap, also where that is told to make it smaller. Measured with 8000 by 6000 points: 40 MB against 260 MB.
 */

/** @typedef {{blob: Blob, type: string, width: number, height: number}} Picture a picture as it is kept on the phone */
/** @typedef {{x: number, y: number, w: number, h: number}} Mask in points of the picture, from above left */
/** @typedef {{type: string, width: number, height: number, points: number}} Head what a file says of itself, and where its points begin */

/** In points, the longer side; in bytes, what is aimed at. */
const side = 1280, aim = 150_000;
/** What is not even tried, in bytes and in points. Only a JPEG can be decoded small; others need 4 bytes a point. */
const mostBytes = 60e6, mostPoints = 100e6, mostOfOthers = 32e6;

/** Why a file is not taken. */
export class PictureError extends Error {
  /** @param {"heic" | "large" | "broken" | "not-a-picture"} code */
  constructor(code) {
    super(code);
    this.name = "PictureError";
    this.code = code;
  }
}

/**
 * Makes a picture small.
 * @param {Blob} file
 * @returns {Promise<Picture>}
 * @throws {PictureError}
 */
export async function shrink(file) {
  if (file.size > mostBytes) throw new PictureError("large");
  const head = await readHead(file);
  if (head.width * head.height > (head.type === "image/jpeg" ? mostPoints : mostOfOthers)) throw new PictureError("large");
  if (!head.width || !head.height || !await isWhole(file, head)) throw new PictureError("broken");
  // A file may come under any name; a browser goes by the type that it is given.
  const { source, width, height, close } = await decode(file.slice(0, file.size, head.type), head.width, head.height);
  try {
    const ratio = Math.min(1, side / Math.max(width, height));
    return await encode(source, Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)), []);
  } finally {
    close();
  }
}

/**
 * Makes a picture anew with solid masks in its points. What was under them is not in the bytes any more.
 * @param {Picture} picture
 * @param {Mask[]} masks
 * @returns {Promise<Picture>}
 * @throws {PictureError}
 */
export async function remake(picture, masks) {
  if (!masks.length) return picture; // encoding twice only makes it worse
  const { source, close } = await decode(picture.blob, picture.width, picture.height);
  try {
    return await encode(source, picture.width, picture.height, masks);
  } finally {
    close();
  }
}

/**
 * @param {Blob} file
 * @param {number} at
 * @param {number} length
 * @returns {Promise<DataView>} shorter than asked where the file ends
 */
async function read(file, at, length) {
  return new DataView(await file.slice(at, at + length).arrayBuffer());
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} length
 */
function letters(view, at, length) {
  return String.fromCharCode(...new Uint8Array(view.buffer, at, Math.max(0, Math.min(length, view.byteLength - at))));
}

/**
 * Tells by its first bytes what a file is and how large, whatever it is called.
 * @param {Blob} file
 * @returns {Promise<Head>}
 */
async function readHead(file) {
  const view = await read(file, 0, 48);
  const start = letters(view, 0, 48);
  if (start.slice(4, 8) === "ftyp") {
    // The brand may be a general one, and the telling ones among those that it goes with.
    const brands = start.slice(8, Math.min(48, view.getUint32(0)));
    if (/hei[cxmsfv]|hev[cxms]|mif1|msf1|avi[fs]/.test(brands)) throw new PictureError("heic");
  }
  try {
    if (start.startsWith("\xff\xd8\xff")) return await readJPEG(file);
    if (start.startsWith("\x89PNG\r\n\x1a\n")) {
      return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20), points: 33 };
    }
    if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return readWebP(view, start.slice(12, 16));
  } catch (error) {
    throw error instanceof RangeError ? new PictureError("broken") : error; // it ended within its head
  }
  throw new PictureError("not-a-picture");
}

/**
 * @param {Blob} file
 * @returns {Promise<Head>}
 */
async function readJPEG(file) {
  let width = 0, height = 0;
  for (let at = 2; ;) {
    const view = await read(file, at, 9);
    const mark = view.getUint8(1);
    if (view.getUint8(0) !== 0xff) throw new PictureError("broken");
    if (mark === 0xff) { // one that fills
      at++;
      continue;
    }
    // The frame, in any of its sorts; three marks between them are about other things.
    if (mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc) {
      height = view.getUint16(5);
      width = view.getUint16(7);
    }
    at += 2 + view.getUint16(2);
    if (mark === 0xda) return { type: "image/jpeg", width, height, points: at };
  }
}

/**
 * @param {DataView} view
 * @param {string} sort of the first chunk
 * @returns {Head}
 */
function readWebP(view, sort) {
  const head = { type: "image/webp", points: 12 };
  /** @param {number} at */
  const three = (at) => view.getUint16(at, true) | view.getUint8(at + 2) << 16;
  switch (sort) {
    case "VP8X": return { ...head, width: three(24) + 1, height: three(27) + 1 };
    case "VP8 ": return { ...head, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { ...head, width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 };
    }
  }
  throw new PictureError("broken");
}

/**
 * A browser shows what there is of a file that was cut short, with grey for the rest. So its end is looked for, from behind, as
 * phones put films and second pictures after it.
 * @param {Blob} file
 * @param {Head} head
 */
async function isWhole(file, head) {
  if (head.type === "image/webp") return file.size >= (await read(file, 4, 4)).getUint32(0, true) + 8;
  const end = head.type === "image/png" ? "IEND" : "\xff\xd9"; // of which latin1 makes itself
  const piece = 1 << 16;
  for (let to = file.size; to > head.points; to -= piece) {
    const from = Math.max(head.points, to - piece);
    const bytes = await file.slice(from, to + end.length - 1).arrayBuffer();
    if (new TextDecoder("latin1").decode(bytes).includes(end)) return true;
  }
  return false;
}

/** @typedef {{source: CanvasImageSource, width: number, height: number, close: () => void}} Decoded upright */

/**
 * @param {Blob} file
 * @param {number} across as the file says, before it is turned
 * @param {number} down
 * @returns {Promise<Decoded>}
 */
async function decode(file, across, down) {
  // Of other files a bitmap costs no more, and it alone notices rubbish in place of points.
  const ways = [drawn, bitmap];
  if (file.type !== "image/jpeg") ways.reverse();
  for (const way of ways) {
    try {
      return await way(file, across, down);
    } catch (error) {
      if (error instanceof DOMException && error.name === "InvalidStateError") break; // it has looked at the points
    }
  }
  throw new PictureError("broken");
}

/**
 * By way of an <img>, which a policy of the page can forbid.
 * @param {Blob} file
 * @returns {Promise<Decoded>}
 */
async function drawn(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    await new Promise((there, broken) => {
      image.onload = there;
      image.onerror = broken;
      image.src = address;
    });
  } finally {
    URL.revokeObjectURL(address);
  }
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, close: () => image.removeAttribute("src") };
}

/**
 * As a bitmap, which old browsers cannot turn or make smaller.
 * @param {Blob} file
 * @param {number} across
 * @param {number} down
 * @returns {Promise<Decoded>}
 */
async function bitmap(file, across, down) {
  // The longer side may become the other one once it is upright; the picture is then a little larger than needed.
  const longer = Math.min(side, Math.max(across, down));
  const source = await createImageBitmap(file, {
    imageOrientation: "from-image", resizeQuality: "high", ...across < down ? { resizeHeight: longer } : { resizeWidth: longer },
  });
  return { source, width: source.width, height: source.height, close: () => source.close() };
}

/**
 * Draws on white, then the masks, and encodes the points.
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @param {Mask[]} masks
 * @returns {Promise<Picture>}
 */
async function encode(source, width, height, masks) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  try {
    // In plain memory, as the points are read back; a graphics unit would hold them twice.
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context) throw new PictureError("large");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, width, height);
    context.fillStyle = "#000";
    for (const { x, y, w, h } of masks) {
      // To whole points, outwards: at an edge between two points something would shine through.
      const left = Math.floor(x), top = Math.floor(y);
      context.fillRect(left, top, Math.ceil(x + w) - left, Math.ceil(y + h) - top);
    }
    const blob = await smallest(canvas);
    return { blob, type: blob.type, width, height };
  } finally {
    canvas.width = canvas.height = 0; // browsers keep the memory of a canvas for long
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>} WebP, or JPEG where the browser cannot write that; as good as the aim lets it be
 */
async function smallest(canvas) {
  for (const [type, best] of /** @type {const} */ ([["image/webp", 0.7], ["image/jpeg", 0.8]])) {
    for (let quality = best; ; quality -= 0.1) {
      const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ made) => { canvas.toBlob(made, type, quality); });
      if (!blob) throw new PictureError("large"); // there was no memory for it
      if (blob.type !== type) break; // it answers with a PNG for what it cannot write
      if (blob.size <= aim || quality < 0.4) return blob;
    }
  }
  throw new PictureError("broken");
}
