"""People who mean harm, against the real program: none of it may crash it, hold it up, or get past its door.

Each attack runs while a till books sales on a connection of its own; all sales must be booked, and the slowest one is
printed. Everything is tried over plain connections and over TLS, which one port speaks both. Clients spread over
127.0.0.0/8, where the count by address would speak. Deadlines here are the real ones, so an attack only begins: that it
does not hold others up is what counts. Where an answer is expected, it is waited for.

    hostile_test.py                       all attacks
    hostile_test.py NAME…                 these
    RINGUP_BINARY=… or --binary FILE      the program; build/ringup without either
"""
import argparse
import os
import sys
import tempfile
import time

import attacks
import tls_attacks
from target import Sales, Target, TlsTarget, expect, expect_served, problems

import shop

SLUG = "corner"
PRODUCT = "sku,barcode,name,category,price,tax_class,stock\nM,,Milk,All,1.19,standard,100000000\n"


def percentile(times, part):
    return sorted(times)[int((len(times) - 1) * part)] * 1000 if times else float("nan")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.environ.get("RINGUP_BINARY", "build/ringup"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringup-hostile-") as data:
        shop.make_shop(options.binary, data, SLUG, "Corner shop", "DE", "EUR")
        shop.import_products(options.binary, data, SLUG, PRODUCT)
        shop.run(options.binary, "cert", "local", "--data", data, "--host", "shop.test,127.0.0.1")
        code = shop.run(options.binary, "till", "pair", "--data", data, "--tenant", SLUG).strip()
        with shop.Server(options.binary, data) as server:
            client = shop.Client(server.port)
            user = client.login(SLUG)["id"]
            product = next(client.all("/api/catalogue/products/"))
            till = shop.Till(server.port, code)
            plain = Target(server.port)
            over_tls = TlsTarget(server.port, os.path.join(data, "tls", "authority.crt"))
            booked = 0
            for target, one in ([(plain, one) for one in attacks.attacks] + [(over_tls, one) for one in attacks.attacks] +
                                [(over_tls, one) for one in tls_attacks.attacks]):
                if options.names and one.__name__ not in options.names:
                    continue
                sales = Sales(till, user, product)
                sales.start()
                begun = time.monotonic()
                one(target)
                expect_served(target, "after " + one.__name__)
                sales.stopping.set()
                sales.join()
                booked += len(sales.times)
                expect(f"sales during {one.__name__}", sales.failure is None, sales.failure)
                print(f"{target.carrier:5} {one.__name__:22} {time.monotonic() - begun:5.1f} s   {len(sales.times):5} sales, "
                      f"p50 {percentile(sales.times, 0.5):6.1f} ms, slowest {percentile(sales.times, 1):6.1f} ms", flush=True)
            client = shop.Client(server.port)
            client.login(SLUG)
            expect("sales in the books", sum(1 for _ in client.all("/api/sales/")) == booked)
            expect("the program still runs", server.process.poll() is None)
        shop.run(options.binary, "verify", "--data", data)
    for problem in problems[:20]:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} things went wrong")
    print("Nobody was held up, and nothing came through that should not.")


main()
