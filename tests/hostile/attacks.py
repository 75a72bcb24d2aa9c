"""Attacks on HTTP; each is made over plain connections and over TLS."""
import random
import resource
import selectors
import socket
import ssl
import time

from target import HELLO, LAST, PATIENCE, STATUS, address, expect, expect_served, hold, read_all, say_nothing_follows

attacks = []


def attack(function):
    attacks.append(function)
    return function


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
        say_nothing_follows(line)
        expect("an answer to who has said the last byte", read_all(line).startswith(b"HTTP/1.1 200 "))


@attack
def pipelining(target):
    found = target.statuses(HELLO * 2000 + LAST)
    expect("2,001 pipelined requests", found == [200] * 2001, f"{len(found)} answers")
    hold(target, target.crowd // 50, HELLO * 5000, "pipelines that nobody reads")


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
def crowd(target):
    """As many idle connections as this process may open, up to a crowd: each asks, rests, and asks once more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(target.crowd, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted + 100), hard))
    ready, lines, answered, busy = selectors.DefaultSelector(), [], 0, 0
    try:
        for number in range(wanted):
            line = target.connect(address(number))
            lines.append(line)
            line.sendall(HELLO)  # who has never asked is sent away after ten seconds
            if not line.recv(4096).startswith(b"HTTP/1.1 200 "):
                return expect(f"connection {number} of a crowd", False)
        expect_served(target, f"{wanted} connections")
        for line in lines:
            line.sendall(HELLO)
            ready.register(line, selectors.EVENT_READ)
        end = time.monotonic() + PATIENCE
        while ready.get_map() and time.monotonic() < end:
            for key, _ in ready.select(1):
                try:
                    answer = key.fileobj.recv(4096)
                except ssl.SSLWantReadError:
                    continue
                except OSError as failure:
                    answer = repr(failure).encode()
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
        try:
            with target.connect("127.0.9.9") as line:
                line.sendall(LAST)
                answer = read_all(line)
        except OSError:
            answer = b""  # before a hello the server cannot know whether words would be understood
        expect("connection 513", STATUS.findall(answer) in ([], [b"503"]), answer[:60])
        expect_served(target, "512 connections of one address")
    finally:
        for line in lines:
            line.close()
