"""Puts the certificates of public authorities into one assembler file, as one PEM text.

Usage: trust.py FOLDER OUT.S

FOLDER is the one of Debian's package ca-certificates; authorities that only this machine trusts stay outside. The
text ends with a zero byte and is named ringup_trust_pem.
"""
import glob
import os
import sys


def main():
    folder, out = sys.argv[1:]
    paths = sorted(glob.glob(os.path.join(folder, "*.crt")))
    if not paths:
        sys.exit(f"no certificate is in {folder}: the package ca-certificates is missing")
    text = ""
    for path in paths:
        with open(path, encoding="ascii") as file:
            text += file.read().strip() + "\n"
    with open(out + ".pem", "w", encoding="ascii") as file:
        file.write(text)
    with open(out, "w", encoding="ascii") as file:
        file.write(f"""  .section .rodata
  .global ringup_trust_pem
ringup_trust_pem:
  .incbin "{os.path.abspath(out)}.pem"
  .byte 0
  .section .note.GNU-stack,"",%progbits
""")


main()
