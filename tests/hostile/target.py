"""Who is attacked, and how an attacker holds on: connections to the real program, plain or over TLS, and a till that sells
meanwhile."""
import os
import re
import socket
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "retail"))

PATIENCE = 30  # seconds; what takes longer is a failure
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
HELLO = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
problems = []


def expect(what, fine, found=""):
    if not fine:
        problems.append(f"{what} {found}"[:400])


class Target:
    carrier = "plain"
    crowd = 10000  # connections that a test of many opens

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
            return say(line, data)

    def statuses(self, data):
        """The statuses of all answers to these bytes."""
        return [int(status) for status in STATUS.findall(self.exchange(data))]


class TlsTarget(Target):
    """The same, each connection over TLS, with the certificate checked."""
    carrier = "TLS"
    crowd = 3000  # each is a handshake, on both sides

    def __init__(self, port, authority):
        super().__init__(port)
        self.authority = authority
        self.context = ssl.create_default_context(cafile=authority)

    def connect(self, source="127.0.0.1", timeout=PATIENCE):
        return self.context.wrap_socket(super().connect(source, timeout), server_hostname="shop.test")

    def bare(self, source="127.0.0.1"):
        """A connection that has not said hello yet."""
        return super().connect(source)


def say_nothing_follows(line):
    socket.socket.shutdown(line, socket.SHUT_WR)  # not an SSLSocket's own: that one forgets its keys


def say(line, data):
    """All of it, and that nothing follows; → what comes back until the end."""
    try:
        line.sendall(data)
        say_nothing_follows(line)
    except OSError:
        pass
    return read_all(line)


def read_all(line):
    got = b""
    try:
        while piece := line.recv(65536):
            got += piece
    except (ConnectionResetError, ssl.SSLError):
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
