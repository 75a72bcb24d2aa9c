"""Runs what measures, gathers its figures and makes one table of them: figure, value, limit or peer, ratio, met or not.

    table.py [NAME]        NAME: that program alone (catalogue, search, server, guard, slow, assets, handshakes, sales,
                           logins, accounts, limits, sync, big, backup, events, reports, wasm, peers, size, scroll, camera,
                           pay, coldstart), and its rows only; without it all of them, and docs/benchmarks.md is written anew

./dev bench builds everything first. A program prints its figures as JSON lines, {"figure": "server.product_rate",
"value": 21034.5}, between words for people. The limits stand here, in ROWS. In docs/benchmarks.md only what stands
between the two marks is generated.
"""
import datetime
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENT = os.path.join(ROOT, "docs/benchmarks.md")
BEGIN, END = "<!-- begin: written by ./dev bench -->", "<!-- end: written by ./dev bench -->"
PRODUCTS = os.environ.get("RINGUP_PRODUCTS", os.path.join(ROOT, "../shared/data/products-100k.csv"))
QUERIES = os.path.join(ROOT, "bench/search/queries.tsv")

# (section, figure, words, unit, limit). A limit is ("≤" or "≥", number), or ("≥", factor, other figure): a part of what
# that other figure is in the same run. None: it is told, not judged. A figure of section "" comes as a peer under the
# row before it.
ROWS = [
    ("Search over 100,000 products, 170 real queries", "search.wasm.key_p99_ms", "keystroke, p99, wasm", "ms", ("≤", 8)),
    ("", "search.native.key_p99_ms", "native", "ms", None),
    ("", "search.flexsearch.key_p99_ms", "flexsearch", "ms", None),
    ("", "search.minisearch.key_p99_ms", "minisearch", "ms", None),
    ("", "search.fuse.key_p99_ms", "fuse.js", "ms", None),
    (None, "search.wasm.key_p50_ms", "keystroke, p50, wasm", "ms", None),
    ("", "search.flexsearch.key_p50_ms", "flexsearch", "ms", None),
    ("", "search.minisearch.key_p50_ms", "minisearch", "ms", None),
    ("", "search.fuse.key_p50_ms", "fuse.js", "ms", None),
    (None, "search.wasm.ready_ms", "index ready, wasm", "ms", ("≤", 1000)),
    ("", "search.flexsearch.ready_ms", "flexsearch", "ms", None),
    ("", "search.minisearch.ready_ms", "minisearch", "ms", None),
    (None, "search.wasm.memory_mb", "memory with the products, wasm", "MB", ("≤", 60)),
    ("", "search.flexsearch.memory_mb", "flexsearch", "MB", None),
    ("", "search.minisearch.memory_mb", "minisearch", "MB", None),
    (None, "search.wasm.barcode_p99_ms", "barcode, p99, wasm", "ms", ("≤", 1)),
    (None, "search.wasm.quality_percent", "wanted product among the first five", "%", ("≥", 95)),
    ("", "search.flexsearch.quality_percent", "flexsearch", "%", None),
    ("", "search.minisearch.quality_percent", "minisearch", "%", None),
    ("", "search.fuse.quality_percent", "fuse.js, of 10 queries", "%", None),
    ("Server, 8 connections over HTTP on loopback", "server.product_rate", "GET one product", "/s",
     ("≥", 0.6, "server.bare_rate")),
    ("", "server.bare_rate", "bare cpp-httplib, an empty JSON", "/s", None),
    (None, "server.product_p99_ms", "GET one product, p99", "ms", None),
    (None, "server.search_p99_ms", "product search, p99", "ms", ("≤", 5)),
    (None, "server.search_rate", "product search", "/s", None),
    ("The front guard, beside the bare HTTP library with the same handler (medians of pairs)", "guard.share_8",
     "its share of the bare rate, 8 connections", "", ("≥", 0.85)),
    (None, "guard.share_1", "1 connection", "", None),
    (None, "guard.share_32", "32 connections", "", None),
    (None, "guard.rate_8", "small GET behind the guard, 8 connections", "/s", None),
    ("", "guard.bare_rate_8", "bare cpp-httplib", "/s", None),
    (None, "slow.p99_ratio", "p99 of others beside 2,000 slow clients, of that without", "", ("≤", 2)),
    (None, "slow.p99_ms", "that p99", "ms", None),
    ("Files of the program, one processor, 8 connections (medians of pairs)", "assets.small_share",
     "a small one, share of nginx's rate", "", ("≥", 1)),
    (None, "assets.large_share", "a large one, share of nginx's rate", "", ("≥", 1)),
    (None, "assets.small_rate", "a small one", "/s", None),
    ("", "assets.small_nginx_rate", "nginx", "/s", None),
    (None, "assets.large_rate", "a large one", "/s", None),
    ("", "assets.large_nginx_rate", "nginx", "/s", None),
    ("New TLS handshakes, P-256 (medians of turns)", "handshakes.rate_13", "TLS 1.3, a second of the server's processor", "/s",
     None),
    ("", "handshakes.nginx_rate_13", "nginx", "/s", None),
    (None, "handshakes.rate_12", "TLS 1.2, a second of the server's processor", "/s", None),
    ("", "handshakes.nginx_rate_12", "nginx", "/s", None),
    ("Booking sales of two lines, each on the disk", "sales.single_rate", "one sale a request, 64 tills", "sales/s",
     ("≥", 2.0, "sales.single_raw_rate")),
    ("", "sales.single_raw_rate", "raw SQLite, one sale a commit", "sales/s", None),
    (None, "sales.single_p99_ms", "one sale a request, p99", "ms", ("≤", 25)),
    (None, "sales.hundred_rate", "100 sales a request, 8 tills", "sales/s", ("≥", 0.7, "sales.hundred_raw_rate")),
    ("", "sales.hundred_raw_rate", "raw SQLite, 100 sales a commit", "sales/s", None),
    ("30 tills with 5,000 waiting sales each come back at once", "sync.rate", "until the last is acknowledged, 200 a request",
     "sales/s", None),
    ("", "sync.raw_rate", "raw SQLite, 200 sales a commit", "sales/s", None),
    (None, "sync.online_p99_ms", "a sale of another till meanwhile, p99", "ms", ("≤", 100)),
    (None, "sync.online_p50_ms", "p50", "ms", None),
    ("250 people who sign in at once, and tills that sell", "logins.sale_p99_ms", "a sale meanwhile, p99, the worst of three", "ms", ("≤", 50)),
    ("", "logins.quiet_sale_p99_ms", "the same without them", "ms", None),
    (None, "logins.rate", "sign-ins", "/s", None),
    ("Accounts", "accounts.login_share", "sign-ins, of what raw Argon2id does on as many threads", "", ("≥", 0.9)),
    (None, "accounts.login_rate", "sign-ins", "/s", None),
    ("", "accounts.argon2_rate", "raw Argon2id", "/s", None),
    (None, "accounts.token_us", "an access token that was seen since the last write", "µs", ("≤", 20)),
    (None, "accounts.token_fresh_us", "one that was not: signature and session", "µs", ("≤", 20)),
    ("Counting requests, a million of them", "limits.million_us", "a million different addresses, a request", "µs", ("≤", 2)),
    (None, "limits.one_us", "always the same address", "µs", ("≤", 2)),
    (None, "limits.growth_kb", "memory grown by it", "KB", ("≤", 0)),
    ("A big shop: 100,000 products, 1,000,000 sales", "big.start_ms", "start to ready", "ms", ("≤", 300)),
    (None, "big.database_mb", "its database", "MB", None),
    (None, "big.memory_mb", "memory (RSS) after reads, searches and 2,000 sales", "MB", ("≤", 100)),
    (None, "big.memory_highest_mb", "the highest on the way", "MB", None),
    (None, "import.ms", "import of 100,000 products", "ms", ("≤", 5000)),
    ("", "import.raw_ms", "raw inserts of the same rows", "ms", None),
    ("10,000 listeners to live events", "events.memory_mb", "the server's memory (RSS) at its highest", "MB", ("≤", 200)),
    (None, "events.p99_ms", "from a change to each of them, p99", "ms", ("≤", 100)),
    ("", "events.raw_p99_ms", "one thread that sends to as many sockets", "ms", None),
    (None, "events.p50_ms", "from a change to each of them, p50", "ms", None),
    ("", "events.raw_p50_ms", "one thread that sends to as many sockets", "ms", None),
    (None, "events.cpu_ms", "processor time of one change", "ms", None),
    ("", "events.raw_cpu_ms", "one thread that sends to as many sockets", "ms", None),
    ("A backup of the big shop while five tills sell 100 times a second", "backup.sale_p99_ms",
     "a sale, p99, while 'ringup backup' runs", "ms", None),
    ("", "backup.sale_p99_quiet_ms", "without it", "ms", None),
    (None, "backup.scheduled_sale_p99_ms", "a sale, p99, while the server makes its own", "ms", None),
    (None, "backup.mb_per_second", "'ringup backup', written, read back and verified", "MB/s", None),
    (None, "backup.scheduled_mb_per_second", "the server's own", "MB/s", None),
    (None, "backup.memory_mb", "memory (RSS) of 'ringup backup'", "MB", None),
    (None, "backup.log_mb", "the database's log at its longest", "MB", None),
    ("First load, brotli", "size.console_kb", "console", "KB", ("≤", 800)),
    (None, "size.till_kb", "till", "KB", ("≤", 600)),
    ("Start without network from a closed browser, Chromium with software GL (medians of five)", "coldstart.10k_ms",
     "first product that can be sold, 10,000 products", "ms", ("≤", 1000)),
    ("", "coldstart.10k_bare_ms", "a small file from the same service worker", "ms", None),
    (None, "coldstart.100k_ms", "the same, 100,000 products", "ms", ("≤", 1500)),
    ("", "coldstart.100k_bare_ms", "a small file from the same service worker", "ms", None),
    (None, "coldstart.browser_ms", "the browser's own start before that", "ms", None),
    ("Console in Chromium with software GL", "table.scroll_fps", "a table of 100,000 rows, scrolling", "frames/s",
     ("≥", 60)),
    (None, "table.fast_scroll_fps", "the same, ten times as fast", "frames/s", ("≥", 60)),
    ("168 hard frames of a camera in Chromium: blurred, turned, tilted, noisy, faded, small, and some of each",
     "camera.till.read_percent", "read by the till's looks", "%", None),
    ("", "camera.zxing_js.read_percent", "@zxing/library", "%", None),
    ("", "camera.zxing_js_thorough.read_percent", "@zxing/library with TRY_HARDER", "%", None),
    ("", "camera.quagga2.read_percent", "quagga2", "%", None),
    ("", "camera.html5_qrcode.read_percent", "html5-qrcode", "%", None),
    (None, "camera.till.ms", "a frame, mean of the till's looks", "ms", None),
    ("", "camera.zxing_js.ms", "@zxing/library", "ms", None),
    ("", "camera.zxing_js_thorough.ms", "@zxing/library with TRY_HARDER", "ms", None),
    ("", "camera.quagga2.ms", "quagga2", "ms", None),
    ("", "camera.html5_qrcode.ms", "html5-qrcode", "ms", None),
    (None, "camera.till.wrong", "wrong texts, till", "", None),
    ("", "camera.zxing_js.wrong", "@zxing/library", "", None),
    ("", "camera.zxing_js_thorough.wrong", "@zxing/library with TRY_HARDER", "", None),
    ("", "camera.quagga2.wrong", "quagga2", "", None),
    ("", "camera.html5_qrcode.wrong", "html5-qrcode", "", None),
    (None, "camera.strip.ms", "the centre strip alone (18 of 30 frames)", "ms", None),
    (None, "camera.strip.read_percent", "read by it alone", "%", None),
    (None, "camera.wide.ms", "the wider part alone (9 of 30)", "ms", None),
    (None, "camera.wide.read_percent", "read by it alone", "%", None),
    (None, "camera.full.ms", "the whole frame, thoroughly, a direction (3 of 30)", "ms", None),
    (None, "camera.full.read_percent", "read by its three directions", "%", None),
    ("Till in Chromium with software GL", "pay.p99_ms", "from the finger's leaving Pay to the record on the disk, p99", "ms",
     ("≤", 50)),
    (None, "pay.p50_ms", "the same, p50", "ms", None),
]
# Whatever else a program tells stands under its own name, with a limit where it is given here.
MORE_LIMITS = {"reports.": ("≤", 1000)}


