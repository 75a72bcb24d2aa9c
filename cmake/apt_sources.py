"""Prints apt source lines for other suites of the Debian archive this machine already uses.

Usage: apt_sources.py SUITE...

Reads the machine's own configuration, one-line files and deb822 ones, finds the entries that serve the running
release's `main`, and repeats them as `deb-src` for the suites asked for. No host is named here: whatever mirror,
proxy or cache the machine uses is used again. Exit status 1, with a sentence, when there is no such entry.
"""
import glob
import os
import re
import subprocess
import sys


def apt_paths():
    out = subprocess.run(
        ["apt-config", "shell", "list", "Dir::Etc::sourcelist/f", "parts", "Dir::Etc::sourceparts/d"],
        check=True, capture_output=True, text=True).stdout
    found = dict(re.findall(r"(\w+)='([^']*)'", out))
    files = [found.get("list", "/etc/apt/sources.list")]
    parts = found.get("parts", "/etc/apt/sources.list.d")
    files += sorted(glob.glob(os.path.join(parts, "*.list")) + glob.glob(os.path.join(parts, "*.sources")))
    return [path for path in files if os.path.isfile(path)]


def one_line_entries(text):
    """Yields (uris, suites, components) of `deb [options] uri suite components…` lines."""
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        match = re.match(r"deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$", line)
        if match:
            yield [match.group(1)], [match.group(2)], match.group(3).split()


def deb822_entries(text):
    """Yields (uris, suites, components) of each enabled stanza."""
    for stanza in re.split(r"\n\s*\n", text):
        fields, last = {}, None
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in " \t" and last:
                fields[last] += " " + line.strip()
            elif ":" in line:
                key, value = line.split(":", 1)
                last = key.strip().lower()
                fields[last] = value.strip()
        if fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        if "uris" in fields:
            yield fields["uris"].split(), fields.get("suites", "").split(), fields.get("components", "").split()


def own_codename():
    with open("/etc/os-release", encoding="utf-8") as file:
        match = re.search(r"^VERSION_CODENAME=\"?(\w+)", file.read(), re.M)
    return match.group(1) if match else "bookworm"


def main():
    suites = sys.argv[1:]
    release = {own_codename(), "bookworm", "stable", "oldstable"}
    uris = []
    for path in apt_paths():
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        entries = deb822_entries(text) if path.endswith(".sources") else one_line_entries(text)
        for entry_uris, entry_suites, components in entries:
            if "main" in components and release & {suite.strip("/") for suite in entry_suites}:
                uris += [uri for uri in entry_uris if uri not in uris]
    if not uris:
        sys.exit("no entry for Debian's own archive (component main) was found in this machine's apt configuration")
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    option = f"[signed-by={keyring}] " if os.path.exists(keyring) else ""
    for uri in uris:
        for suite in suites:
            print(f"deb-src {option}{uri} {suite} main")


main()
