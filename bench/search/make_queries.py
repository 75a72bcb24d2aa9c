"""Made bench/search/queries.tsv from the list of 100,000 products: kind, query, the name that is wanted.

make_queries.py PRODUCTS.csv > queries.tsv
"""
import csv
import random
import re
import sys
import unicodedata

random.seed(20)
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    names = [row[2].strip() for row in list(csv.reader(file))[1:]]


def plain(text):
    for letter, base in (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("’", "'")):
        text = text.replace(letter, base)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def words(text):
    return [word for word in re.split(r"[\W_]+", text) if word]


def typo(word, first=False):
    at = 0 if first else random.randrange(1, len(word))
    kind = random.choice("diss")
    if kind == "d":
        return word[:at] + word[at + 1:]
    if kind == "i":
        return word[:at] + random.choice("aeinrst") + word[at:]
    if kind == "s" and random.random() < 0.5:
        letter = random.choice([c for c in "aeioulnrst" if c != word[at].lower()])
        return word[:at] + letter + word[at + 1:]
    if at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    return word[:at] + word[at + 1:]


def with_typo(text, first=False):
    parts = words(text)
    at = random.choice([i for i, word in enumerate(parts) if len(word) >= 5])
    parts[at] = typo(parts[at], first)
    return " ".join(parts)


def swapped(text):
    parts = words(text)
    random.shuffle(parts)
    return " ".join(parts)


def unfinished(text):
    parts = words(text)
    parts[-1] = parts[-1][: -1 - random.randrange(2)]
    return " ".join(parts)


pool = [n for n in names
        if 2 <= len(words(n)) <= 5 and len(n) <= 45 and not re.search(r"\d|[\x80-\x9f]|\?", n)]
long_words = [n for n in pool if any(len(word) >= 5 for word in words(n.lower()))]
accents = [n for n in pool if plain(n) != n and any(len(word) >= 4 for word in words(n))]
accents_long = [n for n in accents if len(words(plain(n))) >= 2 and any(len(w) >= 5 for w in words(plain(n)))]
endings = [n for n in pool if len(words(n)[-1]) >= 4]


def draw(kind, count, source, make):
    done = 0
    while done < count:
        name = random.choice(source)
        query = make(name)
        if query == " ".join(words(name.lower())):
            continue
        print(kind, query, name, sep="\t")
        done += 1


draw("typo", 40, long_words, lambda n: with_typo(n.lower()))
draw("first_letter", 10, long_words, lambda n: with_typo(n.lower(), True))
draw("accents", 40, accents, lambda n: plain(n).lower())
draw("swapped", 30, pool, lambda n: swapped(n.lower()))
draw("all_three", 20, accents_long, lambda n: with_typo(swapped(plain(n).lower())))
draw("unfinished", 30, endings, lambda n: unfinished(n.lower()))
