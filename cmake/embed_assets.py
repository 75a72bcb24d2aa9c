"""Turns the files that browsers load into one table inside the binary.

Usage: embed_assets.py OUT_FOLDER --served ROOT FILE… --flat FILE… --inside ROOT FILE…

  --served  files of shell/; HTML, sw.js, manifests and robots.txt keep their name (/till.html), others get their content's hash
            into it (shell/app.js becomes /assets/app.3fa9c1d2e4.js) and may be cached for ever
  --flat    files made by the build (fonts, the till's module), served likewise
  --inside  files for the program itself (demo data, templates): found under their name without a leading slash,
            so that no URL reaches them

In text files @{name} becomes the hashed URL of that file; @{later:name} as well, but it says that the file is not
part of the first load. @{precache:till.html} becomes a list of all that this page may ever load, with hashes, for
sw.js. A module made by emcc names its .wasm itself: that name is replaced too.

Writes OUT_FOLDER/assets.cpp (the table), assets.S (the bytes), assets.json (names, sizes and references, for the
size budget) and keeps compressed copies in OUT_FOLDER/compressed, so that only changed files are compressed again.
"""
import base64
import gzip
import hashlib
import json
import os
import re
import sys

import brotli

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".json": "application/json", ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".ico": "image/x-icon", ".wasm": "application/wasm",
    ".subject": "text/plain; charset=utf-8",
    ".ttf": "font/ttf", ".woff2": "font/woff2", ".mustache": "text/plain; charset=utf-8",
}
KEEP_NAME = re.compile(r"(\.html|(^|/)sw\.js|\.webmanifest|(^|/)robots\.txt|(^|/)favicon\.ico)$")
TEXT = (".html", ".js", ".mjs", ".css", ".json", ".webmanifest", ".svg", ".txt")
REFERENCE = re.compile(rb"@\{(later:|precache:)?([A-Za-z0-9_./-]+)\}")
# Built apart from the shell; a build without them still serves everything else.
BUILT_ELSEWHERE = ("till.js", "till.wasm", "console.js", "console.wasm")


class Embedder:
    def __init__(self, out):
        self.out = out
        self.files = {}   # name -> path on disk
        self.inside = {}  # name -> path on disk
        self.done = {}    # name -> entry
        self.open = []    # names being resolved, to find circles

    def entry(self, name):
        if name in self.done:
            return self.done[name]
        if name in self.open:
            sys.exit("assets refer to each other in a circle: " + " -> ".join(self.open + [name]))
        self.open.append(name)
        with open(self.files[name], "rb") as file:
            data = file.read()
        references = {}
        if name.endswith(TEXT):
            data = REFERENCE.sub(lambda match: self.resolve(name, match, references), data)
        stem, extension = os.path.splitext(name)
        if extension == ".js" and stem + ".wasm" in self.files:
            wasm = self.entry(stem + ".wasm")
            references[stem + ".wasm"] = "now"
            old, new = os.path.basename(stem + ".wasm"), os.path.basename(wasm["path"])
            data = data.replace(old.encode(), new.encode())
        self.open.pop()
        digest = hashlib.sha256(data).hexdigest()
        if KEEP_NAME.search(name):
            path, immutable = "/" + name, False
        else:
            path, immutable = f"/assets/{stem}.{digest[:10]}{extension}", True
        self.done[name] = self.make(name, path, immutable, data, digest, references)
        return self.done[name]

    def resolve(self, user, match, references):
        name = match.group(2).decode()
        if match.group(1) == b"precache:":
            return self.precache(name)
        when = "later" if match.group(1) else "now"
        if name not in self.files:
            if name in BUILT_ELSEWHERE:
                return ("/assets/" + name).encode()
            sys.exit(f"{self.files[user]} refers to @{{{name}}}, which is no asset")
        if references.get(name) != "now":
            references[name] = when
        return self.entry(name)["path"].encode()

    def precache(self, page):
        """Everything that a page may ever load, as JSON: {"version": "…", "files": [["/path", "sha256-…"]…]}. The page
        itself comes under its address, without ".html"; the version is named by all of the content."""
        waiting, names = [page], []
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.append(name)
                waiting += self.entry(name)["references"]
        files = []
        for name in sorted(names):
            entry = self.entry(name)
            digest = base64.b64encode(bytes.fromhex(entry["digest"])).decode()
            files.append([entry["path"].removesuffix(".html"), "sha256-" + digest])
        version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:10]
        return json.dumps({"version": version, "files": files}, separators=(",", ":")).encode()

    def make(self, name, path, immutable, data, digest, references):
        extension = os.path.splitext(name)[1]
        if extension not in CONTENT_TYPES:
            sys.exit(f"{name}: no content type is known for {extension or 'a file without an extension'}; "
                     "add it in cmake/embed_assets.py")
        return {
            "name": name, "path": path, "type": CONTENT_TYPES[extension], "immutable": immutable, "etag": digest[:32],
            "digest": digest,
            "raw": self.keep(digest + ".raw", lambda: data),
            "gzip": self.keep(digest + ".gz", lambda: gzip.compress(data, 9, mtime=0), len(data)),
            "brotli": self.keep(digest + ".br", lambda: brotli.compress(data, quality=11), len(data)),
            "references": references,
        }

    def keep(self, file_name, make, longest=None):
        """Writes a file once per content; returns (path, size), or None when it would not be smaller."""
        path = os.path.join(self.out, "compressed", file_name)
        if not os.path.exists(path):
            data = make()
            with open(path + ".new", "wb") as file:
                file.write(data)
            os.replace(path + ".new", path)
        size = os.path.getsize(path)
        if longest is not None and size >= longest:
            return None
        return path, size

    def build(self):
        entries = [self.entry(name) for name in sorted(self.files)]
        for name, path in self.inside.items():
            with open(path, "rb") as file:
                data = file.read()
            entries.append(self.make(name, name, False, data, hashlib.sha256(data).hexdigest(), {}))
        return sorted(entries, key=lambda entry: entry["path"].encode())


