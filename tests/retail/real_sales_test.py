"""A real shop's invoices through the public doors, and its totals to the penny.

Every invoice of tests/data/online-retail goes through the journal's endpoint (or, where it is no sale, through the
stock's) by the rule in invoices.py. Then the API is asked, and everything must equal what Decimal makes of the file.

    real_sales_test.py                       in a folder of its own, which is removed
    real_sales_test.py --keep DIR            fills DIR, leaves it and says how to look at it
    RINGUP_BINARY=… or --binary FILE         the program; build/ringup without either
"""
import argparse
import datetime
import os
import sys
import tempfile
import time
from decimal import Decimal

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import invoices
import shop

SLUG = "gifts"
problems = []


def expect(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found!r} found, {wanted!r} wanted")


def ring_up(till, book, ids, user):
    """Writes every sale and refund; → {record's id: (invoice, flags it must get)}."""
    written, customers = {}, {}
    for invoice in book.invoices:
        if invoice.kind == "stock":
            continue
        at = invoices.milliseconds(invoice.at)
        number = invoice.customer
        if number and number not in customers:
            customers[number] = shop.uuid7(at, "customer " + number)
            till.write("customer_new", at, user, {"customer": customers[number], "first_name": "Customer",
                                                  "last_name": number, "consent": {"email": False, "sms": False}},
                       "new customer " + number)
        body, flags = invoices.body_of(invoice, book, ids, till.next_receipt(), user, customers.get(number))
        written[till.write(invoice.kind, at, user, body, "invoice " + invoice.number)] = (invoice, flags)
    return written


def check_results(results, written):
    for result in results:
        expect(f"record {result['seq']}", result["result"], "accepted")
        invoice, flags = written.get(result["id"], (None, set()))
        what = f"flags of {invoice.number if invoice else 'a customer'}"
        # All of it happened before there were tills of ours: a clock was wrong, and the owner is told.
        expect(what, set(result["flags"]), flags | {"clock_off"})
        if invoice:
            expect(f"sale of {invoice.number}", result.get("sale"), result["id"])


def correct_stock(client, book, ids):
    for invoice in book.invoices:
        if invoice.kind != "stock":
            continue
        for line in invoice.lines:
            client.call("POST", f"/api/catalogue/products/{ids[line.code]}/stock/",
                        {"quantity": str(line.quantity), "note": f"{invoice.number} {line.name}".strip()})


def money(value):
    expect("currency", value["currency"], "GBP")
    return Decimal(value["amount"]) / 100


def check_sales(client, book, written):
    """Each sale on its own, and sums by invoice, day and product of what the API tells."""
    by_invoice, by_day, by_product = {}, {}, {}
    for row in client.all("/api/sales/"):
        invoice, flags = written[row["id"]]
        total = money(row["total"])
        expect(f"kind of {invoice.number}", row["kind"], invoice.kind)
        expect(f"time of {invoice.number}", datetime.datetime.fromisoformat(row["sold_at"].replace("Z", "+00:00")),
               invoice.at)
        expect(f"flags of {invoice.number}, kept", set(row["flags"]), flags | {"clock_off"})
        by_invoice[invoice.number] = by_invoice.get(invoice.number, Decimal(0)) + total
        day = row["sold_at"][:10]
        by_day[day] = by_day.get(day, Decimal(0)) + total
        detail = client.call("GET", f"/api/sales/{row['id']}/")
        expect(f"payments of {invoice.number}", [(money(t["amount"]), t["reference"]) for t in detail["tenders"]],
               [(total, invoice.number)])
        net = tax = Decimal(0)
        for line in detail["lines"]:
            quantity, takings = by_product.get(line["sku"], (0, Decimal(0)))
            by_product[line["sku"]] = (quantity + Decimal(line["quantity"]), takings + money(line["gross"]))
            net, tax = net + money(line["net"]), tax + money(line["tax"])
        expect(f"net and tax of {invoice.number}", (net, tax, net + tax), (money(row["net"]), money(row["tax"]), total))
    expect("number of sales", len(by_invoice), len(written))
    for what, found, wanted in (("invoice", by_invoice, book.total_of_invoices()), ("day", by_day, book.total_of_days()),
                                ("product", by_product, book.total_of_products())):
        for key in sorted(found.keys() | wanted.keys()):
            expect(f"{what} {key}", found.get(key), wanted.get(key))
    return sum(by_day.values())