class Figures(dict):
    def read(self, text):
        for line in text.splitlines():
            if line.startswith('{"figure"'):
                told = json.loads(line)
                self[told["figure"]] = float(told["value"])


def run(figures, command, timeout=900, **environment):
    """Runs a program, shows what it says to people, and takes its figures. One that fails leaves its figures out."""
    print("==", " ".join(os.path.relpath(word, ROOT) if os.path.isabs(word) else word for word in command), flush=True)
    try:
        done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True,
                              timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return print("   took too long", flush=True)
    print("\n".join(line for line in done.stdout.splitlines() if not line.startswith('{"figure"')), flush=True)
    if done.returncode != 0:
        return print(f"   failed with {done.returncode}", flush=True)
    figures.read(done.stdout)


def native(name):
    def measure(figures):
        binary = os.path.join(ROOT, "build/native/bench_" + name)
        if os.path.exists(binary):
            run(figures, [binary], RINGUP_BINARY=os.path.join(ROOT, "build/ringup"), RINGUP_PRODUCTS=PRODUCTS)
    return measure


def fetch_nginx():
    """Debian's, where there is none, if this machine's apt can."""
    if shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") is None:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"], capture_output=True,
                       env=os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}, check=False)
    return {"RINGUP_BINARY": os.path.join(ROOT, "build/ringup"), "PATH": os.environ["PATH"] + ":/usr/sbin"}


