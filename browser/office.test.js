import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.js";
import { enter, invite } from "./doors.js";
import { open, openBrowser, problems } from "./harness.js";
import { languages, widths } from "./pages.js";

/** @type {import("./demo.js").Demo} */
let demo;
/** @type {import("./harness.js").Browser} */
let browser;
/** Where the demo listens, by a name that browsers take for a safe place. */
let origin = "";

before(async () => {
  demo = await startDemo();
  origin = demo.origin.replace("127.0.0.1", "localhost");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/**
 * A browser with an authenticator of its own, as a phone has one.
 * @param {string} path
 */
async function openWithPasskeys(path) {
  const visit = await open(browser, origin, path, { lang: "en" });
  const debug = await visit.page.context().newCDPSession(visit.page);
  await debug.send("WebAuthn.enable");
  const { authenticatorId } = await debug.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true,
  } });
  return { ...visit, debug, authenticatorId };
}

test("an invitation is accepted with a passkey, which signs in again", { timeout: 120_000 }, async () => {
  const visit = await openWithPasskeys(await invite(browser, origin, "office", "org:stone-bridge"));
  const { page, debug, authenticatorId } = visit;
  try {
    // A name that is too short is said beside the button, and nothing is asked of the browser.
    await page.fill('input[name="label"]', "phone");
    await page.click('button[data-passkey="make"]');
    await page.waitForSelector("p.wrong:not([hidden])");
    assert.match(await page.textContent("p.wrong:not([hidden])") ?? "", /Choose a name of 2 to 60 characters/);
    assert.equal(visit.noticed.filter((line) => !line.includes("422")).length, 0);
    visit.noticed.length = 0;

    await page.fill('input[name="name"]', "Passkey office");
    await page.click('button[data-passkey="make"]');
    await page.waitForURL("**/valley/office/?**");
    const { credentials } = await debug.send("WebAuthn.getCredentials", { authenticatorId });
    assert.equal(credentials.length, 1);
    assert.equal(credentials[0]?.isResidentCredential, true);

    await page.goto(`${origin}/valley/office/me?lang=en`);
    assert.match(await page.textContent("#passkeys ~ form table") ?? "", /phone/);
    assert.deepEqual(await problems(visit), []);
    await page.click("form[action*='sign-out'] button");
    await page.waitForURL("**/valley/office/sign-in?**");
    await page.goto(`${origin}/valley/office/me?lang=en`);
    assert.match(page.url(), /sign-in/);

    await page.click('button[data-passkey="use"]');
    await page.waitForURL("**/valley/office/me?**"); // where he wanted to go
    assert.match(await page.textContent(".badge") ?? "", /Passkey office/);

    // The last way to sign in is not taken away.
    await page.click('button[value^="remove:"]');
    assert.match(await page.textContent('.note[role="alert"]') ?? "", /the last way to sign in/);
    assert.deepEqual(visit.noticed, []);
  } finally {
    await visit.close();
  }
});

test("a passkey is added to an account that has a password, and removed", { timeout: 120_000 }, async () => {
  const visit = await openWithPasskeys("/valley/office/sign-in");
  const { page } = visit;
  try {
    await enter(visit, "team");
    await page.goto(`${origin}/valley/office/me?lang=en`);
    await page.click('button[data-passkey="make"]'); // without a label
    assert.match(await page.waitForSelector("#f-label-wrong").then((line) => line.textContent()) ?? "", /label of 1 to 60/);
    await page.fill('input[name="label"]', "office computer");
    await page.click('button[data-passkey="make"]');
    await page.waitForURL("**done=passkey**");
    assert.deepEqual(await problems(visit), []);
    await page.click('button[value^="remove:"]');
    await page.waitForURL("**done=removed**");
    assert.deepEqual(visit.noticed, []);
  } finally {
    await visit.close();
  }
});

test("whoever has no passkey here, or does not want to, is told so and goes on", { timeout: 60_000 }, async () => {
  const visit = await open(browser, origin, "/valley/office/sign-in", { lang: "en" });
  try {
    const debug = await visit.page.context().newCDPSession(visit.page);
    await debug.send("WebAuthn.enable"); // and no authenticator
    await debug.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: false } });
    await visit.page.click('button[data-passkey="use"]');
    const line = await visit.page.waitForSelector("p.wrong:not([hidden])");
    assert.match(await line.textContent() ?? "", /passkey was not accepted/);
    await visit.page.fill('input[name="name"]', "office");
    await visit.page.fill('input[name="password"]', "clear valley, not a secret");
    await visit.page.click('button[value="sign-in"]');
    await visit.page.waitForURL("**/valley/office/?**");
  } finally {
    await visit.close();
  }
});

/** Pages of accounts, by what one is there. */
const pages = [
  { name: "door", role: "", path: "/valley/office/sign-in" },
  { name: "own", role: "office", path: "/valley/office/me" },
  { name: "accounts", role: "admin", path: "/office/" },
  { name: "invite", role: "admin", path: "/office/invite?programme=valley&role=office" },
  { name: "acts", role: "admin", path: "/office/acts" },
  { name: "programmes", role: "admin", path: "/office/programmes" },
  { name: "open", role: "admin", path: "/office/programmes/new" },
];

for (const { name, role, path } of pages) {
  test(`${name} in every language, on a phone and a desk, with and without script`, { timeout: 120_000 }, async () => {
    for (const width of widths) {
      const visit = await open(browser, origin, role === "admin" ? "/office/sign-in" : "/valley/office/sign-in", { width });
      try {
        if (role) await enter(visit, role);
        else await visit.page.waitForLoadState("networkidle");
        for (const lang of Object.keys(languages)) {
          for (const javaScript of width === widths[0] ? [true, false] : [true]) {
            await visit.scripts(javaScript);
            const address = new URL(path, origin);
            address.searchParams.set("lang", lang);
            await visit.page.goto(address.href, { waitUntil: "networkidle" });
            assert.deepEqual(await problems({ ...visit, lang, javaScript }), [], `${lang} ${width} ${javaScript}`);
          }
        }
      } finally {
        await visit.close();
      }
    }
  });
}
