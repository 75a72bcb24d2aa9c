"""Other people's tools against the real program: slowhttptest holds its sockets up, plain and over TLS; testssl looks for
what is weak in its TLS. Neither may find anything.

    tools_test.py                         both
    tools_test.py slow|tls                one
    RINGUP_BINARY=… or --binary FILE      the program; build/ringup without either
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

from target import LAST, Target, TlsTarget, expect, expect_served, problems

import shop

# A test begins only: the deadlines behind it are told by the tests of the guard.
SECONDS = 8
SLOW = {
    "slow heads": ["-H"],
    "slow bodies": ["-B"],
    "slow readers": ["-X", "-k", "3", "-w", "10", "-y", "20", "-n", "5", "-z", "32"],
    "overlapping ranges": ["-R", "-a", "10", "-b", "3000"],
}
# What testssl minds, and we mean.
MEANT = {
    "cert_revocation": "a shop's own authority keeps no list of what it revoked",
    "HSTS_time": "with a certificate of its own authority a shop must be able to go back: one day",
    "BREACH": "only what holds no secret is compressed: the program's own files and the catalogue",
}
ALARMING = {"MEDIUM", "HIGH", "CRITICAL"}


def slow(url):
    for name, words in SLOW.items():
        done = subprocess.run(["slowhttptest", *words, "-c", "1500", "-r", "1500", "-i", "2", "-x", "24", "-t", "GET", "-p", "3",
                               "-l", str(SECONDS), "-u", url], capture_output=True, text=True, timeout=120)
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        available = re.findall(r"service available:\s+(\w+)", said)
        expect(f"{name} at {url}", available and set(available) == {"YES"}, said[-300:])
        print(f"slowhttptest: {name} at {url.split(':')[0]}: available {len(available)} times of {len(available)}", flush=True)


def weak_tls(port, authority, folder):
    report = os.path.join(folder, "testssl.json")
    words = ["testssl", "--quiet", "--color", "0", "--warnings", "batch", "--protocols", "--fs", "--server-defaults",
             "--server-preference", "--headers", "--vulnerable", "--add-ca", authority, "--jsonfile", report, "--ip",
             "127.0.0.1", f"shop.test:{port}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=400, check=False)
    if not os.path.exists(report):
        return expect("testssl", False, (done.stdout + done.stderr)[-300:])
    with open(report, encoding="utf-8") as file:
        found = json.load(file)
    expect("testssl looked at everything", len(found) > 50 and any(one["id"] == "LUCKY13" for one in found), len(found))
    for one in found:
        fine = one["severity"] not in ALARMING or one["id"] in MEANT
        expect(f"testssl: {one['id']} {one['severity']}", fine, one["finding"])
    print(f"testssl: {len(found)} findings, none of them alarming" if not problems else "testssl: see below", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.environ.get("RINGUP_BINARY", "build/ringup"))
    parser.add_argument("which", nargs="?", choices=["slow", "tls"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringup-hostile-") as folder:
        data = os.path.join(folder, "data")
        shop.make_shop(options.binary, data, "corner", "Corner shop", "DE", "EUR")
        shop.run(options.binary, "cert", "local", "--data", data, "--host", "shop.test,127.0.0.1")
        authority = os.path.join(data, "tls", "authority.crt")
        # All come from one address, as from behind a proxy: the count by address is off there.
        os.environ["TRUSTED_PROXIES"] = "1"
        with shop.Server(options.binary, data) as server:
            if options.which != "tls":
                for scheme in ("http", "https"):
                    slow(f"{scheme}://127.0.0.1:{server.port}/api/openapi.json")
            if options.which != "slow":
                weak_tls(server.port, authority, folder)
            expect_served(Target(server.port), "afterwards")
            expect("TLS afterwards", TlsTarget(server.port, authority).statuses(LAST) == [200])
            expect("the program still runs", server.process.poll() is None)
    for problem in problems[:20]:
        print(problem)
    sys.exit(f"{len(problems)} things went wrong" if problems else 0)


main()
