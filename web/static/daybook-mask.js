/**
 * The editor in which a person covers faces. It only says where; what it says is drawn into the points by remake of
 * daybook-shrink.js. It writes nothing anywhere and asks no network.
 *
 * A tap places a box, drawing over the picture makes one as large as was drawn, and the chosen box can be dragged. A box is
 * never taken away by a tap: whoever taps twice in haste would lay a face bare. All this goes without dragging, by buttons, and
 * without pointing, by keys.
 */

/** @typedef {import("./daybook-shrink.js").Picture} Picture */
/** @typedef {import("./daybook-shrink.js").Mask} Mask */

/**
 * The texts, in the language of the page.
 * @typedef {object} Words
 * @property {string} title names the whole for those who do not see it
 * @property {string} picture names the picture for them
 * @property {string} hint what to do
 * @property {string} keys what to do with a keyboard
 * @property {string} box names a box; its number follows
 * @property {string} count before the number of boxes
 * @property {string} add
 * @property {string} larger
 * @property {string} smaller
 * @property {string} remove the chosen box
 * @property {string} undo
 * @property {string} clear takes away all boxes
 * @property {string} zoom
 * @property {string} left moves the picture that is shown large
 * @property {string} right
 * @property {string} up
 * @property {string} down
 * @property {string} done
 * @property {string} cancel
 */

/** Of the width of the picture: what a tap covers, what is the smallest box, and one step of a key. */
const tapped = 0.12, smallest = 0.04, step = 0.02;
/** In CSS pixels: what a finger may move and still tap. */
const still = 8;
/** How much larger the picture is shown. */
const zoomed = 2;

