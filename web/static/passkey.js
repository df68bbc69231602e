/**
 * Passkeys: signing in with one, and making one. Without this script everything else of the pages works.
 *
 * A button with data-passkey ("use" or "make") stands in a form. It fetches what the browser shall sign from data-begin,
 * asks the browser, puts the answer into the form and sends it as if a button "passkey" of the form had been pressed. So
 * what follows is the server's, as for any form.
 */

/**
 * What the server answers: the first half of a ceremony, with bytes in base64url, or what is wrong, in words.
 * @typedef {object} Begun
 * @property {string} [wrong]
 * @property {string} [ceremony]
 * @property {{publicKey: any}} [options]
 */

/**
 * @param {string} text base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | null} buffer
 * @returns {string | undefined} base64url
 */
function text(buffer) {
  if (!buffer) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Asks the browser for a new passkey, or for one that it has.
 * @param {"make" | "use"} what
 * @param {any} options
 * @returns {Promise<object>} the answer, in the form of PublicKeyCredential.toJSON, which older browsers do not have
 */
async function ask(what, options) {
  options.challenge = bytes(options.challenge);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const known of list ?? []) known.id = bytes(known.id);
  }
  if (options.user) options.user.id = bytes(options.user.id);
  const found = what === "make"
    ? await navigator.credentials.create({ publicKey: options })
    : await navigator.credentials.get({ publicKey: options });
  if (!(found instanceof PublicKeyCredential)) throw new Error("no passkey");
  const about = {
    id: found.id, rawId: text(found.rawId), type: found.type,
    authenticatorAttachment: found.authenticatorAttachment ?? undefined,
    clientExtensionResults: found.getClientExtensionResults(),
  };
  const { response } = found;
  if (response instanceof AuthenticatorAttestationResponse) {
    return { ...about, response: {
      clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    } };
  }
  if (response instanceof AuthenticatorAssertionResponse) {
    return { ...about, response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
      signature: text(response.signature), userHandle: text(response.userHandle),
    } };
  }
  throw new Error("no passkey");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function put(form, name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  form.append(field);
}

/**
 * Runs a ceremony from its button, and sends the form with the answer.
 * @param {HTMLButtonElement} button
 * @param {HTMLFormElement} form
 * @param {(sentence: string) => void} say
 */
async function run(button, form, say) {
  const body = new URLSearchParams();
  const name = form.elements.namedItem("name");
  if (button.dataset.passkey === "make" && name instanceof HTMLInputElement) body.set("name", name.value);
  const answer = await fetch(button.dataset.begin ?? "", { method: "POST", body });
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    location.reload(); // the session has ended, or the link: the page itself says so
    return;
  }
  /** @type {Begun} */
  const begun = await answer.json();
  if (begun.wrong || !begun.options) {
    say(begun.wrong ?? "");
    return;
  }
  const response = await ask(button.dataset.passkey === "make" ? "make" : "use", begun.options.publicKey);
  put(form, "ceremony", begun.ceremony ?? "");
  put(form, "response", JSON.stringify(response));
  put(form, "do", "passkey");
  form.submit();
}

if ("PublicKeyCredential" in window) {
  for (const hidden of document.querySelectorAll(".passkey")) hidden.removeAttribute("hidden");
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    if (!(button instanceof HTMLButtonElement) || !button.form) continue;
    const { form } = button;
    const line = form.querySelector("[data-say]");
    /** @param {string} sentence */
    const say = (sentence) => {
      if (!(line instanceof HTMLElement)) return;
      line.textContent = sentence || (line.dataset.say ?? "");
      line.hidden = false;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      button.disabled = true;
      if (line instanceof HTMLElement) line.hidden = true;
      run(button, form, say)
        .catch(() => say("")) // the person has changed his mind, or the browser cannot: it does not say which
        .finally(() => { button.disabled = false; });
    });
  }
}