def assets(figures):
    binary = os.path.join(ROOT, "build/native/bench_assets")
    if os.path.exists(binary):
        run(figures, [binary], **fetch_nginx())


def handshakes(figures):
    run(figures, [sys.executable, os.path.join(ROOT, "bench/handshakes.py")], **fetch_nginx())


def wasm(figures):
    script = os.path.join(ROOT, "build/wasm/bench_search.js")
    if os.path.exists(script):
        # wasm does not see the environment.
        run(figures, ["node", script] + [PRODUCTS] * os.path.exists(PRODUCTS), NODE_OPTIONS="--no-experimental-fetch")


def peers(figures):
    """Other people's libraries, fetched by npm into build/peers from wherever this machine's npm fetches."""
    if not os.path.exists(PRODUCTS):
        return print("== peers: the 100,000 products are not here", flush=True)
    folder = os.path.join(ROOT, "build/peers")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "search.cjs"):
        shutil.copy(os.path.join(ROOT, "bench/peers", name), folder)
    shutil.copy(os.path.join(ROOT, ".npmrc"), folder)
    fetched = subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                             capture_output=True, text=True, check=False)
    if fetched.returncode != 0:
        return print("== peers: npm could not fetch them; they are left out", flush=True)
    for library in ("flexsearch", "minisearch", "fuse"):
        run(figures, ["node", "--expose-gc", os.path.join(folder, "search.cjs"), library, PRODUCTS, QUERIES])