def check_reports(client, book, user):
    """The same sums as the shop's own reports tell them."""
    days = book.total_of_days()
    span = f"from={min(days)}&to={max(days)}"

    def report(by):
        told = client.call("GET", f"/api/reports/sales/?by={by}&{span}&limit=10000")
        expect(f"pages of the report by {by}", told["next"], None)
        return told

    everything = sum(days.values())
    sold = [invoice for invoice in book.invoices if invoice.kind == "sale"]
    given_back = [invoice for invoice in book.invoices if invoice.kind == "refund"]
    by_day = report("day")
    # A day without sales has its row, too.
    expect("report by day", {row["key"]: money(row["gross"]) for row in by_day["items"] if row["sales"]}, days)
    expect("sales and refunds of all days", (by_day["total"]["sales"], by_day["total"]["refunds"]),
           (len(sold), len(given_back)))
    hours = {}
    for line in book.lines:
        # In December London's clock shows UTC. A line belongs to its invoice's hour.
        hours[line.invoice] = hours.get(line.invoice, Decimal(0)) + line.price * line.quantity
    wanted = {}
    for invoice in sold + given_back:
        hour = invoice.at.hour
        wanted[hour] = wanted.get(hour, Decimal(0)) + hours[invoice.number]
    expect("report by hour", {int(row["key"]): money(row["gross"]) for row in report("hour")["items"]
                              if row["sales"] or row["refunds"]}, wanted)
    products = book.total_of_products()
    services = [products.pop(code) for code in invoices.SERVICES if code in products]
    found = {row["sku"]: (Decimal(row["quantity"]), money(row["gross"])) for row in report("product")["items"]}
    # Services are in no catalogue: reports add them up in one row.
    expect("services in the report by product", found.pop("", None),
           (sum(quantity for quantity, _ in services), sum(takings for _, takings in services)))
    for code in sorted(found.keys() | products.keys()):
        # What was sold and given back whole has no row.
        expect(f"report by product, {code}", found.get(code, (0, 0)), products.get(code))
    expect("report by tender", [(row["key"], row["tenders"], money(row["amount"])) for row in report("tender")["items"]],
           [("card", len(sold) + len(given_back), everything)])
    expect("report by cashier", [(row["key"], money(row["gross"])) for row in report("cashier")["items"]],
           [(user, everything)])
    tax = {row["tax_class"]: (money(row["gross"]), money(row["net"]) + money(row["tax"]))
           for row in report("tax")["items"]}
    free = sum(line.price * line.quantity for line in book.lines if line.code == "BANK CHARGES")
    expect("report by tax", tax, {"standard": (everything - free, everything - free), "zero": (free, free)})


def check_stock(client, book):
    for product in client.all("/api/catalogue/products/"):
        mine = book.products[product["sku"]]
        expect(f"stock of {mine.code}", Decimal(product["stock"]), Decimal(mine.left))


def fill(binary, data):
    book = invoices.Book()
    shop.make_shop(binary, data, SLUG, "Gifts and more", "GB", "GBP")
    told = shop.import_products(binary, data, SLUG, book.product_csv())
    expect("import", told.strip(), f"{len(book.products)} added, 0 changed, 0 refused, 0 left as they were.")
    with shop.Server(binary, data) as server:
        client = shop.Client(server.port)
        user = client.login(SLUG)["id"]
        ids = {product["sku"]: product["id"] for product in client.all("/api/catalogue/products/")}
        till = shop.Till(server.port, shop.run(binary, "till", "pair", "--data", data, "--tenant", SLUG).strip())
        written = ring_up(till, book, ids, user)
        # The till's clock still stands in 2010 for the first half; then somebody set it right. Both are flagged.
        half = len(till.waiting) // 2
        rest, till.waiting = till.waiting[half:], till.waiting[:half]
        results = till.deliver(lambda last: last)
        till.waiting = rest
        results += till.deliver(lambda _: int(time.time() * 1000))
        expect("records answered", len(results), till.seq)
        check_results(results, written)
        correct_stock(client, book, ids)
        takings = check_sales(client, book, written)
        check_reports(client, book, user)
        check_stock(client, book)
        kinds = {task["kind"] for task in client.all("/api/tasks/")}
        expect("tasks", kinds, {"clock_off", "price_differs"})
    shop.run(binary, "verify", "--data", data)
    return len(written), takings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.environ.get("RINGUP_BINARY", "build/ringup"))
    parser.add_argument("--keep", metavar="DIR")
    options = parser.parse_args()
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        count, takings = fill(options.binary, options.keep)
    else:
        with tempfile.TemporaryDirectory(prefix="ringup-retail-") as data:
            count, takings = fill(options.binary, data)
    for problem in problems[:20]:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} things are not as the file says")
    print(f"{count} sales and refunds, {takings} GBP: as the file says, to the penny.")
    if options.keep:
        print(f"{options.binary} serve --data {options.keep}    then sign in as {shop.OWNER}, {shop.PASSWORD}")


main()