/** The arrows of a keyboard. @type {Record<string, [number, number]>} */
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(name, attributes = {}, inside = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

/**
 * Keeps a box within its picture, and not too small to be seen.
 * @param {Mask} mask
 * @param {Picture} picture
 * @returns {Mask} in whole points
 */
function within({ x, y, w, h }, { width, height }) {
  const least = Math.ceil(width * smallest);
  const across = Math.min(width, Math.max(least, Math.round(w))), down = Math.min(height, Math.max(least, Math.round(h)));
  return {
    x: Math.min(width - across, Math.max(0, Math.round(x))), y: Math.min(height - down, Math.max(0, Math.round(y))), w: across, h: down,
  };
}

/**
 * @param {object} with_
 * @param {Picture} with_.picture
 * @param {Words} with_.words
 * @param {(masks: Mask[]) => void} with_.done
 * @param {() => void} with_.cancel
 * @returns {HTMLElement}
 */
export function masking({ picture, words, done, cancel }) {
  const unit = picture.width;
  /** @type {Mask[]} */
  let masks = [];
  let chosen = -1, zoom = 1;
  /** What was there before each change, and what the last one was, so that steps of one kind are taken back at once. */
  /** @type {Mask[][]} */
  const past = [];
  let last = "";

  const address = URL.createObjectURL(picture.blob);
  const image = make("img", { alt: words.picture, width: `${picture.width}`, height: `${picture.height}`, draggable: "false" });
  image.onload = image.onerror = () => URL.revokeObjectURL(address);
  image.src = address;
  const draft = make("span", { class: "mask-box", hidden: "" });
  // Points are counted from the left in every language.
  const stage = make("div", { class: "mask-stage", dir: "ltr" }, [image, draft]);
  const frame = make("div", { class: "mask-frame" }, [stage]);
  frame.style.setProperty("--ratio", `${picture.width / picture.height}`);
  const count = make("p", { class: "mask-count", role: "status" });
  /** @type {HTMLButtonElement[]} */
  const boxes = [];

  /** @param {HTMLElement} element @param {Mask} mask */
  function place(element, { x, y, w, h }) {
    for (const [name, part] of /** @type {const} */ ([["inset-inline-start", x / unit], ["inset-block-start", y / picture.height],
      ["inline-size", w / unit], ["block-size", h / picture.height]])) {
      element.style.setProperty(name, `${part * 100}%`);
    }
  }

  /** Shows what is there. Boxes stay the same elements, so that the focus stays on the chosen one. */
  function show() {
    while (boxes.length > masks.length) boxes.pop()?.remove();
    while (boxes.length < masks.length) {
      const box = make("button", { class: "mask-box", type: "button", "aria-label": `${words.box} ${boxes.length + 1}` });
      stage.append(box);
      boxes.push(box);
    }
    masks.forEach((mask, i) => {
      const box = /** @type {HTMLButtonElement} */ (boxes[i]);
      place(box, mask);
      box.setAttribute("aria-pressed", `${i === chosen}`);
    });
    const text = `${words.count} ${masks.length}`;
    if (count.textContent !== text) count.textContent = text;
    const one = chosen >= 0;
    for (const [button, can] of /** @type {const} */ ([[undo, past.length > 0], [clear, masks.length > 0], [remove, one], [larger, one], [smaller, one]])) {
      // Not disabled: that would throw the focus away.
      button.setAttribute("aria-disabled", `${!can}`);
    }
  }

  /**
   * @param {Mask[]} next
   * @param {number} choice
   * @param {string} [kind] of a step that is taken back together with those of its kind before it
   */
  function change(next, choice, kind = "") {
    if (!kind || kind !== last) past.push(masks);
    last = kind;
    masks = next;
    chosen = choice;
    show();
  }

  /** @param {number} i */
  function choose(i) {
    if (i !== chosen) last = "";
    chosen = i;
    show();
    boxes[i]?.focus({ preventScroll: true });
  }

  /** @param {Mask} mask */
  function add(mask) {
    change([...masks, within(mask, picture)], masks.length);
    boxes[chosen]?.focus({ preventScroll: true });
  }

  /** @param {(mask: Mask) => Mask} how @param {string} kind */
  function alter(how, kind) {
    const now = masks[chosen];
    if (now) change(masks.map((mask, i) => (i === chosen ? within(how(now), picture) : mask)), chosen, `${kind} ${chosen}`);
  }

  /** @param {number} by in steps */
  function grow(by) {
    alter(({ x, y, w, h }) => ({ x: x - by * step * unit / 2, y: y - by * step * unit / 2, w: w + by * step * unit, h: h + by * step * unit }), "grow");
  }

  function removeChosen() {
    if (chosen < 0) return;
    const near = Math.min(chosen, masks.length - 2);
    const inside = stage.contains(document.activeElement);
    change(masks.filter((_, i) => i !== chosen), near);
    if (inside) (boxes[near] ?? addButton).focus({ preventScroll: true });
  }

  function takeBack() {
    const before = past.pop();
    if (!before) return;
    const inside = stage.contains(document.activeElement);
    last = "";
    masks = before;
    chosen = Math.min(chosen, masks.length - 1);
    show();
    if (inside) (boxes[chosen] ?? addButton).focus({ preventScroll: true });
  }

  /** @returns {{x: number, y: number}} in points, what stands in the middle of what is seen */
  function middle() {
    return { x: (frame.scrollLeft + frame.clientWidth / 2) / stage.clientWidth * unit, y: (frame.scrollTop + frame.clientHeight / 2) / stage.clientHeight * picture.height };
  }

  /** @param {{x: number, y: number}} at @returns {Mask} what a tap there covers; the larger it is shown, the less */
  function dab({ x, y }) {
    const size = unit * tapped / zoom;
    return { x: x - size / 2, y: y - size / 2, w: size, h: size };
  }

  /** Shows the picture large around the chosen box, or whole. */
  function toggleZoom() {
    const box = masks[chosen];
    const at = box ? { x: box.x + box.w / 2, y: box.y + box.h / 2 } : middle();
    zoom = zoom === 1 ? zoomed : 1;
    frame.classList.toggle("mask-large", zoom > 1);
    zoomButton.setAttribute("aria-pressed", `${zoom > 1}`);
    moves.hidden = zoom === 1;
    frame.scrollTo(at.x / unit * stage.clientWidth - frame.clientWidth / 2, at.y / picture.height * stage.clientHeight - frame.clientHeight / 2);
  }

  /**
   * @param {string} text
   * @param {() => void} press
   * @param {Record<string, string>} attributes
   */
  function tool(text, press, attributes = {}) {
    const button = make("button", { type: "button", ...attributes }, [text]);
    button.addEventListener("click", press);
    return button;
  }

  const addButton = tool(words.add, () => add(dab(middle())));
  const larger = tool(words.larger, () => grow(1)), smaller = tool(words.smaller, () => grow(-1));
  const remove = tool(words.remove, removeChosen), undo = tool(words.undo, takeBack);
  const clear = tool(words.clear, () => { if (masks.length) change([], -1); });
  const zoomButton = tool(words.zoom, toggleZoom, { "aria-pressed": "false" });
  const moves = make("div", { class: "mask-moves", dir: "ltr", hidden: "" }, /** @type {const} */ ([["←", words.left, -1, 0], ["↑", words.up, 0, -1], ["↓", words.down, 0, 1], ["→", words.right, 1, 0]])
    .map(([sign, name, x, y]) => tool(sign, () => frame.scrollBy(x * frame.clientWidth / 3, y * frame.clientHeight / 3), { "aria-label": name })));

  /** The fingers that are down, where each was last. @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  /**
   * What the first of them does: from where, on which box, and whether it has moved.
   * @type {{x: number, y: number, box: number, moved: boolean} | null}
   */
  let stroke = null;

  /** @param {{x: number, y: number}} spot in the window @returns {{x: number, y: number}} in points */
  function points(spot) {
    const area = stage.getBoundingClientRect();
    return { x: (spot.x - area.left) / area.width * unit, y: (spot.y - area.top) / area.height * picture.height };
  }

  /** @param {{x: number, y: number}} to @returns {Mask} what the stroke so far makes */
  function drawn(to) {
    if (!stroke) throw new Error("no stroke");
    const from = points(stroke), now = points(to), held = masks[stroke.box];
    if (held) return within({ ...held, x: held.x + now.x - from.x, y: held.y + now.y - from.y }, picture);
    const x = Math.max(0, Math.min(from.x, now.x)), y = Math.max(0, Math.min(from.y, now.y));
    return within({ x, y, w: Math.min(unit, Math.max(from.x, now.x)) - x, h: Math.min(picture.height, Math.max(from.y, now.y)) - y }, picture);
  }

  function endStroke() {
    stroke = null;
    draft.hidden = true;
    show();
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size > 1) { // two move the picture
      endStroke();
      return;
    }
    const box = boxes.findIndex((b) => b === event.target);
    stroke = { x: event.clientX, y: event.clientY, box, moved: false };
  });

  stage.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was) return;
    const now = { x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, now);
    if (fingers.size > 1) {
      frame.scrollBy((was.x - now.x) / fingers.size, (was.y - now.y) / fingers.size);
      return;
    }
    if (!stroke) return;
    if (!stroke.moved) {
      if (Math.hypot(now.x - stroke.x, now.y - stroke.y) < still) return;
      stroke.moved = true;
      // Only the chosen box is dragged. Over another one is drawn, so that nothing is laid bare unawares.
      if (stroke.box !== chosen) stroke.box = -1;
    }
    const held = boxes[stroke.box];
    place(held ?? draft, drawn(now));
    draft.hidden = Boolean(held);
  });

  stage.addEventListener("pointerup", (event) => {
    if (!fingers.delete(event.pointerId) || !stroke) return;
    const { box, moved } = stroke, now = { x: event.clientX, y: event.clientY };
    const made = moved ? drawn(now) : dab(points(now));
    endStroke();
    if (!moved && box >= 0) choose(box);
    else if (box >= 0) change(masks.map((mask, i) => (i === box ? made : mask)), box);
    else add(made);
  });

  // Also when it was cancelled, or went missing.
  stage.addEventListener("lostpointercapture", (event) => {
    if (fingers.delete(event.pointerId)) endStroke();
  });

  // By Tab, and by programs that read aloud.
  for (const kind of ["focusin", "click"]) {
    stage.addEventListener(kind, (event) => {
      const i = boxes.findIndex((box) => box === event.target);
      if (i >= 0 && i !== chosen) choose(i);
    });
  }

  const cancelButton = tool(words.cancel, cancel, { class: "mask-cancel" });
  const doneButton = tool(words.done, () => done(masks.map((mask) => ({ ...mask }))), { class: "mask-done" });
  const whole = make("div", { class: "masking", role: "group", "aria-label": words.title }, [
    make("p", {}, [words.hint]), frame, count,
    make("div", { class: "mask-tools" }, [addButton, remove, larger, smaller, undo, clear, zoomButton, moves]),
    make("p", { class: "mask-keys" }, [words.keys]),
    make("div", { class: "mask-end" }, [doneButton, cancelButton]),
  ]);
  whole.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") takeBack();
    else if (event.ctrlKey || event.metaKey || event.altKey || !stage.contains(/** @type {Node} */ (event.target))) return;
    else if (arrows[event.key]) {
      const [x, y] = /** @type {[number, number]} */ (arrows[event.key]), by = step * unit / zoom;
      if (event.shiftKey) alter((mask) => ({ ...mask, w: mask.w + x * by, h: mask.h + y * by }), "stretch");
      else alter((mask) => ({ ...mask, x: mask.x + x * by, y: mask.y + y * by }), "move");
      boxes[chosen]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "+" || event.key === "=") grow(1);
    else if (event.key === "-" || event.key === "_") grow(-1);
    else if (event.key === "Delete" || event.key === "Backspace") removeChosen();
    else return;
    event.preventDefault();
  });
  show();
  return whole;
}
