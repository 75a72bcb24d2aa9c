"""People who mean harm, against the real program: none of it may crash it, hold it up, or get past its door.

Each attack runs while a till books sales on a connection of its own; all sales must be booked, and the slowest one is
printed. Clients spread over 127.0.0.0/8, where the count by address would speak. Deadlines here are the real ones, so
an attack only begins: that it does not hold others up is what counts. Where an answer is expected, it is waited for.

    hostile_test.py                       all attacks
    hostile_test.py NAME…                 these
    RINGUP_BINARY=… or --binary FILE      the program; build/ringup without either
"""
import argparse
import os
import random
import re
import resource
import selectors
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "retail"))
import shop

SLUG = "corner"
PATIENCE = 30  # seconds; what takes longer is a failure
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
problems = []


def expect(what, fine, found=""):
    if not fine:
        problems.append(f"{what} {found}"[:400])


class Target:
    def __init__(self, port):
        self.port = port

    def connect(self, source="127.0.0.1", timeout=PATIENCE):
        line = socket.socket()
        line.settimeout(timeout)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source != "127.0.0.1":
            line.bind((source, 0))
        line.connect(("127.0.0.1", self.port))
        return line

    def exchange(self, data):
        """Sends and reads to the end; → the bytes. The server must close, or PATIENCE speaks."""
        with self.connect() as line:
            try:
                line.sendall(data)
                line.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            return read_all(line)

    def statuses(self, data):
        """The statuses of all answers to these bytes."""
        return [int(status) for status in STATUS.findall(self.exchange(data))]


def read_all(line):
    got = b""
    try:
        while piece := line.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def address(number):
    """The number-th of the machine's addresses to itself."""
    return f"127.{1 + number // 62500 % 250}.{number // 250 % 250}.{1 + number % 250}"


class Sales(threading.Thread):
    """A till that books one sale after the other, and remembers how long the slowest took."""

    def __init__(self, till, user, product):
        super().__init__(daemon=True)
        self.till, self.user, self.product = till, user, product
        self.times, self.stopping, self.failure = [], threading.Event(), None

    def run(self):
        try:
            while not self.stopping.is_set():
                at = int(time.time() * 1000)
                receipt = self.till.next_receipt()
                line = {"line": 1, "product": self.product["id"], "sku": self.product["sku"],
                        "name": self.product["name"], "quantity": 1000, "unit_price": 11900, "tax_class": "standard",
                        "rate": 190000, "net": 100, "tax": 19, "gross": 119}
                body = {"lines": [line], "rules": {"mode": "per_line", "tax": "inside"},
                        "tenders": [{"kind": "card", "amount": 119, "reference": receipt}], "change": 0, "total": 119,
                        "currency": "EUR", "receipt": receipt}
                self.till.write("sale", at, self.user, body, receipt)
                begun = time.monotonic()
                results = self.till.deliver(lambda sent: sent)
                self.times.append(time.monotonic() - begun)
                if [result["result"] for result in results] != ["accepted"]:
                    raise RuntimeError(results)
        except Exception as failure:  # told by the main thread
            self.failure = failure


HELLO = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
attacks = []


def attack(function):
    attacks.append(function)
    return function


def expect_served(target, when):
    expect(f"{when}: an honest request", target.statuses(LAST) == [200])


def hold(target, count, data, what, more=lambda line, turn: None):
    """Opens so many connections, sends `data` on each, then `more` in five turns; honest requests must be answered
    meanwhile."""
    lines = []
    try:
        for number in range(count):
            line = target.connect(address(number))
            line.setblocking(False)
            try:
                line.send(data)
            except OSError:
                pass
            lines.append(line)
        for turn in range(5):
            for line in lines:
                try:
                    more(line, turn)
                except OSError:
                    pass
            expect_served(target, what)
    finally:
        for line in lines:
            line.close()


@attack
def slow_heads(target):
    hold(target, 2000, b"GET / HTTP/1.1\r\nHost: a\r\n", "slow heads", lambda line, turn: line.send(b"X: y\r\n"))


@attack
def slow_bodies(target):
    hold(target, 2000, b"POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", "slow bodies",
         lambda line, turn: line.send(b"x"))