def camera(figures):
    """Our reading of hard camera frames in Chromium, and other people's where npm can fetch them into build/camera_peers."""
    folder = os.path.join(ROOT, "build/camera_peers")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(ROOT, "bench/camera/package.json"), folder)
    shutil.copy(os.path.join(ROOT, ".npmrc"), folder)
    fetched = subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                             capture_output=True, text=True, check=False)
    if fetched.returncode != 0:
        print("== camera: npm could not fetch the peers; they are left out", flush=True)
    script = os.path.join(ROOT, "bench/camera/camera.mjs")
    run(figures, ["node", script] + [os.path.join(folder, "node_modules")] * (fetched.returncode == 0))


def size(figures):
    sys.path.insert(0, os.path.join(ROOT, "tests/tidy"))
    import size_budget  # pylint: disable=import-outside-toplevel,import-error
    listed = os.path.join(ROOT, "build/native/generated/assets.json")
    if not os.path.exists(listed):
        return
    with open(listed, encoding="utf-8") as file:
        assets = {asset["name"]: asset for asset in json.load(file)}
    for app in size_budget.BUDGETS:
        if app + ".html" in assets:
            names = size_budget.first_load(assets, app + ".html")
            figures[f"size.{app}_kb"] = sum(assets[name]["brotli"] for name in names) / 1024


def scroll(figures):
    script = os.path.join(ROOT, "bench/scroll.mjs")
    if os.path.exists(script):
        run(figures, ["node", script])


def pay(figures):
    script = os.path.join(ROOT, "bench/pay.mjs")
    if os.path.exists(os.path.join(ROOT, "build/ringup")):
        run(figures, ["node", script])


def coldstart(figures):
    if not os.path.exists(PRODUCTS):
        return print("== coldstart: the 100,000 products are not here", flush=True)
    run(figures, ["node", os.path.join(ROOT, "bench/coldstart.mjs")], RINGUP_PRODUCTS=PRODUCTS)


