"""docs/security.md is true as far as a program can tell: every test and file that it names as a proof exists, and each
requirement of OWASP ASVS 5.0.0, levels 1 and 2, stands in it exactly once.

    security_test.py CHECKOUT
"""
import os
import re
import subprocess
import sys

# Section: its requirements of levels 1 and 2, by number.
ASVS = """
1.1: 1 2; 1.2: 1 2 3 4 5 6 7 8 9; 1.3: 1 2 3 4 5 6 7 8 9 10 11; 1.4: 1 2 3; 1.5: 1 2; 2.1: 1 2 3; 2.2: 1 2 3;
2.3: 1 2 3 4; 2.4: 1; 3.2: 1 2; 3.3: 1 2 3 4; 3.4: 1 2 3 4 5 6; 3.5: 1 2 3 4 5; 3.7: 1 2; 4.1: 1 2 3; 4.2: 1;
4.3: 1 2; 4.4: 1 2 3 4; 5.1: 1; 5.2: 1 2 3; 5.3: 1 2; 5.4: 1 2 3; 6.1: 1 2 3; 6.2: 1 2 3 4 5 6 7 8 9 10 11 12;
6.3: 1 2 3 4; 6.4: 1 2 3 4; 6.5: 1 2 3 4 5; 6.6: 1 2 3; 6.8: 1 2 3 4; 7.1: 1 2 3; 7.2: 1 2 3 4; 7.3: 1 2; 7.4: 1
2 3 4 5; 7.5: 1 2; 7.6: 1 2; 8.1: 1 2; 8.2: 1 2 3; 8.3: 1; 8.4: 1; 9.1: 1 2 3; 9.2: 1 2 3 4; 10.1: 1 2; 10.2: 1
2; 10.3: 1 2 3 4; 10.4: 1 2 3 4 5 6 7 8 9 10 11; 10.5: 1 2 3 4 5; 10.6: 1 2; 10.7: 1 2 3; 11.1: 1 2; 11.2: 1 2
3; 11.3: 1 2 3; 11.4: 1 2 3 4; 11.5: 1; 11.6: 1; 12.1: 1 2 3; 12.2: 1 2; 12.3: 1 2 3 4; 13.1: 1; 13.2: 1 2 3 4
5; 13.3: 1 2; 13.4: 1 2 3 4 5; 14.1: 1 2; 14.2: 1 2 3 4; 14.3: 1 2 3; 15.1: 1 2 3; 15.2: 1 2 3; 15.3: 1 2 3 4 5
6 7; 16.1: 1; 16.2: 1 2 3 4 5; 16.3: 1 2 3 4; 16.4: 1 2 3; 16.5: 1 2 3; 17.1: 1; 17.2: 1 2 3 4; 17.3: 1 2
"""


def requirements():
    for section in ASVS.replace("\n", " ").strip().split(";"):
        name, numbers = section.split(":")
        for number in numbers.split():
            yield f"V{name.strip()}.{number}"


def tests_of(root):
    """Suite.Name of every C++ test."""
    names = set()
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "tests"], check=True,
                            capture_output=True, text=True).stdout
    for path in listed.splitlines():
        full = os.path.join(root, path)
        if path.endswith(".cpp") and os.path.isfile(full):
            with open(full, encoding="utf-8") as file:
                for suite, name in re.findall(r"^TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\)", file.read(), re.M):
                    names.add(f"{suite}.{name}")
    return names


def check(root):
    problems = []
    with open(os.path.join(root, "docs/security.md"), encoding="utf-8") as file:
        text = file.read()
    known = tests_of(root)
    begin = text.index("## OWASP ASVS")
    seen = {}
    for line in text[begin:].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells or not re.match(r"V\d", cells[0]):
            continue
        for number in re.split(r",\s*", cells[0]):
            seen.setdefault(number, []).append(line)
        proofs = re.findall(r"`([^`]+)`", cells[2]) if len(cells) > 2 else []
        if len(cells) > 2 and not proofs and "**gap**" not in cells[1]:
            problems.append(f"{cells[0]} has neither a proof nor a gap")
        for proof in proofs:
            if re.fullmatch(r"\w+\.\w+", proof) and proof in known:
                continue
            if not os.path.isfile(os.path.join(root, proof)):
                problems.append(f"{cells[0]} names {proof}, which is neither a test nor a file")
    for number in requirements():
        parts = number.split(".")
        rows = sum(len(seen.get(".".join(parts[:count]), [])) for count in (1, 2, 3))
        if rows != 1:
            problems.append(f"{number} stands there {rows} times, not once")
    wanted = set(requirements())
    for number in seen:
        if not any(one == number or one.startswith(number + ".") for one in wanted):
            problems.append(f"{number} is no requirement of level 1 or 2")
    return problems


def main():
    problems = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
