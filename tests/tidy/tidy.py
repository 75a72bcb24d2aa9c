"""Keeps the house clean: looks at every file under version control and names each breach as file:line.

Usage: tidy.py CHECKOUT [compile_commands.json…]

The arrows between rooms, no floating point near money, no exceptions of ours, no leftover marker, no file without a
target, no file longer than one person holds in mind. The rules are the tables below; prose is in ARCHITECTURE.md.
"""
import json
import os
import re
import subprocess
import sys

LINES_MAX = 600
CPP = (".cpp", ".h")
CODE = CPP + (".js", ".mjs", ".py", ".sh", ".cmake", ".css", ".html")

# Rooms from the ground up: a room includes only rooms of its own number or a lower one.
CORE_FLOORS = {"base": 0, "money": 1, "identity": 1, "marketing": 1, "catalogue": 2, "sale": 3, "till": 4, "order": 4}
SERVER_FLOORS = {"log": 0, "http": 0, "store": 0, "image": 0, "backup": 1, "notify": 1, "pages": 1, "gate": 1, "identity": 2, "catalogue": 3, "sales": 3, "reports": 3, "orders": 3, "doctor": 3,
                 "marketing": 3, "commands": 4}
WEB_FLOORS = {"platform": 0, "ui": 1, "till": 2, "console": 2}

# (folders, pattern, what is wrong), tried on each line of C++ without its comments and strings.
CODE_RULES = [
    (("core/money/", "core/sale/", "core/catalogue/", "core/till/", "server/sales/"),
     r"\b(double|float)\b", "floating point near money"),
    (("core/", "web/", "server/"), r"\b(throw|try|catch)\b", "errors are values here: no exceptions"),
    (("core/",), r"\b(system_clock|steady_clock|random_device|std::thread|std::mutex|fopen|ifstream|ofstream|std::cout)\b",
     "core has no clock, thread, random or file"),
    (("tests/",), r"\b(sleep_for|sleep_until|usleep|DISABLED_\w+)\b", "tests do not sleep and are not switched off"),
]
CODE_EXCEPT = {"errors are values here: no exceptions": ("server/http/",)}

# (folders allowed, header pattern)
INCLUDE_HOMES = [
    (("server/http/",), r"httplib\.h"),
    (("core/base/",), r"nlohmann/"),
    (("server/store/",), r"sqlite3\.h"),
    (("server/notify/",), r"curl/"),
    (("web/",), r"imgui"),
    (("server/http/tls_",), r"openssl/ssl\.h"),
    (("core/base/",), r"qrcodegen\.h"),
    (("server/pages/template.cpp",), r"kainjow/"),
    (("server/image/",), r"(jpeglib|jerror|png)\.h|webp/"),
]
INCLUDE_EXCEPT = ("tests/", "bench/")
VERSION_PRINTERS = ("server/commands/", "server/main.cpp")  # say which versions are linked in

# A quoted one of three letters is ISO 4217's code for no currency.
MARKERS = re.compile("|".join([r"\bTO" "DO\\b", r"\bFIX" "ME\\b", r"(?<!\")\bXX" "X\\b", r"\bHA" "CK\\b",
                               "(?i:not imple" "mented)", "(?i:\\bst" "ub\\b)"]))
COMMENT_OR_STRING = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"(?P<tag>[^()\s]{0,16})\(.*?\)(?P=tag)\"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"]([^>\"]+)[>\"]")


def blank(match):
    """Keeps the lines, so that numbers stay right."""
    return "\n" * match.group(0).count("\n")


class House:
    def __init__(self, root):
        self.root = root
        listed = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True, text=True).stdout
        self.files = sorted(name for name in set(listed.splitlines()) if os.path.isfile(os.path.join(root, name)))
        self.breaches = []
        self.edges = set()

    def read(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def breach(self, name, line, what):
        self.breaches.append(f"{name}:{line}: {what}")

    def check_file(self, name):
        text = self.read(name)
        lines = text.splitlines()
        if name.endswith(CODE) or name == "dev":
            if len(lines) > LINES_MAX:
                self.breach(name, len(lines), f"longer than {LINES_MAX} lines: it is two ideas")
            for number, line in enumerate(lines, 1):
                if MARKERS.search(line):
                    self.breach(name, number, "a leftover marker: " + line.strip()[:80])
        if not name.endswith(CPP):
            return
        if name.endswith(".h") and "#pragma once" not in text:
            self.breach(name, 1, "a header without #pragma once")
        for number, line in enumerate(COMMENT_OR_STRING.sub(blank, text).splitlines(), 1):
            for folders, pattern, what in CODE_RULES:
                found = re.search(pattern, line)
                if found and name.startswith(folders) and not name.startswith(CODE_EXCEPT.get(what, "\0")):
                    self.breach(name, number, f"{what}: {found.group(0)}")
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if found:
                self.check_include(name, number, found.group(1))

    def check_include(self, name, number, header):
        for homes, pattern in INCLUDE_HOMES:
            if re.match(pattern, header) and not name.startswith(homes + INCLUDE_EXCEPT + VERSION_PRINTERS):
                self.breach(name, number, f"{header} is included only in {', '.join(homes)}")
        ours, theirs = name.split("/"), header.split("/")
        if ours[0] not in ("core", "server", "web") or theirs[0] not in ("core", "server", "web"):
            return
        if header.startswith(".."):
            self.breach(name, number, "includes are written from the top of the checkout")
        if theirs[0] != ours[0]:
            if theirs[0] != "core":
                self.breach(name, number, f"{ours[0]} must not include {theirs[0]}: {header}")
            return
        floors = {"core": CORE_FLOORS, "server": SERVER_FLOORS, "web": WEB_FLOORS}[ours[0]]
        if len(ours) < 3 or len(theirs) < 3 or ours[1] == theirs[1]:
            return
        if floors.get(theirs[1], 0) > floors.get(ours[1], 9):
            self.breach(name, number, f"an arrow that runs up: {ours[1]} includes {header}")
        self.edges.add((f"{ours[0]}/{ours[1]}", f"{theirs[0]}/{theirs[1]}"))

    def check_targets(self, databases):
        compiled = set()
        for database in databases:
            with open(database, encoding="utf-8") as file:
                compiled |= {os.path.relpath(entry["file"], self.root) for entry in json.load(file)}
        # These are made into programs by ./dev fuzz and ./dev bench only.
        apart = ("tests/fuzz/", "bench/")
        for name in self.files:
            if name.endswith(".cpp") and compiled and name not in compiled and not name.startswith(apart):
                self.breach(name, 1, "belongs to no target")

    def check_lock(self):
        for number, line in enumerate(self.read("package-lock.json").splitlines(), 1):
            if '"resolved"' in line:
                self.breach("package-lock.json", number, "names where a package comes from; that is the machine's business")

    def check(self, databases):
        for name in self.files:
            self.check_file(name)
        for one, other in self.edges:
            if one < other and (other, one) in self.edges:
                self.breach(one, 1, f"{one} and {other} hold each other")
        self.check_targets(databases)
        self.check_lock()
        return self.breaches


def main():
    house = House(os.path.abspath(sys.argv[1]))
    breaches = house.check([path for path in sys.argv[2:] if os.path.exists(path)])
    for breach in breaches:
        print(breach)
    print(f"tidy: {len(house.files)} files, {len(breaches)} breaches")
    sys.exit(1 if breaches else 0)


main()