PROGRAMS = {"catalogue": native("catalogue"), "search": native("search"), "wasm": wasm, "server": native("server"),
            "guard": native("guard"), "slow": native("slow"), "assets": assets, "handshakes": handshakes, "sales": native("sales"),
            "logins": native("logins"), "accounts": native("accounts"), "limits": native("limits"), "sync": native("sync"), "big": native("big"), "backup": native("backup"), "events": native("events"),
            "reports": native("reports"), "peers": peers, "size": size,
            "scroll": scroll, "camera": camera, "pay": pay,
            "coldstart": coldstart}


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def judged(value, limit, figures):
    """(limit's words, ratio's words, met's words) of a row."""
    if limit is None:
        return "", "", ""
    sign, bound, *other = limit
    if other:
        peer = figures.get(other[0])
        if not peer:
            return f"{sign} {bound:g} of the row below", "", ""
        return f"{sign} {bound:g} of the row below", f"{value / peer:.2f}", "yes" if value >= bound * peer else "**no**"
    met = value <= bound if sign == "≤" else value >= bound
    return f"{sign} {bound:,g}", f"{value / bound:.2g}", "yes" if met else "**no**"


def make_table(figures):
    lines, told, ours = [], set(), None
    rows = list(ROWS)
    known = {row[1] for row in ROWS}
    for figure in sorted(figures.keys() - known):
        if figure.startswith("search."):
            continue
        limit = next((limit for start, limit in MORE_LIMITS.items()
                      if figure.startswith(start) and figure.endswith("_ms")), None)
        unit = figure.rsplit("_", 1)[-1] if "_" in figure else ""
        section = "Reports over 1,000,000 sales" if figure.startswith("reports.") else "Others"
        words = figure.split(".", 1)[-1].rsplit("_", 1)[0].replace("_", " ")
        rows.append((section if section not in told else None, figure, words, unit, limit))
        told.add(section)
    section = None
    for title, figure, words, unit, limit in rows:
        section = title or section
        value = figures.get(figure)
        if value is None:
            ours = ours if title == "" else None
            continue
        if section:
            if lines:
                lines.append("")
            lines += [f"### {section}", "", "| | value | limit | ratio | met |", "|---|---:|---:|---:|---|"]
            section = None
        if title == "":
            ratio = f"{value / ours:.2g} × ours" if ours else ""
            lines.append(f"| · beside it: {words} | {number(value)} {unit} | | {ratio} | |")
            continue
        ours = value
        limit_words, ratio, met = judged(value, limit, figures)
        if limit and len(limit) == 2:
            limit_words += " " + unit
        lines.append(f"| {words} | {number(value)} {unit} | {limit_words} | {ratio} | {met} |")
    return "\n".join(lines)


def first_line(*command):
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return (said.stdout or said.stderr).strip().splitlines()[0]
    except (OSError, IndexError, subprocess.TimeoutExpired):
        return "unknown"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"MemTotal:\s*(\d+)", file.read()).group(1)) / 1024 / 1024
    with open("/etc/os-release", encoding="utf-8") as file:
        system = re.search(r'PRETTY_NAME="(.*)"', file.read()).group(1)
    versions = subprocess.run([os.path.join(ROOT, "build/ringup"), "version"], capture_output=True, text=True,
                              check=False).stdout
    compiler = re.search(r"\d+\.\d+(\.\d+)?", first_line("g++", "-dumpfullversion"))
    emcc = re.search(r"\d+\.\d+\.\d+", first_line("emcc", "--version"))
    return (f"{os.cpu_count()} × {model.group(1) if model else 'unknown'}, {memory:.0f} GB, {system}; "
            f"g++ {compiler.group(0) if compiler else '?'}, emcc {emcc.group(0) if emcc else '?'}, "
            f"node {first_line('node', '--version').lstrip('v')}; " + ", ".join(versions.split("\n")).strip(", "))


def write_document(text):
    with open(DOCUMENT, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else None
    if wanted and wanted not in PROGRAMS:
        sys.exit(f"There is nothing called {wanted} to measure: {', '.join(PROGRAMS)}.")
    figures = Figures()
    load = os.getloadavg()[0]
    begun = datetime.datetime.now(datetime.timezone.utc)
    for name, measure in PROGRAMS.items():
        if wanted in (None, name):
            measure(figures)
    table = make_table(figures)
    print("\n" + table)
    if not wanted:
        # What else ran on the machine decides what the seconds are worth.
        write_document(f"Measured on {begun:%Y-%m-%d %H:%M} UTC, one run of everything, load average {load:.1f} at its "
                       f"start.\n{machine()}.\n\n{table}\n")
        print(f"\nwritten to {os.path.relpath(DOCUMENT, ROOT)}")


main()
