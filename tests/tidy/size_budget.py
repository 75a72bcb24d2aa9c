"""The first load of each app stays small: prints what it consists of and fails when one is over its budget.

Usage: size_budget.py assets.json

The first load is the app's page and everything it refers to, directly or through others, except what is marked
@{later:…}; measured in bytes as sent with brotli.
"""
import json
import sys

# app: its budget in bytes
BUDGETS = {"till": 600 * 1024, "console": 800 * 1024}


def first_load(assets, page):
    seen, waiting = [], [page]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.append(name)
        waiting += [other for other, when in sorted(assets[name]["references"].items()) if when == "now"]
    return seen


def weigh(assets, app, budget):
    page = app + ".html"
    if page not in assets:
        return f"{page} is not among the assets"
    names = sorted(first_load(assets, page), key=lambda name: -assets[name]["brotli"])
    print(f"{'first load of the ' + app:32}{'raw':>10}{'gzip':>10}{'brotli':>10}")
    for name in names:
        asset = assets[name]
        print(f"{name:32}{asset['raw']:>10}{asset['gzip']:>10}{asset['brotli']:>10}")
    totals = [sum(assets[name][form] for name in names) for form in ("raw", "gzip", "brotli")]
    print(f"{'total':32}{totals[0]:>10}{totals[1]:>10}{totals[2]:>10}")
    print(f"budget {budget} bytes, {100 * totals[2] // budget} % used")
    missing = [name for name in (app + ".js", app + ".wasm") if name not in names]
    if missing:
        return f"{page} does not load " + " and ".join(missing)
    return f"the {app} is over its budget" if totals[2] > budget else None


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        assets = {asset["name"]: asset for asset in json.load(file)}
    wrong = [words for words in (weigh(assets, app, budget) for app, budget in BUDGETS.items()) if words]
    if wrong:
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
