"""Makes the barcode reader of npm's zxing-wasm into files that the server can serve under hashed names.

Usage: zxing.py PACKAGE_FOLDER OUT_FOLDER

Its reader is one ES module that imports another by a relative path; that path becomes @{zxing_share.js}, which
embed_assets.py fills in. Where the module would look for its .wasm by itself it names a public host; we always say
where it is (shell/scanner_worker.js), and here the default is taken out, so that nothing can ever be fetched from
elsewhere. Nothing else is changed.
"""
import json
import os
import re
import shutil
import sys


def write(path, text):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                os.utime(path)
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def changed(text, pattern, replacement, what):
    text, count = re.subn(pattern, replacement, text)
    if count != 1:
        sys.exit(f"zxing-wasm is not as it was: {what} was found {count} times; look at cmake/zxing.py")
    return text


def main():
    package, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(package, "package.json"), encoding="utf-8") as file:
        version = json.load(file)["version"]
    head = f"// zxing-wasm {version}, MIT licence; within it ZXing-C++, Apache License 2.0. Changed by cmake/zxing.py.\n"
    with open(os.path.join(package, "dist/es/reader/index.js"), encoding="utf-8") as file:
        reader = changed(file.read(), r'"\.\./share\.js"', '"@{zxing_share.js}"', "the import of its other module")
    with open(os.path.join(package, "dist/es/share.js"), encoding="utf-8") as file:
        share = changed(file.read(), r"`https://[^`]*`", "t + e", "the default address of its .wasm")
    write(os.path.join(out, "zxing_reader.js"), head + reader)
    write(os.path.join(out, "zxing_share.js"), head + share)
    shutil.copyfile(os.path.join(package, "dist/reader/zxing_reader.wasm"), os.path.join(out, "zxing_reader.wasm"))


main()
