/**
 * Makes files as cameras and phones write them, with a mark in every place where they write what is nobody's business. The twin
 * for tests in Go is photo/phototest.
 */
import { crc32 } from "node:zlib";

/** @param {Buffer} file @returns {string[]} the places of which a mark is in a file */
export function marks(file) {
  return [...file.toString("latin1").matchAll(/c4n4ry-([a-z0-9-]+)\./g)].map((found) => found[1] ?? "");
}

/** @param {number} turn how the camera was held, 1 to 8 @returns {Buffer} a TIFF with a maker and a place */
export function exif(turn) {
  const maker = Buffer.from("c4n4ry-exif-make."), place = Buffer.from("c4n4ry-exif-gps.");
  const end = 8 + 2 + 3 * 12 + 4, gps = end + maker.length;
  /** @param {number} tag @param {number} kind @param {number} count @param {number} value @param {boolean} [short] */
  const entry = (tag, kind, count, value, short = false) => {
    const b = Buffer.alloc(12);
    b.writeUInt16BE(tag, 0);
    b.writeUInt16BE(kind, 2);
    b.writeUInt32BE(count, 4);
    if (short) b.writeUInt16BE(value, 8);
    else b.writeUInt32BE(value, 8);
    return b;
  };
  return Buffer.concat([
    Buffer.from("MM\0\x2a\0\0\0\x08\0\x03", "latin1"),
    entry(0x010f, 2, maker.length, end), entry(0x0112, 3, 1, turn, true), entry(0x8825, 4, 1, gps), Buffer.alloc(4),
    maker, Buffer.of(0, 1), entry(0x001d, 2, place.length, gps + 18), Buffer.alloc(4), place,
  ]);
}

/** @param {number} mark @param {(Buffer | string)[]} parts */
function segment(mark, ...parts) {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
  const head = Buffer.from([0xff, mark, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** @param {number} turn @returns {Buffer} all that a camera writes around the points of a JPEG */
export function segments(turn) {
  return Buffer.concat([
    segment(0xe1, "Exif\0\0", exif(turn)),
    segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x>c4n4ry-xmp.</x>"),
    segment(0xe2, "MPF\0MM\0\x2ac4n4ry-mpf."),
    segment(0xed, "Photoshop 3.0\x008BIM\x04\x04c4n4ry-iptc."),
    segment(0xef, "c4n4ry-app15."),
    segment(0xfe, "c4n4ry-comment."),
  ]);
}

/** @param {Buffer} jpeg @param {Buffer} more @returns {Buffer} with more in its head and a mark behind its end */
export function withSegments(jpeg, more) {
  return Buffer.concat([jpeg.subarray(0, 2), more, jpeg.subarray(2), Buffer.from("c4n4ry-behind.")]);
}

/** @param {string} name @param {Buffer | string} content @returns {Buffer} a chunk of a PNG */
export function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name), Buffer.from(content)]);
  const head = Buffer.alloc(4), sum = Buffer.alloc(4);
  head.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, sum]);
}

/** @param {string} brand @param {string[]} with_ @returns {Buffer} the beginning of a file in boxes, of a brand and those it goes with */
export function boxes(brand, ...with_) {
  const body = Buffer.from(`ftyp${brand}\0\0\0\0${with_.join("")}`, "latin1");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length + 4);
  return Buffer.concat([head, body, Buffer.from("\0\0\0\x30metac4n4ry-boxes.", "latin1")]);
}
