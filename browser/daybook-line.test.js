/**
 * The daybook on a bad line: whatever is cut on the way, nothing is lost, nothing is double, and the page tells the truth.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startDemo, today } from "./demo.js";
import { allSent, allThereOnce, held, inBook, openPhone, openTab, photo, said, save, sendNow, size, told, turnClock, unsent, write } from "./daybook-phone.js";
import { stage } from "./daybook-cases.js";
import { startLine } from "./daybook-rig.js";

/** @typedef {import("./daybook-phone.js").Phone} Phone */
/** @typedef {import("./daybook-rig.js").Line} Line */

const { case_, demo, browser } = stage();

/** @param {import("./daybook-rig.js").Passing} request */
const isEvents = ({ method, path }) => method === "POST" && path.endsWith("/sync/events");
/** @param {import("./daybook-rig.js").Passing} request */
const isPiece = ({ method }) => method === "PATCH";
/** @param {import("./daybook-rig.js").Passing} request */
const isSync = ({ path }) => path.includes("/team/sync/");

/** Ends a tab as the system of a phone does when it wants its memory: at once, and without a word to the page. @param {Phone} phone */
async function kill({ context, page }) {
  const debug = await context.newCDPSession(page);
  const gone = new Promise((crashed) => { page.once("crash", crashed); });
  debug.send("Page.crash").catch(() => {}); // nobody is left to answer
  await gone;
  await page.close();
}

case_("1 the line is cut before a request leaves", async (phone, line, before) => {
  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  await write(phone, "one");
  await told(phone, unsent(1), said("trouble-line"));
  assert.equal((await held(phone)).get("one")?.state, "waiting");
  assert.equal(await size(demo().origin), before);
  line.fate = undefined; // it tries again by itself
  await allThereOnce(phone, before, ["one"]);
});

case_("2 the line is cut after the server has it, before the answer", async (phone, line, before) => {
  line.fate = (r) => (isEvents(r) ? { cut: "answer" } : undefined);
  await write(phone, "two");
  await told(phone, unsent(1), said("trouble-line"));
  assert.equal(await size(demo().origin), before + 1, "the server has it, and the phone cannot know");
  line.fate = undefined;
  await sendNow(phone);
  await allThereOnce(phone, before, ["two"]);
  assert.ok(line.passed.filter(isEvents).length > 1, "it was sent again");
});

case_("3 the line is cut inside a picture, which goes on where it was", async (phone, line, before) => {
  let cut = false;
  line.fate = (r) => {
    if (cut) return isSync(r) ? { cut: "before" } : undefined;
    cut = isPiece(r) && /upload-offset: 65536/i.test(r.headers);
    return cut ? { cut: "body", at: 10_000 } : undefined;
  };
  await write(phone, "three", [await photo(phone, 480)]);
  await told(phone, unsent(1, 1), said("trouble-line"));
  const length = (await held(phone)).get("three")?.pictures[0]?.bytes ?? 0;
  assert.ok(length > 100_000, `a picture of ${length} bytes`);
  line.passed.length = 0;
  line.fate = undefined;
  await sendNow(phone);
  await allThereOnce(phone, before, ["three"]);
  const pieces = line.passed.filter(isPiece);
  assert.match(pieces[0]?.headers ?? "", /upload-offset: 75536/i, "from the byte that had come, which the server said");
  assert.equal(pieces.reduce((n, r) => n + r.length, 0), length - 75_536, "and nothing twice");
});

case_("4 the tab is killed between saving and sending, and after sending before the answer", async (phone, line, before) => {
  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  await write(phone, "four", [await photo(phone, 200)]);
  await told(phone, unsent(1, 1));
  await kill(phone);
  line.fate = undefined;
  const second = await openTab(phone);
  await allThereOnce(second, before, ["four"]);

  line.fate = (r) => (isEvents(r) ? { cut: "answer" } : undefined);
  await write(second, "four and a half");
  await told(second, unsent(1), said("trouble-line"));
  assert.equal(await size(demo().origin), before + 2);
  await kill(second);
  line.fate = undefined;
  await allThereOnce(await openTab(phone), before, ["four", "four and a half"]);
});

