/**
 * What changes around a daybook while work waits in it: who holds the phone, the page, the server, the storage. Nothing is lost, nothing is
 * double, and the page tells the truth.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { another, finish, kept, stage, type } from "./daybook-cases.js";
import { allThereOnce, foot, held, openTab, photo, said, signIn, size, told, unsent, write } from "./daybook-phone.js";
import { enter, invite } from "./doors.js";
import { open } from "./harness.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./daybook-phone.js").Phone} Phone */

const { case_, demo, browser } = stage();
const folder = "/valley/team/";

/** @param {import("./daybook-rig.js").Passing} request */
const isSync = ({ path }) => path.includes("/team/sync/");

/** Waits until the worker that keeps the page works. @param {Page} page */
const workerReady = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

case_("11 one person signs out with unsent work and another signs in: it is not shown, not sent, and sent when the first one comes back", async (phone, line, before) => {
  const { page } = phone, note = "11 of the first one";
  const path = await invite(browser(), line.origin, "team", "team:road-team"), name = `Second ${Date.now() % 1e6}`, password = "a phone that two people use";
  const after = await size(demo().origin);
  assert.equal(after, before, "an invitation is no entry");

  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  await write(phone, note);
  await type(phone, "11 begun by the first one");
  await page.click('nav a[href="#/more"]');
  await page.waitForSelector("button.grave");
  const waits = said("sign-out-unsent", { Reports: said("reports", { N: 1 }), Pictures: said("pictures", { N: 0 }) });
  assert.ok((await page.innerText("main")).replace(/[\u2068\u2069]/g, "").includes(waits), "before signing out it says what is not sent");
  await page.click("button.grave");
  await page.waitForSelector(`main .button:text-is("${said("sign-in")}")`);
  await told(phone, said("others-wait", { N: 1 }));
  assert.ok(!(await page.innerText("body")).includes("11 begun"));

  // The second one joins and signs in, on a line that works.
  line.fate = undefined;
  await page.goto(`${line.origin}${path}?lang=en`);
  await page.fill('input[name="name"]', name);
  await page.fill('input[name="password"]', password);
  await page.fill('input[name="again"]', password);
  await page.click('button[value="join"]');
  await page.waitForURL("**/valley/office/**");
  await page.goto(`${line.origin}/valley/office/sign-in?lang=en&next=${folder}`);
  await page.fill('input[name="name"]', name);
  await page.fill('input[name="password"]', password);
  await page.click('button[value="sign-in"]');
  await page.waitForSelector(".queue li");
  await told(phone, said("all-sent"), said("others-wait", { N: 1 }));
  for (const hash of ["#/written", "#/"]) {
    await page.click(`nav a[href="${hash}"]`);
    await page.waitForFunction((h) => document.querySelector(`nav a[href="${h}"]`)?.hasAttribute("aria-current"), hash);
    assert.ok(!/11 (of|begun)/.test(await page.innerText("main")), `nothing of the first one stands on ${hash}`);
    assert.equal(await page.locator('main a[href^="#/report/"], main a[href^="#/draft/"]').count(), 0);
  }
  const first = (await held(phone)).get(note);
  await page.goto(`${line.origin}${folder}?lang=en#/report/${first?.id}`);
  await page.waitForSelector(`h1:text-is("${said("no-report")}")`);
  assert.equal(await size(demo().origin), before, "nothing of it was sent");
  const own = "11 of the second one";
  await write(phone, own);
  await page.waitForSelector(`main .says:text-is("${said("state-received")}")`);
  await told(phone, said("all-sent"), said("others-wait", { N: 1 }));
  assert.equal(await size(demo().origin), before + 1, "only what the second one wrote");
  assert.equal((await held(phone)).get(note)?.state, "waiting");

  await page.click('nav a[href="#/more"]');
  await page.click(`main button:text-is("${said("sign-out")}")`);
  await page.waitForSelector(`main .button:text-is("${said("sign-in")}")`);
  await signIn(phone);
  await allThereOnce(phone, before + 1, [note]);
  assert.equal((await held(phone)).get("11 begun by the first one")?.state, "draft");
  await told(phone, said("all-sent"));
});

/** What an old version of the daybook had: no promises, no places. */
const oldStores = { phone: "key", accounts: "mark", reports: "id", pictures: ["report", "sha256"] };

