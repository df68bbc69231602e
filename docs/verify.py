#!/usr/bin/env python3
"""Checks a book of Kept over the network: python3 verify.py https://kept.example/valley/
Written from verify.md, with Python's standard library alone. It prints what it checked; exit code 1: something is wrong, and named."""
import base64, collections, hashlib, json, random, sys, urllib.request

WIDTH = 256  # elements of a full tile or bundle
class Damage(Exception): pass

def need(condition, what, why):
    if not condition:
        raise Damage(f"{what}: {why}")

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# Ed25519 (RFC 8032): only what verifying needs. A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)
def times(n, point):
    rest = times(n >> 1, add(point, point)) if n else (0, 1, 1, 0)
    return add(rest, point) if n & 1 else rest
def point(data):
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not sign), "the checkpoint", "its signature is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)
BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
def verified(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, BASE), add(point(signature[:32]), times(k, point(key)))
    return len(signature) == 64 and s < Q and all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))

def path(n, width):
    groups = [group.zfill(3) for group in f"{n:,}".split(",")]
    return "".join(f"x{group}/" for group in groups[:-1]) + groups[-1] + ("" if width == WIDTH else f".p/{width}")

class Book:
    def __init__(self, address):
        self.address = address.rstrip("/") + "/log/"
        self.name, key_hash, data = self.get("key").decode().rstrip("\n").split("+", 2)
        data = base64.b64decode(data, validate=True)
        self.key, self.key_hash = data[1:], sha(self.name.encode(), b"\n", data)[:4]
        need(len(data) == 33 and data[0] == 1 and self.key_hash.hex() == key_hash, "the key", "it does not have its hash")
        self.size, self.root = self.checkpoint(self.get("checkpoint"))

    def get(self, name, most=1 << 26):
        try:
            with urllib.request.urlopen(self.address + name, timeout=60) as answer:
                data = answer.read(most + 1)
        except (OSError, ValueError) as error:
            raise Damage(f"log/{name}: {error}") from error
        need(len(data) <= most, f"log/{name}", "the answer is too long")
        return data

    def checkpoint(self, note):
        try:
            text, _, rest = note.decode().partition("\n\n")
            (name, size, root), (dash, signer, signature) = text.split("\n"), rest.removesuffix("\n").split(" ")
            signature, root = base64.b64decode(signature, validate=True), base64.b64decode(root, validate=True)
            need((dash, name, signer, str(int(size)), len(root)) == ("—", self.name, self.name, size, 32), "the checkpoint", "it is not of this log")
        except ValueError as error:
            raise Damage(f"the checkpoint: it is badly written, {error}") from error
        need(signature[:4] == self.key_hash and verified(self.key, (text + "\n").encode(), signature[4:]), "the checkpoint", "its signature is wrong")
        return int(size), root

    def check(self):
        print(f"{self.name}: {self.size} entries, and the signature of the checkpoint is right")
        spans = [(first, min(WIDTH, self.size - first)) for first in range(0, self.size, WIDTH)]
        bodies = [body for first, width in spans for body in self.bundle(first, width)]
        levels = [[sha(b"\0", body) for body in bodies]]
        while len(levels[-1]) > 1:
            levels.append([sha(b"\1", left, right) for left, right in zip(levels[-1][::2], levels[-1][1::2])])
        top = None
        for level in levels:
            if len(level) % 2:
                top = level[-1] if top is None else sha(b"\1", level[-1], top)
        if (top or sha()) != self.root:
            self.tiles(levels[:1], "entry {}: its bytes do not have the hash in log/{}")
            raise Damage("the checkpoint: its root is not that of the entries")
        print(f"the entries have the root {self.root.hex()}, which was signed")
        print(f"{self.tiles(levels, 'hash {} in log/{}: it is not that of the entries')} tiles hold the hashes of the entries")
        entries, day = self.entries(bodies)
        if bodies:
            self.proof(random.randrange(self.size), levels[0])
        self.texts(entries, [line for first, width in spans for line in json.loads(self.get("beside/" + path(first // WIDTH, width)))])
        self.figures(entries, day)

    def bundle(self, first, width):
        name, out, at = "tile/entries/" + path(first // WIDTH, width), [], 0
        data = self.get(name)
        while at + 2 <= len(data):
            end = at + 2 + int.from_bytes(data[at:at + 2], "big")
            out, at = out + [data[at + 2:end]], end
        need(at == len(data) and len(out) == width, "log/" + name, f"it does not hold {width} entries")
        return out

    def tiles(self, levels, sentence):
        count = 0
        for level in range(0, len(levels), 8):
            for first in range(0, len(levels[level]), WIDTH):
                hashes = levels[level][first:first + WIDTH]
                name, count = f"tile/{level // 8}/" + path(first // WIDTH, len(hashes)), count + 1
                tile = self.get(name)
                for i, h in enumerate(hashes):
                    if tile[32 * i:32 * i + 32] != h or len(tile) != 32 * len(hashes):
                        raise Damage(sentence.format(first + i, name))
        return count

    def entries(self, bodies):
        out, ids, day = [], set(), ""
        for n, body in enumerate(bodies):
            e = json.loads(body)
            again = json.dumps(e, ensure_ascii=False, separators=(",", ":")).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            members = [m for m in ("v", "kind", "id", "day", "who", "about", "data") if m != "about" or m in e]
            need(again.encode() == body and list(e) == members and e["v"] == 1, f"entry {n}", "it is not written in the one way there is")
            need(e["id"] not in ids and e.get("about") in ids | {None}, f"entry {n}", "its id was there before, or what it is about was not")
            ids.add(e["id"])
            if e["kind"] == "day":
                need(e["who"] == "kept" and e["day"] == e["data"]["day"] > day, f"entry {n}", "the day goes backwards")
                day = e["day"]
            need(day, f"entry {n}", "it stands before the first day")
            out.append(e)
        print(f"every entry is well written; the days never go backwards, and end at {day or 'none'}")
        return out, day

    def proof(self, n, leaves):
        head, _, note = self.get(f"proof/{n}").partition(b"\n\n")
        lines = head.decode().split("\n")
        size, root = self.checkpoint(note)
        h, f, t = leaves[n], n, size - 1
        for p in (base64.b64decode(line) for line in lines[2:]):
            need(t > 0, f"log/proof/{n}", "it is too long")
            if f % 2 or f == t:
                h = sha(b"\1", p, h)
                while f % 2 == 0 and f:
                    f, t = f // 2, t // 2
            else:
                h = sha(b"\1", h, p)
            f, t = f // 2, t // 2
        good = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {n}"] and t == 0 and h == root
        need(good and (size != self.size or root == self.root), f"log/proof/{n}", "it does not prove that the entry is in the book")
        print(f"log/proof/{n} proves that entry {n} is in the book")

    def texts(self, entries, lines):
        number, members = {e["id"]: n for n, e in enumerate(entries)}, {"promise": "description", "amendment": "reason", "withdrawal": "reason", "sending-back": "reason", "report": "note", "answer": "note"}
        named = {(n, f"{m}/{lang}"): h for n, e in enumerate(entries) for m in [members.get(e["kind"])] if m in e["data"]
                 for lang, h in e["data"][m]["in"].items()}
        named |= {(n, f"words-{w['section']}/{lang}"): h for n, e in enumerate(entries) if e["kind"] == "review" for w in e["data"].get("words", []) for lang, h in w["text"]["in"].items()}
        about = [(e["kind"], number.get(e.get("about")), e["data"]) for e in entries]
        erased = {(n, data["field"]) for kind, n, data in about if kind == "erasure"}
        passed = {n for kind, n, data in about if kind == "passing" and data["note"]} - {n for kind, n, data in about if kind == "sending-back"}
        passed |= {n for n, e in enumerate(entries) if e["kind"] == "answer"}  # what an office answers is written to be read
        count = collections.Counter()
        for line in lines:
            text, what = (line["entry"], line["field"]), f"text {line['field']} of entry {line['entry']}"
            state = "erased" if line.get("erased") else "withheld" if line.get("withheld") else "read"
            right = "erased" if text in erased else "withheld" if text[1].startswith("note/") and text[0] not in passed else "read"
            need(text in named, what, "no entry names it, or it is given twice")
            need(state == right, what, f"it is {state}, and should be {right}")
            h = named.pop(text)
            if state == "read":
                salt = base64.b64decode(line["salt"])
                need(len(salt) == 32 and sha(b"kept text v1\n", salt, line["body"].encode()).hex() == h, what, "it does not have its hash")
            count[state] += 1
        need(not named, "log/beside", f"texts are missing: {sorted(named)[:3]}")
        print(f"{count['read']} texts have their hashes; {count['erased']} were erased, {count['withheld']} are withheld, as entries say")

    def figures(self, entries, day):
        said = json.loads(self.get(f"figures?size={self.size}"))
        need((said["size"], said["day"]) == (self.size, day), "log/figures", "it is of another size or day")
        kinds = collections.Counter(e["kind"] for e in entries)
        kinds["report"] -= kinds["sending-back"]
        true = {"entries": self.size, "promises?standing=withdrawn": kinds["withdrawal"]} | {
            kind + "s": kinds[kind] for kind in ("promise", "amendment", "report", "organisation", "task", "team", "place")}
        for name, value in true.items():
            need(said["figures"].get(name) == str(value), f"figure {name}", f"log/figures says {said['figures'].get(name)}, the entries say {value}")
        print("figures: " + ", ".join(f"{name} {value}" for name, value in true.items()))

def main(address):
    book = Book(address)
    try:
        book.check()
    except Damage:  # texts follow the newest state of the book: if it has grown, begin again
        if Book(address).size <= book.size:
            raise
        main(address)

try:
    main(sys.argv[1])
except (Damage, ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
    sys.exit(f"WRONG: {wrong}" if isinstance(wrong, Damage) else __doc__ if len(sys.argv) != 2 else f"WRONG: an answer is badly formed: {wrong!r}")
