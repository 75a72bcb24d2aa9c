"""The invoices of tests/data/online-retail as a shop's sales, and what they must add up to.

The rule, line by line of the file:

  goods      a stock code of digits, perhaps with letters behind: a product. Codes that differ only in capitals are one.
             The catalogue holds the first price above zero that the file has for it, and as much stock as the file takes
             away. It is sold at the price of the line; where that is not the catalogue's, the sale is flagged
             price_differs.
  services   POST, DOT and C2 (postage and carriage), M (typed by hand), D (money off that was given later) and BANK
             CHARGES: lines at an open price, without a product and so without stock. Tax: as the goods they come with
             (standard), bank charges zero.
  C…         an invoice whose number begins with C gives goods or money back: an unlinked refund, for the file does not
             say of which sale. Its quantities are negative, its prices are not.
  gifts      price 0 among lines that are paid: sold at the catalogue's price with all of it taken off.
  stock      price 0 in an invoice without a paid line, and any negative quantity outside C: no sale at all. What was
             found, lost, broken or written off is a correction of the stock by that quantity.

Prices hold the tax. All are paid by card; the invoice's number is the payment's reference. A customer number is a
customer.

Everything here is integers and Decimal: nothing is shared with the code that is tested.
"""
import csv
import datetime
import os
import re
from decimal import ROUND_HALF_UP, Decimal

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/online-retail/online-retail-10k.csv")
GOODS = re.compile(r"[0-9]{5}[A-Za-z]{0,3}")
SERVICES = {"POST": "standard", "DOT": "standard", "C2": "standard", "M": "standard", "D": "standard",
            "BANK CHARGES": "zero"}
RATES = {"standard": 200_000, "zero": 0}  # parts per million, as a business in GB has them
NO_PRODUCT = "00000000-0000-0000-0000-000000000000"


class Line:
    def __init__(self, row):
        self.invoice = row["InvoiceNo"]
        self.code = row["StockCode"].upper()
        self.name = row["Description"].strip()
        self.quantity = int(row["Quantity"])
        self.price = Decimal(row["UnitPrice"])
        self.at = datetime.datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=datetime.timezone.utc)
        self.customer = row["CustomerID"].split(".")[0]
        self.is_goods = bool(GOODS.fullmatch(self.code))
        if not self.is_goods and self.code not in SERVICES:
            raise ValueError(f"invoice {self.invoice}: {self.code} is neither goods nor a service that is known")


class Product:
    def __init__(self, code):
        self.code = code
        self.name = ""
        self.price = Decimal(0)
        self.taken = 0  # pieces that go out: sold, or written off
        self.left = 0   # pieces that come in: given back, or found


class Invoice:
    """Lines with one number, and what becomes of them: "sale", "refund" or "stock"."""

    def __init__(self, number, lines):
        self.number = number
        self.lines = lines
        # One invoice of the file has a line that was written a minute later.
        self.at = min(line.at for line in lines)
        self.customer = next((line.customer for line in lines if line.customer), None)
        if number.startswith("C"):
            self.kind = "refund"
        elif any(line.price > 0 and line.quantity > 0 for line in lines):
            self.kind = "sale"
        else:
            self.kind = "stock"
        for line in lines:
            if self.kind != "stock" and (line.quantity < 0) != (self.kind == "refund"):
                raise ValueError(f"invoice {number}: a quantity of {line.quantity} has no place in a {self.kind}")


class Book:
    """All of the file: invoices in its order, and products by code."""

    def __init__(self, path=FILE):
        with open(path, encoding="utf-8", newline="") as file:
            self.lines = [Line(row) for row in csv.DictReader(file)]
        by_number = {}
        for line in self.lines:
            by_number.setdefault(line.invoice, []).append(line)
        self.invoices = [Invoice(number, lines) for number, lines in by_number.items()]
        self.products = {}
        for line in self.lines:
            if not line.is_goods:
                continue
            product = self.products.setdefault(line.code, Product(line.code))
            if line.price > 0:
                product.price = product.price or line.price
                product.name = product.name or line.name
        for product in self.products.values():
            product.name = product.name or f"Article {product.code}"
        for invoice in self.invoices:
            for line in invoice.lines:
                if not line.is_goods:
                    continue
                out = -line.quantity if invoice.kind == "stock" else line.quantity
                self.products[line.code].taken += max(out, 0)
                self.products[line.code].left += max(-out, 0)

    def product_csv(self):
        """The import file, as text."""
        rows = ["sku,barcode,name,category,price,tax_class,stock"]
        for product in self.products.values():
            name = product.name.replace('"', '""')
            rows.append(f'{product.code},,"{name}",,{product.price},standard,{product.taken}')
        return "\n".join(rows) + "\n"

    # What the shop must say, straight from the file's lines.

    def total_of_invoices(self):
        totals = {}
        for line in self.lines:
            totals[line.invoice] = totals.get(line.invoice, Decimal(0)) + line.price * line.quantity
        return {number: totals[number] for number in (i.number for i in self.invoices if i.kind != "stock")}

    def total_of_days(self):
        totals = {}
        for line in self.lines:
            day = line.at.date().isoformat()
            totals[day] = totals.get(day, Decimal(0)) + line.price * line.quantity
        return totals

    def total_of_products(self):
        """By code, services too: (quantity, takings) of everything that was sold or given back."""
        sold = {invoice.number for invoice in self.invoices if invoice.kind != "stock"}
        totals = {}
        for line in self.lines:
            if line.invoice in sold:
                quantity, takings = totals.get(line.code, (0, Decimal(0)))
                totals[line.code] = (quantity + line.quantity, takings + line.price * line.quantity)
        return totals


def milliseconds(at):
    return int(at.timestamp()) * 1000


def minor(amount):
    """Pounds as pence; the file has no smaller part."""
    scaled = amount * 100
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than GBP")
    return int(scaled)


def tax_inside(gross, rate):
    """Pence of tax in `gross` pence, rounded half away from zero."""
    exact = Decimal(gross) * rate / (1_000_000 + rate)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def body_of(invoice, book, ids, receipt, user, customer):
    """(body of the journal record, flags that it must get beside clock_off). `ids`: of products by code."""
    lines, total, flags = [], 0, set()
    for number, line in enumerate(invoice.lines, 1):
        price, discount = line.price, 0
        if line.is_goods:
            listed = book.products[line.code].price
            if price == 0:
                price, discount = listed, minor(listed * line.quantity)
            elif price != listed and invoice.kind == "sale":
                flags.add("price_differs")
        gross = minor(price * line.quantity) - discount
        tax_class = "standard" if line.is_goods else SERVICES[line.code]
        tax = tax_inside(gross, RATES[tax_class])
        written = {"line": number, "product": ids[line.code] if line.is_goods else NO_PRODUCT, "sku": line.code,
                   "name": line.name or book.products[line.code].name, "quantity": line.quantity * 1000,
                   "unit_price": minor(price) * 100, "tax_class": tax_class, "rate": RATES[tax_class],
                   "net": gross - tax, "tax": tax, "gross": gross}
        if discount:
            written |= {"discount": discount, "discount_reason": "Gift"}
        lines.append(written)
        total += gross
    body = {"lines": lines, "rules": {"mode": "per_line", "tax": "inside"},
            "tenders": [{"kind": "card", "amount": total, "reference": invoice.number}], "change": 0, "total": total,
            "currency": "GBP", "receipt": receipt}
    if customer:
        body["customer"] = customer
    if invoice.kind == "refund":
        body |= {"sale": "", "unlinked": True, "allowed_by": user}
    return body, flags