/**
 * Makes a phone's database anew as an old version had it, with a report that waits, on another page than the daybook.
 * @param {Phone} phone
 * @param {string} note
 * @param {boolean} keepOpen the page goes on holding it, as an old version did that knows of no newer one
 */
async function oldDatabase({ page, line }, note, keepOpen) {
  await page.goto(`${line.origin}/valley/voice?lang=en`);
  await page.evaluate(async ({ folder, note, stores, keepOpen }) => {
    const answer = await fetch(`${folder}sync/changes?lang=en`), mark = answer.headers.get("Kept-Account") ?? "";
    /** @type {{promises: {id: string, number: number, title: string, lang: string, plan: string}[]}} */
    const { promises } = await answer.json();
    const promise = promises.find((p) => p.plan === "once");
    if (!promise) throw new Error("no promise");
    const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    await new Promise((done, failed) => {
      const gone = indexedDB.deleteDatabase(`kept ${folder}`);
      gone.onsuccess = done;
      gone.onerror = gone.onblocked = failed;
    });
    const asked = indexedDB.open(`kept ${folder}`, 1);
    asked.onupgradeneeded = () => { for (const [name, keyPath] of Object.entries(stores)) asked.result.createObjectStore(name, { keyPath }); };
    const db = await new Promise((/** @type {(db: IDBDatabase) => void} */ opened) => { asked.onsuccess = () => opened(asked.result); });
    const tx = db.transaction(["phone", "accounts", "reports"], "readwrite");
    const id = random(), { id: about, number, title, lang } = promise;
    tx.objectStore("phone").put({ key: "phone", account: mark, leaving: false });
    tx.objectStore("accounts").put({ mark, device: random(), last: 1, languages: ["en"], today: "2026-11-20", heard: Date.now() - 3 * 86_400_000, skew: 0, origin: "", size: 0, root: "",
      cursors: {}, pulled: {}, others: [], alarms: [] });
    tx.objectStore("reports").put({ id, account: mark, state: "waiting", n: 1, tried: false, changed: Date.now(), size: 0, promise: { id: about, number, title, lang },
      typed: { day: "2026-11-20", state: "", due: "", held: "yes", received: "", answered: "", late: "", note: { en: note }, values: {}, periods: {}, amounts: {}, nobody: false },
      event: { id, n: 1, day: "2026-11-20", kind: "report", promise: about, data: { note: { original: "en", in: { en: note } } } }, pictures: [] });
    await new Promise((written) => { tx.oncomplete = written; });
    if (keepOpen) Object.assign(window, { db }); // and nothing listens to what a newer version wants
    else db.close();
  }, { folder, note, stores: oldStores, keepOpen });
}

case_("12 an old database with unsent work meets a new version: it is brought over, and sent", async (phone, line, before) => {
  const note = "12 written by an old version";
  line.fate = ({ path }) => (path.endsWith("/sync/events") ? { cut: "before" } : undefined);
  await oldDatabase(phone, note, false);
  const now = await another(phone);
  await told(now, unsent(1));
  assert.equal((await held(now)).get(note)?.state, "waiting");
  line.fate = undefined;
  await allThereOnce(now, before, [note]);
  await now.page.click('nav a[href="#/"]');
  await now.page.waitForSelector(".tools + .queue li");
});

case_("12 an old tab holds the database: the new page says which, waits, and goes on when it is closed", async (phone, _, before) => {
  const note = "12 held by an old tab";
  await oldDatabase(phone, note, true);
  const now = await another(phone);
  await now.page.waitForSelector(`main:has-text("${said("blocked")}")`);
  assert.equal(await now.page.innerText(".told"), "", "it is not said once, to go away by itself");
  assert.equal(await now.page.locator(".foot .sent").count(), 0, "it does not say that all is sent");
  await phone.page.close();
  await now.page.waitForSelector(".queue li");
  await allThereOnce(now, before, [note]);
});