@attack
def slow_readers(target):
    hold(target, 500, b"GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200, "slow readers")


@attack
def endless_chunks(target):
    head = b"POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    for chunk in (b"1;" + b"x" * 200 + b"\r\na\r\n", b"ffff\r\n" + b"a" * 0xFFFF + b"\r\n"):
        with target.connect() as line:
            try:
                line.sendall(head)
                for _ in range(2000):
                    line.sendall(chunk)
                answer = read_all(line)
                expect("an endless chunked body", STATUS.findall(answer) in ([b"400"], [b"413"]), answer[:200])
            except OSError:
                pass  # closed, as it should be
    expect("a chunk of 4 GB", target.statuses(head + b"ffffffff\r\n") == [413])
    expect("a chunk of 2^64", target.statuses(head + b"10000000000000000\r\n") == [413])


@attack
def inflate_bomb(target):
    head = (b"POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Content-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n")
    expect("a compressed body", target.statuses(head + b"\x1f\x8b\x08" + b"\0" * 997) == [415])


@attack
def many_headers(target):
    fields = b"".join(b"X-%d: y\r\n" % number for number in range(20000))
    expect("20,000 headers", target.statuses(HELLO[:-2] + fields + b"\r\n") == [431])
    expect("a header of 64 KB", target.statuses(HELLO[:-2] + b"X: " + b"x" * 65536 + b"\r\n\r\n") == [431])
    expect("an address of 64 KB", target.statuses(b"GET /" + b"x" * 65536 + b" HTTP/1.1\r\nHost: a\r\n\r\n") == [414])


@attack
def line_ends_everywhere(target):
    """CR, LF and both, plain and encoded, at every place of a request: never a second request, never a new header."""
    request = b"GET /healthz?a=b HTTP/1.1\r\nHost: a\r\nX-One: two\r\nConnection: close\r\n\r\n"
    for piece in (b"\r", b"\n", b"\r\n", b"%0d", b"%0a", b"%0d%0aSet-Cookie:%20a=b", b"\0", b" ", b"\t", b"%u000d"):
        for place in range(len(request) - 3):
            answer = target.exchange(request[:place] + piece + request[place:])
            good = [status for status in STATUS.findall(answer) if status == b"200"]
            expect(f"{piece!r} at {place}", len(good) <= 1 and b"\r\nSet-Cookie" not in answer, answer[:200])
            expect(f"{piece!r} at {place} breaks nothing", not answer.startswith(b"HTTP/1.1 5") or
                   answer.startswith(b"HTTP/1.1 505"), answer[:200])
    for name in (b"REMOTE_ADDR", b"LOCAL_PORT", b"remote_user"):
        expect(f"a header {name}", target.statuses(HELLO[:-2] + name + b": 127.0.0.1\r\n\r\n") == [400])


@attack
def smuggling(target):
    """Each hides LAST in a body for one of two readers: one answer, a refusal, and the connection ends."""
    post = b"POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\n"
    length, chunked, end = b"Content-Length: %d\r\n" % len(LAST), b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"
    pairs = [length + b"Content-Length: 0\r\n", length + length, chunked + length, length + chunked, chunked + chunked,
             b"Transfer-Encoding: xchunked\r\n" + length, b"Transfer-Encoding : chunked\r\n" + length,
             b"Transfer-Encoding:\tchunked\r\n" + length, b"Transfer-Encoding: chunked, identity\r\n",
             b" Transfer-Encoding: chunked\r\n" + length, b"X: y\r\n Transfer-Encoding: chunked\r\n" + length,
             b"X: y\nTransfer-Encoding: chunked\r\n" + length, b"X: y\rTransfer-Encoding: chunked\r\n" + length,
             b"Content-Length: 0,%d\r\n" % len(LAST), b"Content-Length: +0\r\n", b"Content-Length: 0x0\r\n",
             b"Content-Length\0: 0\r\n" + chunked, b"Content_Length: 0\r\nTransfer-Encoding: \x0bchunked\r\n"]
    for pair in pairs:
        expect(f"{pair!r}", target.statuses(post + pair + b"\r\n" + end + LAST) == [400])
    for chunk in (b"0 \r\n\r\n" + LAST, b"0;\r\n\r\n" + LAST):
        expect("a chunk with an extension ends as chunks do", target.statuses(post + chunked + b"\r\n" + chunk)[-1] in
               (200, 400))
    for chunk in (b"0x0\r\n\r\n", b"-0\r\n\r\n", b"0\n\n", b"g\r\n\r\n", b"\r\n\r\n", b"1\r\nab\r\n0\r\n\r\n"):
        expect(f"the chunk {chunk!r}", target.statuses(post + chunked + b"\r\n" + chunk + LAST) == [400])
    # A body of a GET belongs to the GET.
    expect("a GET's body", target.statuses(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + length + b"\r\n" + LAST + LAST) ==
           [200, 200])


@attack
def half_open(target):
    hold(target, 2000, b"", "silent connections")
    with target.connect() as line:
        line.sendall(HELLO)
        line.shutdown(socket.SHUT_WR)
        expect("an answer to who has said the last byte", read_all(line).startswith(b"HTTP/1.1 200 "))


@attack
def pipelining(target):
    found = target.statuses(HELLO * 2000 + LAST)
    expect("2,001 pipelined requests", found == [200] * 2001, f"{len(found)} answers")
    hold(target, 200, HELLO * 5000, "pipelines that nobody reads")


@attack
def garbage(target):
    chance = random.Random(4)
    for size in [1, 2, 10, 100, 1000, 10000] * 40:
        answer = target.exchange(chance.randbytes(size))
        expect("garbage", answer == b"" or answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 5"), answer[:90])
    base = bytearray(HELLO)
    for _ in range(500):
        broken = bytearray(base)
        for _ in range(chance.randint(1, 5)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        target.exchange(bytes(broken))
    expect("a TLS hello", target.exchange(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").startswith(b"HTTP/1.1 400 "))


@attack
def disconnects(target):
    request = (b"POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
               b"Content-Length: 30\r\n\r\n" + b'{"email":"a@b","password":"c"}')
    for size in range(len(request)):
        with target.connect() as line:
            line.sendall(request[:size])
            if size % 2:  # half of them with a reset
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@attack
def ten_thousand(target):
    """As many idle connections as this process may open, up to 10,000; then each of them asks once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(10000, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted + 100), hard))
    ready, lines, answered, busy = selectors.DefaultSelector(), [], 0, 0
    try:
        for number in range(wanted):
            lines.append(target.connect(address(number)))
        expect_served(target, f"{wanted} connections")
        for line in lines:
            line.sendall(HELLO)
            ready.register(line, selectors.EVENT_READ)
        end = time.monotonic() + PATIENCE
        while ready.get_map() and time.monotonic() < end:
            for key, _ in ready.select(1):
                answer = key.fileobj.recv(4096)
                answered += answer.startswith(b"HTTP/1.1 200 ")
                busy += answer.startswith(b"HTTP/1.1 503 ") and b"Retry-After" in answer
                ready.unregister(key.fileobj)
        # All of them at once are more than the queue holds: who finds no place is told when to come again.
        expect(f"answers on {wanted} connections", answered + busy == wanted and answered >= wanted // 2,
               f"{answered} and {busy} times busy")
    finally:
        ready.close()
        for line in lines:
            line.close()


@attack
def one_address(target):
    """One address gets 512 places and not one more; others do not notice."""
    lines = [target.connect("127.0.9.9") for _ in range(512)]
    try:
        time_limit = time.monotonic() + PATIENCE
        while (answer := read_all(target.connect("127.0.9.9"))) == b"" and time.monotonic() < time_limit:
            pass
        expect("connection 513", answer.startswith(b"HTTP/1.1 503 "), answer[:60])
        expect_served(target, "512 connections of one address")
    finally:
        for line in lines:
            line.close()


def percentile(times, part):
    return sorted(times)[int((len(times) - 1) * part)] * 1000 if times else float("nan")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.environ.get("RINGUP_BINARY", "build/ringup"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringup-hostile-") as data:
        shop.make_shop(options.binary, data, SLUG, "Corner shop", "DE", "EUR")
        shop.import_products(options.binary, data, SLUG, "sku,barcode,name,category,price,tax_class,stock\nM,,Milk,All,1.19,standard,1000000\n")
        code = shop.run(options.binary, "till", "pair", "--data", data, "--tenant", SLUG).strip()
        with shop.Server(options.binary, data) as server:
            client = shop.Client(server.port)
            user = client.login(SLUG)["id"]
            product = next(client.all("/api/catalogue/products/"))
            till = shop.Till(server.port, code)
            target = Target(server.port)
            booked = 0
            for one in attacks:
                if options.names and one.__name__ not in options.names:
                    continue
                sales = Sales(till, user, product)
                sales.start()
                begun = time.monotonic()
                one(target)
                expect_served(target, "after " + one.__name__)
                sales.stopping.set()
                sales.join()
                booked += len(sales.times)
                expect(f"sales during {one.__name__}", sales.failure is None, sales.failure)
                print(f"{one.__name__:22} {time.monotonic() - begun:5.1f} s   {len(sales.times):5} sales, "
                      f"p50 {percentile(sales.times, 0.5):6.1f} ms, slowest {percentile(sales.times, 1):6.1f} ms", flush=True)
            client = shop.Client(server.port)
            client.login(SLUG)
            expect("sales in the books", sum(1 for _ in client.all("/api/sales/")) == booked)
            expect("the program still runs", server.process.poll() is None)
        shop.run(options.binary, "verify", "--data", data)
    for problem in problems[:20]:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} things went wrong")
    print("Nobody was held up, and nothing came through that should not.")


main()
