/**
 * A line between a phone and a server that can be bad: it goes dead at any point of a request, answers in place of the server, changes
 * a byte on the way, is slow, and counts what crosses it. It passes bytes on as they are, so the browser and the server each speak
 * with the other, and what is lost is lost as on a real line.
 *
 *     const line = await startLine(demo.origin);
 *     line.fate = (r) => (r.path.endsWith("/events") ? { cut: "answer" } : undefined);
 */
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** @typedef {import("node:net").Socket} Socket */

/**
 * What becomes of a request; nothing: it passes.
 * cut: the line goes dead before anything of it is passed on (before), after so many bytes of its body (body), or when the server's answer
 * begins, of which nothing comes (answer). status: something else answers. alter: the byte of the body at this place is changed.
 * @typedef {{cut: "before" | "answer"} | {cut: "body", at: number} | {status: number, body: string, headers?: string} | {alter: number}} Fate
 */

/**
 * A request that came in.
 * @typedef {{method: string, path: string, length: number, headers: string, fate: Fate | undefined}} Passing
 */

/**
 * @typedef {object} Line
 * @property {string} origin what browsers ask, by a name that they take for a safe place
 * @property {((request: Passing) => Fate | undefined) | undefined} fate
 * @property {{rate: number, delay: number} | undefined} slow bytes a second each way; and for how many milliseconds a request and its answer are under way together
 * @property {string} to the origin of the server
 * @property {Passing[]} passed every request so far
 * @property {number} sent how many bytes the phone has put on the line, heads of requests included
 * @property {() => Promise<void>} close
 */

/** The most that is carried at once, when it is fast and when it is slow. */
const CHUNK = 64 << 10, SLOW_CHUNK = 512;

/**
 * @param {string} to the origin of the server
 * @returns {Promise<Line>}
 */
export async function startLine(to) {
  /** @type {Set<Socket>} */
  const open = new Set();
  const listener = createServer({ allowHalfOpen: false }, (phone) => {
    open.add(phone);
    phone.once("close", () => open.delete(phone));
    phone.on("error", () => {});
    carry(line, phone).catch((error) => phone.destroy(error));
  });
  await new Promise((listening) => { listener.listen(0, "127.0.0.1", () => listening(null)); });
  const at = listener.address();
  if (!at || typeof at !== "object") throw new Error("not listening");
  /** @type {Line} */
  const line = {
    origin: `http://localhost:${at.port}`, fate: undefined, slow: undefined, to, passed: [], sent: 0,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => { listener.close(closed); });
    },
  };
  return line;
}

/** When each direction of each line is free again. @type {WeakMap<Line, Record<string, number>>} */
const busy = new WeakMap();

/**
 * Waits until so many bytes have crossed the line.
 * @param {Line} line
 * @param {"up" | "down"} way
 * @param {number} bytes
 */
async function crossing(line, way, bytes) {
  if (!line.slow) return;
  const free = busy.get(line) ?? {}, now = performance.now();
  busy.set(line, free);
  free[way] = Math.max(free[way] ?? 0, now) + bytes / line.slow.rate * 1000;
  await sleep(free[way] - now);
}

/**
 * The next bytes that came in.
 * @param {Socket} socket
 * @param {number} most
 * @returns {Promise<Buffer | null>} null: there are no more
 */
async function some(socket, most) {
  for (;;) {
    const got = /** @type {Buffer | null} */ (socket.read(Math.min(most, socket.readableLength) || 1));
    if (got) return got;
    if (socket.readableEnded || socket.destroyed) return null;
    await new Promise((ready) => {
      const go = () => {
        for (const event of ["readable", "end", "close"]) socket.off(event, go);
        ready(null);
      };
      for (const event of ["readable", "end", "close"]) socket.on(event, go);
    });
  }
}

/**
 * Carries one connection of a phone, request by request.
 * @param {Line} line
 * @param {Socket} phone
 */
async function carry(line, phone) {
  /** @type {Socket | undefined} */
  let server;
  /** @type {Fate | undefined} */
  let fate;
  phone.once("close", () => server?.destroy());
  const dead = () => {
    server?.end(); // what was passed on arrives
    phone.resetAndDestroy();
  };
  for (;;) {
    const most = () => (line.slow ? SLOW_CHUNK : CHUNK);
    /** @type {Buffer} */
    let head = Buffer.of();
    let end = -1;
    while (end < 0) {
      const got = await some(phone, most());
      if (!got) return;
      if (head.length === 0 && line.slow) await sleep(line.slow.delay / 2);
      await crossing(line, "up", got.length);
      line.sent += got.length;
      head = Buffer.concat([head, got]);
      end = head.indexOf("\r\n\r\n");
    }
    const text = head.toString("latin1", 0, end), [, method = "", path = ""] = /^(\S+) (\S+)/.exec(text) ?? [];
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    /** @type {Passing} */
    const request = { method, path, length, headers: text, fate: undefined };
    fate = request.fate = line.fate?.(request);
    line.passed.push(request);
    if (fate && "cut" in fate && fate.cut === "before") return dead();
    const instead = fate && "status" in fate ? fate : undefined;
    if (!instead) {
      server ??= answering(line, phone, () => fate, dead);
      server.write(head.subarray(0, end + 4));
    }
    let body = head.subarray(end + 4);
    let gone = 0;
    for (;;) {
      if (fate && "alter" in fate && fate.alter >= gone && fate.alter < gone + body.length) {
        body = Buffer.from(body);
        body[fate.alter - gone] = /** @type {number} */ (body[fate.alter - gone]) ^ 1;
      }
      const stop = fate && "cut" in fate && fate.cut === "body" ? fate.at : Infinity;
      if (!instead) server?.write(body.subarray(0, Math.max(0, stop - gone)));
      gone += body.length;
      if (gone >= stop) return dead();
      if (gone >= length) break;
      const got = await some(phone, most());
      if (!got) return;
      await crossing(line, "up", got.length);
      line.sent += got.length;
      body = got;
    }
    if (instead) {
      phone.end(`HTTP/1.1 ${instead.status} Instead\r\n${instead.headers ?? "Content-Type: text/html"}\r\nContent-Length: ${Buffer.byteLength(instead.body)}\r\nConnection: close\r\n\r\n${instead.body}`);
      return;
    }
  }
}

/**
 * Connects to the server and carries what it answers.
 * @param {Line} line
 * @param {Socket} phone
 * @param {() => Fate | undefined} fate of the request that is answered now
 * @param {() => void} dead
 * @returns {Socket}
 */
function answering(line, phone, fate, dead) {
  const { hostname, port } = new URL(line.to);
  const server = connect(Number(port), hostname);
  server.on("error", () => phone.resetAndDestroy()); // no server there
  void (async () => {
    let last = 0;
    for (;;) {
      const got = await some(server, line.slow ? SLOW_CHUNK : CHUNK);
      if (!got) break;
      const now = fate();
      if (now && "cut" in now && now.cut === "answer") return dead();
      // A pause longer than a moment lies before an answer, not within it.
      if (line.slow && performance.now() - last > 200) await sleep(line.slow.delay / 2);
      await crossing(line, "down", got.length);
      last = performance.now();
      phone.write(got);
    }
    phone.end();
  })();
  return server;
}
