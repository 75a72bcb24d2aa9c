"""Follows docs/operations.md: runs its commands as they are written there, with the real program.

Usage: operations_test.py --binary PATH

Blocks below <!-- proven --> run in their order, once with a public certificate (4a) and once with a local authority
(4b), each in a folder of its own that stands for the machine: /var/lib/ringup and the like are moved below it, and
what needs root (useradd, runuser, the owner of files) is left out. Where the book starts the service, a server is
started with the settings that the book has written; then the doctor must find no problem.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request

BOOK = pathlib.Path(__file__).resolve().parents[2] / "docs" / "operations.md"
PASSPHRASE = "seven words that you have also written on paper"
MOVED = ["/var/lib/ringup", "/var/backups/ringup", "/usr/local/bin", "/etc/letsencrypt"]


def blocks():
    """Yields (heading, commands) of each proven block, and (heading, None) where the service is started."""
    heading, proven = "", False
    block = []
    for line in BOOK.read_text(encoding="utf-8").splitlines() + ["."]:
        if line.startswith("    "):
            block.append(line[4:])
            continue
        if block and line.strip() == "":
            block.append("")
            continue
        if block:
            commands = "\n".join(block).rstrip() + "\n"
            if proven:
                yield heading, commands
            elif "systemctl restart ringup" in commands:
                yield heading, None
            block, proven = [], False
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line.strip() == "<!-- proven -->":
            proven = True


class Machine:
    def __init__(self, binary, folder):
        self.root = pathlib.Path(folder)
        for path in MOVED:
            (self.root / path[1:]).mkdir(parents=True, exist_ok=True)
        shutil.copy(binary, self.root / "ringup")
        self.environment = {"PATH": f"{self.root}/usr/local/bin:{os.environ['PATH']}", "HOME": folder}
        self.server = None

    def here(self, commands):
        for path in MOVED:
            commands = commands.replace(path, f"{self.root}{path}")
        commands = re.sub(r"^useradd .*$", "", commands, flags=re.M)
        return commands.replace("runuser -u ringup -- ", "").replace("-o ringup -g ringup ", "")

    def run(self, commands):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", self.here(commands)], cwd=self.root,
                              env=self.environment, input=PASSPHRASE + "\n", capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            sys.exit(f"this does not work as the book says:\n{commands}\n{done.stdout}{done.stderr}")
        return done.stdout

    def public_certificate(self):
        """What certbot would have left."""
        live = self.root / "etc/letsencrypt/live/shop.example"
        live.mkdir(parents=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example", "-days", "90",
                        "-keyout", live / "privkey.pem", "-out", live / "fullchain.pem"], check=True, capture_output=True)

    def start(self):
        self.server = subprocess.Popen(["ringup", "serve", "--data", f"{self.root}/var/lib/ringup", "--listen", "127.0.0.1:0"],
                                       cwd=self.root, env=self.environment, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        line = self.server.stdout.readline()
        if "is ready at https://" not in line:
            sys.exit(f"the server did not start with the book's settings: {line!r}")
        self.port = int(line.strip().rsplit(":", 1)[1])

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(30)


def follow(binary, way, other):
    with tempfile.TemporaryDirectory(prefix="operations-", dir=os.environ.get("RINGUP_BOOK_TMP")) as folder:
        machine = Machine(binary, folder)
        if way == "4a":
            machine.public_certificate()
        ran = 0
        try:
            for heading, commands in blocks():
                if heading.startswith(other + "."):
                    continue
                if commands is None:
                    machine.start()
                    machine.run("ringup doctor --data /var/lib/ringup")
                    print(f"  {heading}: started, and the doctor is content")
                    continue
                out = machine.run(commands)
                ran += 1
                print(f"  {heading}: done")
                if heading.startswith("8.") and "every total agrees" not in out:
                    sys.exit("the drill does not end as the book says: " + out)
            with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/healthz", timeout=10) as answer:
                if answer.status != 200:
                    sys.exit("the server does not answer")
            if machine.stop() != 0:
                sys.exit("the server did not stop as the book says")
        finally:
            if machine.server is not None and machine.server.poll() is None:
                machine.server.kill()
        if ran < 7 or machine.server is None:
            sys.exit(f"only {ran} blocks of the book were run")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    given = parser.parse_args()
    for way, other in (("4a", "4b"), ("4b", "4a")):
        print(f"the book by way of {way}")
        follow(os.path.abspath(given.binary), way, other)


main()