case_("12 a newer version comes while somebody types: the old page says so, and what was saved is still there", async (phone, line, before) => {
  const { page } = phone, note = "12 typed on an old page";
  await type(phone, note);
  const newer = await phone.context.newPage();
  await newer.goto(`${line.origin}/valley/voice?lang=en`);
  const opened = newer.evaluate((name) => new Promise((/** @type {(version: number) => void} */ done) => {
    const asked = indexedDB.open(name, 3);
    asked.onsuccess = () => {
      done(asked.result.version);
      asked.result.close();
    };
  }), `kept ${folder}`);
  assert.equal(await opened, 3, "the old page made way at once");
  await told(phone, said("newer"));
  await page.fill("#note", `${note}, and more`);
  await kept(page, said("not-kept"));
  await page.reload(); // the version of this page is still the old one, as with an old tab: it opens nothing, and says why
  await told(phone, said("newer"));
  assert.equal(await size(demo().origin), before);
  // What the newer page finds is what was said to be saved.
  const found = await newer.evaluate((name) => new Promise((/** @type {(notes: string[]) => void} */ done) => {
    indexedDB.open(name).onsuccess = (/** @type {any} */ e) => {
      const all = e.target.result.transaction("reports").objectStore("reports").getAll();
      all.onsuccess = () => done(all.result.map((/** @type {any} */ r) => r.typed.note.en));
    };
  }), `kept ${folder}`);
  assert.deepEqual(found, [note]);
});

/** The worker's script as a new version of the server would give it. @param {string} version */
async function workerOf(version) {
  const text = await (await fetch(`${demo().origin}${folder}worker.js`)).text();
  const changed = text.replace('"version":"', `"version":"${version} `);
  assert.notEqual(changed, text);
  return changed;
}

const policy = "Content-Security-Policy: default-src 'none'; script-src 'self'; connect-src 'self'";

case_("13 a new worker comes while an old page is open: the page goes on, saves and sends, and offers to load the new one", async (phone, line, before) => {
  const { page } = phone, note = "13 on the old page";
  await workerReady(page);
  await type(phone, note);
  const caches_ = () => page.evaluate(async () => caches.keys());
  const old = await caches_();
  assert.equal(old.length, 1);
  const update = () => page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update();
    await new Promise((settled) => {
      const look = async () => {
        const r = await navigator.serviceWorker.getRegistration();
        if (!r?.installing && !r?.waiting && r?.active?.state === "activated") settled(undefined);
        else setTimeout(look, 50);
      };
      void look();
    });
  });

  // Half of it is what a portal answers in place of Kept: it is not taken.
  const worker = await workerOf("next");
  line.fate = ({ path }) => (path === `${folder}worker.js` ? { status: 200, body: worker, headers: `Content-Type: text/javascript; charset=utf-8\r\n${policy}` }
    : path === "/static/daybook-send.js" ? { status: 200, body: "<h1>Sign in to this network</h1>" } : undefined);
  await update();
  const name = await page.evaluate(() => caches.keys());
  await page.context().setOffline(true);
  const offline = await another(phone);
  await offline.page.waitForSelector(".queue li");
  await offline.page.close();
  await page.context().setOffline(false);
  assert.ok(name.includes(old[0] ?? ""), "the old one is still kept");
  assert.equal(await page.locator(`.foot:has-text("${said("newer")}")`).count(), 0);

  line.fate = ({ path }) => (path === `${folder}worker.js` ? { status: 200, body: worker, headers: `Content-Type: text/javascript; charset=utf-8\r\n${policy}` } : undefined);
  await update();
  await told(phone, said("newer"));
  assert.deepEqual((await caches_()).filter((name) => !name.includes("next ")), [], "the old one is gone");
  assert.equal(await page.inputValue("#note"), note, "what was being typed is not touched");
  await page.fill("#note", `${note}, finished`);
  await finish(page);
  await allThereOnce(phone, before, [`${note}, finished`]);
  await page.click(`.foot button:text-is("${said("reload")}")`);
  await page.waitForSelector(".queue li");
  assert.equal((await foot(phone)).includes(said("newer")), false);
});

