/**
 * Answering with a card. Without this script everything works; with it less is left behind, and more can be heard.
 *
 *   - All steps are one entry of the history: forms are sent from here, and the answer takes the page's place. So going back leads
 *     away from the page, and no browser has a form to send again, or to write to its disk.
 *   - "Leave now", and the Escape key, empty the page at once and put another in its place in the history.
 *   - Digits are grouped as they are typed.
 *   - A promise is read aloud by a voice of the device itself, where it has one for the language. Voices that send the text away are
 *     not used.
 *
 * It keeps nothing anywhere.
 */

/** @returns {HTMLAnchorElement | null} */
const wayOut = () => document.querySelector("a.leave");

function quiet() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function leave() {
  const href = wayOut()?.href;
  quiet();
  document.body.replaceChildren();
  location.replace(href ?? "/");
}

/**
 * Puts the page that answers in the place of this one, if it is one of these pages; something on the way may have answered instead.
 * @param {string} text
 */
function show(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  if (!next.body.classList.contains("voice")) {
    lost();
    return;
  }
  document.documentElement.lang = next.documentElement.lang;
  document.documentElement.dir = next.documentElement.dir;
  document.title = next.title;
  document.body.replaceWith(document.importNode(next.body, true));
  begin();
  window.scrollTo(0, 0);
  const wrong = document.querySelector("[aria-invalid]") ?? document.querySelector("h1");
  if (wrong instanceof HTMLElement) wrong.focus();
}

/** Says that no answer came; everything that was chosen is still there. */
function lost() {
  const main = document.querySelector("main");
  if (!main) return;
  const line = document.querySelector("p.lost") ?? document.createElement("p");
  line.className = "lost wrong";
  line.setAttribute("role", "alert");
  line.textContent = main.dataset.lost ?? "";
  (document.getElementById("card") ?? main).append(line);
}

let sending = false;

/** @param {SubmitEvent} event */
async function send(event) {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  quiet();
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  body.append(button.name, button.value);
  try {
    const answer = await fetch(button.hasAttribute("formaction") ? button.formAction : form.action,
      { method: "POST", body, cache: "no-store", credentials: "omit" });
    show(await answer.text());
  } catch {
    lost();
  } finally {
    sending = false;
  }
}

/** @param {Event} event */
function group(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.id !== "code") return;
  const typed = field.value;
  if (field.selectionStart !== typed.length || /[^\p{Nd}\s]/u.test(typed)) return; // in the middle, or no digits: it is the typist's
  const grouped = typed.replace(/\s/g, "").replace(/(.{4})(?=.)/gu, "$1 ");
  if (grouped !== typed) field.value = grouped;
}

/** @returns {SpeechSynthesisVoice | undefined} a voice of the device for the language of the page */
function voice() {
  const lang = document.documentElement.lang.split("-")[0]?.toLowerCase() ?? "";
  return speechSynthesis.getVoices().find((v) => v.localService && v.lang.toLowerCase().split(/[-_]/)[0] === lang);
}

/** Shows the buttons that read aloud, where there is a voice. */
function offerVoice() {
  if (!("speechSynthesis" in window) || !voice()) return;
  for (const button of document.querySelectorAll("button.aloud")) button.removeAttribute("hidden");
}

/**
 * Reads a promise, and in which order the replies stand. What was chosen is never read.
 * @param {HTMLButtonElement} button
 */
function read(button) {
  const was = button.textContent;
  const reading = speechSynthesis.speaking;
  quiet();
  const speaker = voice();
  const ask = button.closest("fieldset");
  if (reading || !speaker || !ask) return;
  const parts = [...ask.querySelectorAll("legend, dt, dd, .reply span")].map((part) => part.textContent?.trim() ?? "");
  const speech = new SpeechSynthesisUtterance(parts.join(". "));
  speech.voice = speaker;
  speech.lang = speaker.lang;
  speech.onend = speech.onerror = () => { button.textContent = was; };
  button.textContent = button.dataset.quiet ?? was;
  speechSynthesis.speak(speech);
}

/** Does for a page what must be done once it is there. */
function begin() {
  offerVoice();
}

document.addEventListener("submit", (event) => void send(event));
document.addEventListener("input", group);
document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  if (at?.closest("a.leave")) {
    event.preventDefault();
    leave();
    return;
  }
  const aloud = at?.closest("button.aloud");
  if (aloud instanceof HTMLButtonElement) read(aloud);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) leave();
});
// A browser may keep a whole page in memory, to show it when somebody goes back. There is then nothing on it, and it is asked for anew.
window.addEventListener("pagehide", () => {
  quiet();
  document.body.replaceChildren();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
if ("speechSynthesis" in window) speechSynthesis.addEventListener("voiceschanged", offerVoice);
begin();