test("Daybook: 6 the clock is wrong by days, and jumps back and forth between reports", { timeout: 120_000 }, async () => {
  const day = 86_400_000, line = await startLine(demo().origin), phone = await openPhone(browser(), line, 3 * day), before = await size(demo().origin);
  const down = () => { line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined); };
  /** Turns the clock and opens the page anew. @param {number} ahead */
  const turn = async (ahead) => {
    await turnClock(phone.context, ahead);
    await phone.page.reload();
    await phone.page.waitForSelector("header nav");
  };
  try {
    await allSent(phone);
    await write(phone, "three days ahead");
    await allSent(phone);
    down();
    await write(phone, "still ahead");
    await turn(-5 * day);
    await write(phone, "five days behind");
    await told(phone, unsent(2));
    line.fate = undefined;
    await sendNow(phone);
    const right = ["three days ahead", "still ahead", "five days behind"];
    await allThereOnce(phone, before, right);
    const reports = await held(phone);
    assert.deepEqual(right.map((note) => reports.get(note)?.n), [1, 2, 3]);
    for (const note of right) assert.equal(reports.get(note)?.typed.day, today, `${note}: the programme's day`);
    await phone.page.click('nav a[href="#/more"]');
    await phone.page.waitForSelector(`main dd:text-is("${said("clock-behind", { N: "7,200" })}")`);

    // A clock that jumps ahead while no server can be heard gives a day that has not come. It is not taken, not lost, and said.
    down();
    await turn(10 * day);
    await write(phone, "ten days ahead");
    line.fate = undefined;
    await sendNow(phone);
    await allSent(phone);
    assert.equal((await held(phone)).get("ten days ahead")?.state, "refused");
    await phone.page.click('nav a[href="#/"]');
    await phone.page.click(`.queue li:has-text("${said("state-refused")}") a`);
    assert.match(await phone.page.innerText(".note.bad"), /has not come/);
    await phone.page.getByRole("button", { name: said("write-again") }).click();
    await phone.page.fill("#day", today);
    await phone.page.fill("#note", "the day is right");
    await phone.page.click(".buttons.sticky button:not([type])");
    await allSent(phone);
    await allThereOnce(phone, before, [...right, "the day is right"]);
  } finally {
    await phone.close();
    await line.close();
  }
});

case_("8 two tabs: both save, one sends, and one takes over when the other is killed", async (phone, line, before) => {
  const second = await openTab(phone);
  await Promise.all([write(phone, "eight a"), write(second, "eight b")]);
  await Promise.all([allSent(phone), allSent(second)]);
  const reports = await held(phone);
  assert.notEqual(reports.get("eight a")?.n, reports.get("eight b")?.n);

  /** @param {import("./daybook-rig.js").Passing} r */
  const slowly = (r) => {
    if (isPiece(r)) line.slow = { rate: 4000, delay: 50 };
    return undefined;
  };
  // While one tab sends a picture slowly, a save in the other is not forgotten.
  line.passed.length = 0;
  line.fate = slowly;
  await save(phone, [{ note: "eight c", pictures: 1 }], { side: 300 });
  while (!line.passed.some(isPiece)) await sleep(20);
  await write(second, "eight d");
  await told(second, unsent(2, 1));
  line.fate = line.slow = undefined;
  await Promise.all([allSent(phone), allSent(second)]);
  await allThereOnce(second, before, ["eight a", "eight b", "eight c", "eight d"]);
  const pieces = line.passed.filter(isPiece).map((r) => /upload-offset: (\d+)/i.exec(r.headers)?.[1]);
  assert.equal(new Set(pieces).size, pieces.length, "no piece went twice");

  line.passed.length = 0;
  line.fate = slowly;
  await save(phone, [{ note: "eight e", pictures: 1 }], { side: 300 });
  while (!line.passed.some(isPiece)) await sleep(20);
  await kill(phone);
  line.fate = line.slow = undefined;
  await allThereOnce(second, before, ["eight a", "eight b", "eight c", "eight d", "eight e"]);
});