case_("13 an old page and a new server: what it does not know it leaves alone, and another version of the protocol is told", async (phone, line, before) => {
  const { page, context } = phone, note = "13 to a new server", second = "13 to a newer one";
  await context.route(/\/team\/sync\//, async (route) => {
    const answer = await route.fetch();
    const type = answer.headers()["content-type"] ?? "";
    if (!type.startsWith("application/json")) return route.fulfill({ response: answer });
    const json = await answer.json();
    for (const list of [json.events, json.promises, json.sent]) for (const row of list ?? []) Object.assign(row, { novelty: { of: ["a", "newer", "server"] } });
    if (json.sent) json.sent.push({ event: "0".repeat(32), entry: "1".repeat(32), promise: 1, day: "2026-11-22", state: "received", novelty: true });
    return route.fulfill({ response: answer, json: { ...json, novelty: [1, 2], more: json.more } });
  });
  await write(phone, note, [await photo(phone, 100)]);
  await allThereOnce(phone, before, [note]);
  await context.unroute(/\/team\/sync\//);

  let asked = 0;
  line.fate = (r) => {
    if (!isSync(r)) return undefined;
    asked++;
    return { status: 200, body: '{"everything":"else"}', headers: "Content-Type: application/json\r\nKept-Sync: 2" };
  };
  await write(phone, second);
  await told(phone, said("trouble-newer"), unsent(1));
  assert.equal((await held(phone)).get(second)?.state, "waiting");
  assert.ok(asked > 0);
  assert.equal(await size(demo().origin), before + 1);
  line.fate = undefined;
  await page.reload();
  await allThereOnce(phone, before + 1, [second]);
});

case_("15 the storage was emptied: the server names what never arrived, and the page says so", async (phone, line, before) => {
  const { page, context } = phone, notes = ["15 arrives", "15 is lost with its picture"];
  line.fate = ({ path }) => (path.includes("/sync/pictures/") ? { cut: "before" } : undefined);
  await write(phone, notes[1] ?? "", [await photo(phone, 100)]);
  await write(phone, notes[0] ?? "");
  for (let n = 0; n < 100 && (await held(phone)).get(notes[0] ?? "")?.state !== "received"; n++) await page.waitForTimeout(100);
  assert.equal((await held(phone)).get(notes[1] ?? "")?.n, 1);
  await told(phone, unsent(1, 1));
  assert.equal(await page.locator(".gaps").count(), 0, "what is still here is no gap");

  await page.goto("about:blank");
  const debug = await context.newCDPSession(page);
  await debug.send("Storage.clearDataForOrigin", { origin: line.origin, storageTypes: "indexeddb,cache_storage,service_workers,local_storage,file_systems" });
  line.fate = undefined;
  const empty = await openTab({ ...phone });
  assert.equal((await held(empty)).size, 0);
  const gaps = (await empty.page.innerText(".gaps")).replace(/[\u2068\u2069]/g, "");
  assert.match(gaps, new RegExp(`^${said("gap-other", { Numbers: "1", Day: "\\d+ \\w+ \\d+" })}$`));
  const again = "15 written again";
  await write(empty, again);
  await allThereOnce(empty, before + 1, [again]);
});

test("Daybook: 19 without JavaScript the office's plain form does the same, once", { timeout: 60_000 }, async () => {
  const visit = await open(browser(), demo().origin.replace("127.0.0.1", "localhost"), "/valley/office/sign-in", { lang: "en", width: 360, javaScript: false });
  try {
    const { page } = visit, before = await size(demo().origin), origin = new URL(page.url()).origin;
    await enter(visit, "team");
    await page.goto(`${origin}${folder}?lang=en`);
    assert.ok((await page.innerText("main")).includes(said("no-script")));
    await page.click(`a:text-is("${said("plain-form")}")`);
    await page.waitForURL("**/valley/office/reports/new**");
    await page.click("main li a >> nth=0");
    await page.fill('textarea[name^="note"] >> nth=0', "19 without JavaScript");
    const address = page.url(), body = await page.evaluate(() => {
      const form = [...document.forms].find((f) => f.querySelector('[name="do"][value="report"]'));
      return [...new FormData(form)].map(([name, value]) => /** @type {[string, string]} */ ([name, String(value)]));
    });
    assert.ok(body.length > 3);
    // A double click, as browsers without a script make it: the same form twice at once, and once more afterwards.
    const button = page.locator('button[value="report"]');
    await button.dblclick({ noWaitAfter: true });
    await page.waitForURL((url) => url.href !== address);
    await page.waitForLoadState("load");
    assert.equal(await size(demo().origin), before + 1, "one entry");
    const form = new FormData();
    body.push(["do", "report"]);
    for (const [name, value] of body) if (name !== "pictures") form.append(name, value);
    const answer = await page.context().request.post(address, { multipart: form, headers: { Origin: origin }, maxRedirects: 0 });
    assert.ok([200, 303].includes(answer.status()), `${answer.status()}`);
    assert.equal(await size(demo().origin), before + 1, "still one entry");
  } finally {
    await visit.close();
  }
});
