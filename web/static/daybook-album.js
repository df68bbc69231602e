/**
 * The pictures of a report: chosen, made small, masked by hand, and kept with its draft.
 */
import { button, h } from "./daybook-dom.js";
import { masking } from "./daybook-mask.js";
import { MOST_PICTURES } from "./daybook-report.js";
import { PictureError, remake, shrink } from "./daybook-shrink.js";
import * as store from "./daybook-store.js";
import { T } from "./daybook-words.js";

/** @typedef {import("./daybook-store.js").Report} Report */
/** @typedef {import("./daybook-store.js").PictureOf} PictureOf */
/** @typedef {{add?: {sha256: string, bytes: ArrayBuffer, type: string}[], drop?: string[]}} Change */
/**
 * The form, as far as pictures need it.
 * @typedef {object} Holder
 * @property {Report} report
 * @property {Promise<void>} picking
 * @property {() => Promise<void>} keep
 * @property {(change: (typed: import("./daybook-store.js").Typed) => void) => void} type
 * @property {(next: (pictures: PictureOf[]) => PictureOf[], change: Change) => Promise<boolean>} keepPictures
 * @property {() => void} redrawPictures
 */

/** @type {Record<string, string>} */
const unreadable = { heic: "picture.refused-heic", large: "picture.refused-points", broken: "picture.refused-broken" };

/** What became of files that were chosen: words beside the field. @type {WeakMap<Report, {name: string, words: string}[]>} */
const refused = new WeakMap();

/**
 * @param {Holder} form
 * @returns {HTMLElement}
 */
export function pictureField(form) {
  const { report } = form;
  const list = h("ul", { class: "pictures" }, report.pictures.map((p, i) => picture(form, p, i)));
  const lines = refused.get(report) ?? [];
  const file = h("input", { id: "pictures", type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true, class: "hidden", input: (/** @type {any} */ e) => { form.picking = add(form, [...e.target.files]); } });
  return h("section", { class: "album", "data-field": "pictures" },
    h("h2", null, T("picture.title")), h("p", { class: "hint" }, T("picture.people")), list,
    h("p", { class: "working", role: "status" }),
    lines.length > 0 && h("ul", { class: "refused" }, lines.map(({ name, words }) => h("li", null, h("strong", null, h("bdi", null, name)), " ", words))),
    h("p", null, file, h("label", { for: "pictures", class: "button quiet" }, T("daybook.add-pictures"))),
    report.pictures.length > 0 && h("div", { class: "field check", "data-field": "nobody" }, h("label", null,
      h("input", { type: "checkbox", checked: report.typed.nobody, input: (/** @type {any} */ e) => form.type((t) => { t.nobody = e.target.checked; }) }), " ", T("picture.nobody"))));
}

/**
 * @param {Holder} form
 * @param {PictureOf} p
 * @param {number} i
 */
function picture(form, p, i) {
  const image = h("img", { alt: T("picture.number", { N: i + 1 }), width: p.width, height: p.height });
  void shown(image, form.report.id, p.sha256);
  return h("li", null, image, h("p", { class: "actions" },
    button(T("daybook.mask"), () => void mask(form, p), "link"),
    button(T("picture.take-out"), () => void takeOut(form, p), "link")));
}

/**
 * Shows a picture that the phone holds.
 * @param {HTMLImageElement} image
 * @param {string} report
 * @param {string} sha256
 */
export async function shown(image, report, sha256) {
  const held = await store.get("pictures", [report, sha256]);
  if (!held) return;
  image.src = URL.createObjectURL(new Blob([held.bytes], { type: held.type }));
  image.onload = () => URL.revokeObjectURL(image.src);
}

/**
 * @param {import("./daybook-shrink.js").Picture} made
 * @returns {Promise<{of: PictureOf, row: {sha256: string, bytes: ArrayBuffer, type: string}}>}
 */
async function rowOf(made) {
  const bytes = await made.blob.arrayBuffer();
  const sha256 = await store.hashOf(bytes);
  return { of: { sha256, type: made.type, width: made.width, height: made.height, bytes: bytes.byteLength, sent: false, checked: false }, row: { sha256, bytes, type: made.type } };
}

/**
 * Makes each file small, and keeps it at once; the file itself is kept nowhere.
 * @param {Holder} form
 * @param {File[]} files
 */
async function add(form, files) {
  const { report } = form;
  /** @type {{name: string, words: string}[]} */
  const wrong = [];
  for (const [i, file] of files.entries()) {
    const working = document.querySelector(".album .working");
    if (working) working.textContent = T("daybook.shrinking", { N: i + 1, Of: files.length });
    if (report.pictures.length >= MOST_PICTURES) {
      wrong.push({ name: file.name, words: T("picture.refused-many", { Max: MOST_PICTURES }) });
      continue;
    }
    try {
      const { of, row } = await rowOf(await shrink(file));
      if (report.pictures.some((p) => p.sha256 === of.sha256)) continue;
      if (!await form.keepPictures((pictures) => [...pictures, of], { add: [row] })) {
        wrong.push({ name: file.name, words: T("daybook.no-room-picture") });
        await form.keep();
      }
    } catch (error) {
      const code = error instanceof PictureError ? error.code : "broken";
      wrong.push({ name: file.name, words: T(unreadable[code] ?? "picture.refused-other") });
    }
  }
  refused.set(report, wrong);
  form.redrawPictures();
}

/** @param {Holder} form @param {PictureOf} p */
async function takeOut(form, p) {
  await form.keepPictures((pictures) => pictures.filter((other) => other !== p), { drop: [p.sha256] });
  form.redrawPictures();
}

/**
 * Opens the page on which parts of a picture are covered. The picture under the covers is gone once they are laid.
 * @param {Holder} form
 * @param {PictureOf} p
 */
async function mask(form, p) {
  const held = await store.get("pictures", [form.report.id, p.sha256]);
  if (!held) return;
  const before = { blob: new Blob([held.bytes], { type: held.type }), type: held.type, width: p.width, height: p.height };
  const dialog = h("dialog", { class: "covering" });
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const words = Object.fromEntries(["title", "picture", "hint", "keys", "box", "count", "add", "larger", "smaller", "remove", "undo", "clear", "zoom", "left", "right", "up", "down", "done", "cancel"]
    .map((key) => [key, T(`daybook.mask-${key}`)]));
  dialog.append(masking({ picture: before, words: /** @type {any} */ (words), cancel: close, done: async (masks) => {
    close();
    if (masks.length === 0) return;
    const { of, row } = await rowOf(await remake(before, masks));
    await form.keepPictures((pictures) => pictures.map((other) => other === p ? of : other), { add: [row], drop: [p.sha256] });
    form.redrawPictures();
  } }));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
