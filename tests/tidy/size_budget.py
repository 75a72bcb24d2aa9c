"""The first load of the till stays small: prints what it consists of and fails when it is over its budget.

Usage: size_budget.py assets.json

The first load is till.html and everything it refers to, directly or through others, except what is marked
@{later:…}; measured in bytes as sent with brotli.
"""
import json
import sys

PAGE = "till.html"
BUDGET_BYTES = 600 * 1024


def first_load(assets):
    seen, waiting = [], [PAGE]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.append(name)
        waiting += [other for other, when in sorted(assets[name]["references"].items()) if when == "now"]
    return seen


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        assets = {asset["name"]: asset for asset in json.load(file)}
    if PAGE not in assets:
        sys.exit(f"{PAGE} is not among the assets")
    names = sorted(first_load(assets), key=lambda name: -assets[name]["brotli"])
    print(f"{'first load of the till':32}{'raw':>10}{'gzip':>10}{'brotli':>10}")
    for name in names:
        asset = assets[name]
        print(f"{name:32}{asset['raw']:>10}{asset['gzip']:>10}{asset['brotli']:>10}")
    totals = [sum(assets[name][form] for name in names) for form in ("raw", "gzip", "brotli")]
    print(f"{'total':32}{totals[0]:>10}{totals[1]:>10}{totals[2]:>10}")
    print(f"budget {BUDGET_BYTES} bytes, {100 * totals[2] // BUDGET_BYTES} % used")
    missing = [name for name in ("till.js", "till.wasm") if name not in names]
    if missing:
        sys.exit("the page does not load " + " and ".join(missing))
    if totals[2] > BUDGET_BYTES:
        sys.exit("over the budget")


main()