def write_if_changed(path, text):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                os.utime(path)
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def assembler(entries):
    lines = ["# The bytes of all assets. Written by cmake/embed_assets.py.", "    .section .rodata"]
    for number, entry in enumerate(entries):
        for form in ("raw", "gzip", "brotli"):
            if entry[form]:
                lines += ["    .balign 16", f"    .globl ringup_asset_{number}_{form}", f"ringup_asset_{number}_{form}:",
                          f"    .incbin \"{entry[form][0]}\""]
                if form == "raw":
                    # Code that reads text to its end may rely on this NUL; it is outside the span.
                    lines.append("    .byte 0")
    lines += ["    .section .note.GNU-stack,\"\",%progbits", ""]
    return "\n".join(lines)


def table(entries):
    lines = ["// The table of all assets. Written by cmake/embed_assets.py.", "#include \"server/pages/assets.h\"", "",
             "#include <algorithm>", "", "extern \"C\" {"]
    for number, entry in enumerate(entries):
        for form in ("raw", "gzip", "brotli"):
            if entry[form]:
                lines.append(f"extern const unsigned char ringup_asset_{number}_{form}[];")
    lines += ["}", "", "namespace ringup {", "namespace {"]
    if entries:
        lines.append("const Asset table[] = {")
        for number, entry in enumerate(entries):
            spans = ", ".join(f"{{ringup_asset_{number}_{form}, {entry[form][1]}}}" if entry[form] else "{}"
                              for form in ("raw", "gzip", "brotli"))
            lines.append(f"    {{\"{entry['path']}\", \"{entry['type']}\", \"\\\"{entry['etag']}\\\"\", "
                         f"{'true' if entry['immutable'] else 'false'}, {spans}}},")
        lines += ["};", "const std::span<const Asset> all = table;"]
    else:
        lines.append("const std::span<const Asset> all;")
    lines += [
        "}  // namespace", "", "std::span<const Asset> all_assets() { return all; }", "",
        "const Asset* find_asset(std::string_view path) {",
        "  const auto found = std::lower_bound(all.begin(), all.end(), path,",
        "                                      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });",
        "  return found != all.end() && found->path == path ? &*found : nullptr;", "}", "", "}  // namespace ringup", ""]
    return "\n".join(lines)


def report(entries):
    return json.dumps([{
        "name": entry["name"], "path": entry["path"],
        **{form: entry[form][1] if entry[form] else entry["raw"][1] for form in ("raw", "gzip", "brotli")},
        "references": entry["references"]} for entry in entries], indent=1, sort_keys=True) + "\n"


def main():
    out = sys.argv[1]
    embedder = Embedder(out)
    mode, folder = None, None
    arguments = iter(sys.argv[2:])
    for argument in arguments:
        if argument in ("--served", "--inside"):
            mode, folder = argument, next(arguments)
        elif argument == "--flat":
            mode, folder = argument, None
        else:
            name = os.path.relpath(argument, folder) if folder else os.path.basename(argument)
            target = embedder.inside if mode == "--inside" else embedder.files
            if name in target:
                sys.exit(f"two assets are called {name}")
            target[name] = argument
    os.makedirs(os.path.join(out, "compressed"), exist_ok=True)
    entries = embedder.build()
    kept = {os.path.basename(entry[form][0]) for entry in entries for form in ("raw", "gzip", "brotli") if entry[form]}
    kept |= {os.path.splitext(name)[0] + suffix for name in kept for suffix in (".gz", ".br")}
    for file_name in os.listdir(os.path.join(out, "compressed")):
        if file_name not in kept:
            os.remove(os.path.join(out, "compressed", file_name))
    write_if_changed(os.path.join(out, "assets.S"), assembler(entries))
    write_if_changed(os.path.join(out, "assets.cpp"), table(entries))
    write_if_changed(os.path.join(out, "assets.json"), report(entries))


main()