case_("9 errors of the server, of a proxy before it, and a captive portal's page are no answer", async (phone, line, before) => {
  const notes = [];
  for (const [note, trouble, fate] of /** @type {[string, string, import("./daybook-rig.js").Fate][]} */ ([
    ["500 of Kept", "trouble-server", { status: 500, headers: "Content-Type: application/json\r\nKept-Sync: 1\r\nKept-Code: sync.failed", body: '{"code": "sync.failed", "words": ""}' }],
    ["502", "trouble-server", { status: 502, body: "<h1>Bad Gateway</h1>" }],
    ["portal", "trouble-portal", { status: 200, body: "<h1>Welcome to the free network</h1>" }],
    ["portal that speaks JSON", "trouble-portal", { status: 200, headers: "Content-Type: application/json", body: '{"events": [{"id": "", "status": "accepted"}]}' }],
    ["portal that leads away", "trouble-portal", { status: 302, headers: "Location: http://localhost:9/", body: "" }],
  ])) {
    line.fate = (r) => (isSync(r) ? fate : undefined);
    await write(phone, note, notes.length ? [] : [await photo(phone, 100)]);
    notes.push(note);
    await told(phone, unsent(notes.length, 1), said(trouble));
    assert.equal((await held(phone)).get(note)?.state, "waiting", note);
    assert.equal(await size(demo().origin), before, note);
  }
  line.fate = undefined;
  await sendNow(phone);
  await allThereOnce(phone, before, notes);
});

case_("10 the session ends with a full queue, which is sent after signing in again", async (phone, line, before) => {
  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  const notes = Array.from({ length: 12 }, (_, i) => `ten ${i}`);
  await save(phone, notes.map((note, i) => ({ note, pictures: i < 2 ? 2 : 0 })));
  await told(phone, unsent(12, 4));
  // The server ends the session; the phone goes on with the cookies it has, as when their time is over.
  const cookies = await phone.context.cookies();
  const ended = await phone.context.request.post(`${line.origin}/valley/office/sign-out`, { headers: { Origin: line.origin }, form: {}, maxRedirects: 0 });
  assert.equal(ended.status(), 303);
  await phone.context.addCookies(cookies);
  line.fate = undefined;
  await sendNow(phone);
  await told(phone, unsent(12, 4), said("trouble-signed-out"));
  assert.equal(await size(demo().origin), before);
  await phone.page.click(".foot .state .wrong a");
  await phone.page.click('button[value="guest:team"]');
  await phone.page.waitForSelector(".queue li");
  await allThereOnce(phone, before, notes);

  // Whoever signs out on the phone is signed out at the server too.
  await phone.page.click('nav a[href="#/more"]');
  await phone.page.getByRole("button", { name: said("sign-out") }).click();
  while ((await phone.context.request.get(`${line.origin}/valley/team/sync/changes`)).status() !== 401) await sleep(50);
});

