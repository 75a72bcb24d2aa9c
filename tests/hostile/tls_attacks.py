"""Attacks on TLS itself: before a handshake is whole nobody has been understood, so nobody may be held up."""
import random
import socket
import ssl
import subprocess
import threading
import time

from target import LAST, PATIENCE, STATUS, Target, address, expect, expect_served, hold, read_all
from target import say, say_nothing_follows

attacks = []


def attack(function):
    attacks.append(function)
    return function


def client_hello(context):
    """What a client of this context says first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname="shop.test")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def answer_to(target, data):
    with target.bare() as line:
        return say(line, data)


class Silent(Target):
    """Connections that have not said hello; honest requests go over TLS."""

    def __init__(self, target):
        super().__init__(target.port)
        self.statuses = target.statuses


@attack
def plain_beside(target):
    expect("plain HTTP at the same port", Target(target.port).statuses(LAST) == [200])


@attack
def slow_hellos(target):
    hello = client_hello(target.context)
    hold(Silent(target), 2000, hello[:3], "slow hellos", lambda line, turn: line.send(hello[3 + turn:4 + turn]))
    hold(Silent(target), 1000, hello, "handshakes that nobody ends")


@attack
def hello_in_pieces(target):
    """Cut anywhere, and with the end of the connection there: no answer in HTTP, nobody held up."""
    hello = client_hello(target.context)
    for size in range(1, len(hello)):
        with target.bare() as line:
            line.sendall(hello[:size])
            if size % 2:  # half of them with a reset
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    # One byte in each record is still a hello.
    records = b"".join(b"\x16\x03\x01\x00\x01" + hello[at:at + 1] for at in range(5, len(hello)))
    answer = answer_to(target, records)
    expect("a hello in records of one byte", answer[:1] in (b"\x16", b"\x15", b""), answer[:20])


@attack
def tls_garbage(target):
    chance = random.Random(5)
    hello = client_hello(target.context)
    for size in [1, 4, 5, 10, 100, 1000, 20000] * 30:
        answer = answer_to(target, b"\x16\x03" + chance.randbytes(size))
        expect("garbage for a hello", not answer.startswith(b"HTTP"), answer[:90])
    for _ in range(500):
        broken = bytearray(hello)
        for _ in range(chance.randint(1, 5)):
            broken[chance.randrange(1, len(broken))] = chance.randrange(256)
        answer = answer_to(target, bytes(broken))
        expect("a broken hello", answer[:1] in (b"", b"\x15", b"\x16"), answer[:20])
    for record in (b"\x17\x03\x03\x40\x00" + b"x" * 0x4000, b"\x15\x03\x03\x00\x02\x02\x28", b"\x14\x03\x03\x00\x01\x01",
                   b"\x80\x2e\x01\x03\x01" + b"\0" * 41):  # the last one is SSL 2's
        answer = answer_to(target, record)
        expect(f"a record {record[:5]!r}", STATUS.findall(answer) in ([], [b"400"], [b"414"]), answer[:60])
    # Whole at first, then the records are none.
    for size in (1, 5, 50, 5000):
        with target.connect() as line:
            line.sendall(b"GET /healthz HT")
            with socket.socket(fileno=line.detach()) as bare:
                bare.settimeout(PATIENCE)
                bare.sendall(chance.randbytes(size) + b"\xff" * 20)
                read_all(bare)


@attack
def old_versions(target):
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = version, version
        try:
            with context.wrap_socket(target.bare()) as line:
                expect(f"{version} is refused", False, line.version())
        except (ssl.SSLError, ConnectionResetError):
            pass
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=target.authority)
        context.minimum_version, context.maximum_version = version, version
        with context.wrap_socket(target.bare(), server_hostname="shop.test") as line:
            expect(f"{version}", line.version() in ("TLSv1.2", "TLSv1.3"))


@attack
def renegotiation(target):
    """"R" at the beginning of a line asks openssl's client to negotiate anew: refused, and no answer after it."""
    done = subprocess.run(
        ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{target.port}", "-servername", "shop.test"],
        input=b"R\nGET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", capture_output=True, timeout=PATIENCE)
    expect("renegotiation", b"HTTP/1.1 200" not in done.stdout and b"RENEGOTIATING" in done.stdout + done.stderr,
           done.stdout[-200:])


@attack
def handshakes_without_end(target):
    """Four threads do nothing but greet, for five seconds."""
    count, end = [0] * 4, time.monotonic() + 5

    def greet(number):
        while time.monotonic() < end:
            with target.connect(address(number)):
                count[number] += 1

    threads = [threading.Thread(target=greet, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        expect_served(target, "handshakes without end")
    for thread in threads:
        thread.join()
    expect("handshakes", min(count) > 0)


@attack
def half_closed(target):
    """A client that has said its last byte gets its answer, by the end of TLS and by the end of TCP."""
    for finish in (say_nothing_follows, lambda line: line.unwrap()):
        with target.connect() as line:
            line.sendall(LAST)
            try:
                if finish is say_nothing_follows:
                    finish(line)
                    expect("an answer after the end", read_all(line).startswith(b"HTTP/1.1 200 "))
                else:
                    expect("an answer", line.recv(4096).startswith(b"HTTP/1.1 200 "))
                    finish(line)
            except ssl.SSLError:
                pass
