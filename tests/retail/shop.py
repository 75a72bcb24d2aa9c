"""A shop for scripts: the program on a data folder, a client of its API, and a till that speaks the journal.

The till is written from the protocol's description, not from our code: whole numbers, sorted names, SHA-256.
"""
import hashlib
import http.client
import json
import os
import re
import subprocess

PASSWORD = "seven small green boats"
OWNER = "olga@shop.example"
REQUEST_BYTES_MAX = 1 << 20
REQUEST_RECORDS_MAX = 200


def run(binary, *words, text=None):
    """What `ringup WORDS…` printed; raises where it fails."""
    done = subprocess.run([binary, *words], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ringup {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Server:
    """`ringup serve` on a folder; a context."""

    def __init__(self, binary, data, listen="127.0.0.1:0"):
        self.process = subprocess.Popen([binary, "serve", "--data", data, "--listen", listen],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = re.search(r":(\d+)", self.process.stdout.readline())
        if not found:
            raise RuntimeError("ringup serve did not say where it listens")
        self.port = int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Client:
    """One connection that is kept; speaks for `authorization` once that is set."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.authorization = None

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.authorization:
            headers["Authorization"] = self.authorization
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        got = answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {answer.status} {got[:600].decode(errors='replace')}")
        return json.loads(got)

    def login(self, tenant, email=OWNER, password=PASSWORD):
        """Speaks for that user from now on; → the user."""
        answer = self.call("POST", "/api/accounts/login/", {"tenant": tenant, "email": email, "password": password})
        self.authorization = "Bearer " + answer["access"]
        return answer["user"]

    def all(self, path):
        """Every item of a list, page by page."""
        mark, cursor = "&" if "?" in path else "?", None
        while True:
            page = self.call("GET", path + mark + "limit=200" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return


def uuid7(ms, name):
    """A UUIDv7 of that time; the same name gets the same one."""
    chance = bytearray(hashlib.sha256(name.encode()).digest()[:10])
    chance[0] = 0x70 | chance[0] & 0x0F
    chance[2] = 0x80 | chance[2] & 0x3F
    text = (ms.to_bytes(6, "big") + chance).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Till:
    """Enrols with a pairing code, then writes a chain of records and delivers it."""

    def __init__(self, port, pairing_code):
        self.client = Client(port)
        enrolment = self.client.call("POST", "/api/till/enrol/", {"pairing_code": pairing_code})
        self.client.authorization = "Till " + enrolment["token"]
        self.id, self.series, self.epoch = enrolment["till"], enrolment["series"], enrolment["epoch"]
        self.seq, self.prev, self.receipts, self.started = 0, "0" * 64, 0, None
        self.waiting = []

    def next_receipt(self):
        self.receipts += 1
        return f"{self.series}-{self.epoch}-{self.receipts:06}"

    def write(self, kind, at, user, body, name):
        """Appends a record that happened `at` ms; → its id."""
        self.seq += 1
        self.started = at if self.started is None else self.started
        record = {"v": 1, "id": uuid7(at, name), "till": self.id, "epoch": self.epoch, "seq": self.seq,
                  "prev": self.prev, "kind": kind, "at": at, "mono": at - self.started, "user": user, "shift": "",
                  "price_list": 1, "body": body}
        self.prev = record["hash"] = hashlib.sha256(canonical(record)).hexdigest()
        self.waiting.append((at, canonical(record)))
        return record["id"]

    def deliver(self, sent_at):
        """Sends all that waits, in as few requests as the limits allow; `sent_at`(at of the last record in the
        request) → ms. → what the server said of each record."""
        results = []
        while self.waiting:
            count, size = 0, 500
            while count < min(len(self.waiting), REQUEST_RECORDS_MAX):
                size += len(self.waiting[count][1]) + 1
                if size > REQUEST_BYTES_MAX and count > 0:
                    break
                count += 1
            now, self.waiting = self.waiting[:count], self.waiting[count:]
            head = json.dumps({"generation": None, "epoch": self.epoch, "sent_at": sent_at(now[-1][0])})
            body = head[:-1].encode() + b',"records":[' + b",".join(text for _, text in now) + b"]}"
            results += self.client.call("POST", "/api/till/journal/", body)["results"]
        return results


def make_shop(binary, data, slug, name, country, currency):
    run(binary, "tenant", "create", "--data", data, "--slug", slug, "--name", name, "--owner-email", OWNER, "--country",
        country, "--currency", currency, "--password-stdin", text=PASSWORD + "\n")


def import_products(binary, data, slug, text):
    """→ what the command said."""
    path = os.path.join(data, "products.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        return run(binary, "import", "products", "--data", data, "--tenant", slug, path)
    finally:
        os.unlink(path)