test("Daybook: 14 the server is restored from an older backup, and the phone sends again what was lost", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-restore-")), backup = join(folder, "old.db"), data = join(folder, "data");
  let server = await startDemo("--data", data);
  /** @param {string[]} args */
  const kept = (...args) => {
    const run = spawnSync(demo().binary, [...args, "--programme", "valley", "--data", data, "--config", data], { encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
  };
  const line = await startLine(server.origin), phone = await openPhone(browser(), line);
  try {
    await write(phone, "in the backup", [await photo(phone, 100)]);
    await allSent(phone);
    await phone.page.evaluate(async () => { // as for want of room: the bytes of what the server has go
      const path = "/static/daybook-store.js";
      /** @type {typeof import("../web/static/daybook-store.js")} */
      const store = await import(path);
      await store.makeRoom((await store.phone()).account);
    });
    assert.equal((await held(phone)).get("in the backup")?.gone, true);
    kept("backup", backup);
    const saved = await size(server.origin);
    await write(phone, "lost", [await photo(phone, 100)]);
    await write(phone, "lost too");
    await allThereOnce(phone, saved, ["lost", "lost too"]);
    line.fate = () => ({ cut: "before" });
    await save(phone, [{ note: "on its way" }]);
    await server.stop();
    kept("restore", backup, "--accept-loss");
    server = await startDemo("--data", data);
    const restored = await size(server.origin);
    line.to = server.origin;
    const lost = ["lost", "lost too", "on its way"], reports = await held(phone), there = await inBook(phone);
    for (const note of lost) assert.ok(!there.includes(reports.get(note)?.id ?? ""), `the restored book has not: ${note}`);
    line.fate = undefined;
    await sendNow(phone);
    await told(phone, ...said("alarm-restored", { Day: "|", From: saved + 2, To: "|" }).split("|"));
    await allSent(phone);
    assert.equal((await held(phone)).get("in the backup")?.state, "received");
    await allThereOnce(phone, restored, lost);
  } finally {
    await phone.close();
    await line.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

case_("16 a picture that changes on the way is sent again, and one that has changed on the phone keeps no other", async (phone, line, before) => {
  let altered = 0;
  line.fate = (r) => (isPiece(r) && altered++ === 0 ? { alter: 5000 } : undefined);
  await write(phone, "sixteen", [await photo(phone, 300)]);
  await allThereOnce(phone, before, ["sixteen"]);
  assert.equal(altered, 2 * Math.ceil(((await held(phone)).get("sixteen")?.pictures[0]?.bytes ?? 0) / 32_768), "all of it went twice");

  await save(phone, [{ note: "spoilt", pictures: 1 }, { note: "behind it", pictures: 1 }], { send: false });
  await phone.page.evaluate(async () => { // as a bad memory card does it
    const path = "/static/daybook-store.js";
    /** @type {typeof import("../web/static/daybook-store.js")} */
    const store = await import(path);
    const spoilt = (await store.all("reports")).find((r) => r.typed.note.en === "spoilt");
    const [row] = await store.picturesOf(spoilt.id);
    new Uint8Array(row.bytes)[300] = (new Uint8Array(row.bytes)[300] ?? 0) ^ 1;
    await store.changeReport(spoilt.id, (r) => ({ ...r, state: "draft" }));
    await store.keepDraft({ ...spoilt, state: "draft" }, { add: [row] });
    await store.changeReport(spoilt.id, (r) => ({ ...r, state: "waiting" }));
  });
  await sendNow(phone);
  await allThereOnce(phone, before, ["sixteen", "behind it"]);
  assert.equal((await held(phone)).get("spoilt")?.state, "refused");
  await phone.page.click(`.queue li:has-text("${said("state-refused")}") a`);
  assert.ok((await phone.page.innerText(".note.bad")).includes(said("picture-lost")));
});

case_("17 one bad event keeps none of the 49 others of its batch out", async (phone, line, before) => {
  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  const notes = Array.from({ length: 50 }, (_, i) => `seventeen ${i}`), [bad = "", ...good] = notes.splice(0, 1).concat(notes);
  await save(phone, [...good.slice(0, 20), bad, ...good.slice(20)].map((note) => ({ note, ...(note === bad && { wrong: { colour: "green" } }) })));
  await told(phone, unsent(50));
  line.passed.length = 0;
  line.fate = undefined;
  await sendNow(phone);
  await allThereOnce(phone, before, good);
  assert.equal(line.passed.filter(isEvents).length, 1, "in one batch");
  const report = (await held(phone)).get(bad);
  assert.equal(report?.state, "refused");
  assert.ok(report.words, "with words why");
  await phone.page.click(`.queue li:has-text("${said("state-refused")}") a`);
  assert.ok((await phone.page.innerText(".note.bad")).includes(report.words));
});

case_("18 a backlog of 200 pictures", async (phone, line, before) => {
  line.fate = (r) => (isSync(r) ? { cut: "before" } : undefined);
  const notes = Array.from({ length: 10 }, (_, i) => `eighteen ${i}`);
  await save(phone, notes.map((note) => ({ note, pictures: 20 })));
  await told(phone, unsent(10, 200));
  line.passed.length = 0;
  line.fate = undefined;
  const shown = phone.page.waitForFunction((words) => new RegExp(words).test(document.querySelector(".foot .state")?.textContent ?? ""), said("sending-picture", { N: "1?[0-9]{2}", Of: 200 }));
  await sendNow(phone);
  await shown;
  await allSent(phone, 60_000);
  await allThereOnce(phone, before, notes);
  assert.equal(line.passed.filter(isPiece).length, 200, "each went once");
});

/**
 * Numbers from 0 to 1 that are the same for the same seed: the mixing of MurmurHash3's end over a counter.
 * @param {number} seed
 */
function dice(seed) {
  return () => {
    let x = seed = seed + 0x9e3779b9 | 0;
    x = Math.imul(x ^ x >>> 16, 0x85ebca6b);
    x = Math.imul(x ^ x >>> 13, 0xc2b2ae35);
    return ((x ^ x >>> 16) >>> 0) / 2 ** 32;
  };
}

const trial = process.env.KEPT_TRIAL === "1"
  ? { reports: 50, pictures: 20, slow: { rate: 50_000 / 8, delay: 500 }, most: 30 * 60_000 }
  : { reports: 10, pictures: 5, slow: { rate: 100_000, delay: 50 }, most: 90_000 };

test(`Daybook: trial of a slow line that is cut: ${trial.reports} reports with ${trial.pictures} pictures`, { timeout: trial.most + 60_000 }, async (t) => {
  const line = await startLine(demo().origin), phone = await openPhone(browser(), line);
  try {
    await allSent(phone);
    const before = await size(demo().origin), roll = dice(50); // of which the short form too sees each kind of cut
    const notes = Array.from({ length: trial.reports }, (_, i) => `trial ${i}`);
    const made = await save(phone, notes.map((note, i) => ({ note, pictures: i < trial.pictures ? 1 : 0 })), { side: 370, send: false });
    const each = made.bytes / made.pictures;
    assert.ok(each > 80_000 && each < 100_000, `pictures of ${each} bytes`);
    let cuts = 0;
    line.passed.length = line.sent = 0;
    line.slow = trial.slow;
    line.fate = ({ length }) => {
      if (roll() >= 0.05) return undefined;
      cuts++;
      const where = roll();
      return where < 1 / 3 ? { cut: "before" } : where < 2 / 3 && length ? { cut: "body", at: Math.ceil(roll() * length) } : { cut: "answer" };
    };
    const start = performance.now();
    await sendNow(phone);
    await allSent(phone, trial.most);
    const took = performance.now() - start, sent = line.sent, requests = line.passed.length;
    line.fate = line.slow = undefined;
    await allThereOnce(phone, before, notes);
    assert.ok(cuts > 0, "nothing was cut");
    const share = sent / made.bytes;
    t.diagnostic(`${requests} requests, ${cuts} cut; ${sent} bytes went up for ${made.bytes}, ${share.toFixed(3)} times; ${(took / 1000).toFixed(0)} s`);
    assert.ok(share <= 1.2, `${share} times the bytes of the reports and pictures went up`);
  } finally {
    await phone.close();
    await line.close();
  }
});
