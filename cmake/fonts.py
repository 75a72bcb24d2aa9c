"""Makes the fonts of the apps: subsets of Inter and of the icon font, and the header that names the icons.

Usage: fonts.py INTER_FOLDER LUCIDE_FOLDER ICONS_TXT OUT_FOLDER

Writes OUT_FOLDER/fonts/{inter-regular,inter-semibold,icons}.ttf and OUT_FOLDER/icons.h. The fonts are static
TrueType ones without layout tables, which ImGui's rasteriser and browsers both read. ImGui knows no OpenType
features, so Inter's tabular digits take the place of its proportional ones. Nothing depends on the clock: the
same input gives the same bytes.
"""
import json
import logging
import os
import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

# Latin with its European and Vietnamese neighbours, Greek, Cyrillic, and the signs a receipt may need.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1CD, 0x1D4), (0x1E6, 0x1E7), (0x1FA, 0x1FF), (0x218, 0x21B),
    (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x304), (0x308, 0x308), (0x30C, 0x30C),
    (0x37E, 0x37E), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3CE),
    (0x400, 0x45F), (0x490, 0x493), (0x49A, 0x49B), (0x4A2, 0x4A3), (0x4AE, 0x4B1), (0x4D8, 0x4D9), (0x4E8, 0x4E9),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9), (0x2009, 0x200A), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044),
    (0x20A0, 0x20C0), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x2215, 0x2215),
    (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265), (0x25A0, 0x25A1), (0x25CF, 0x25CF), (0x2713, 0x2713),
    (0xFFFD, 0xFFFD),
]
# Largest distance of a quadratic outline from the cubic one, in units of a 2816-unit em: a tenth of a pixel at 200 px.
CURVE_ERROR_MAX = 1.4


def subset_options():
    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "GlyphOrder", "FFTM"]
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [1, 2, 4, 6, 13, 14]  # family, style, full name, PostScript name, licence
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    return options


def tabular_digits(font):
    """Maps each digit's character to its tabular glyph, as the feature tnum would."""
    features = font["GSUB"].table.FeatureList.FeatureRecord
    lookups = next(record.Feature.LookupListIndex for record in features if record.FeatureTag == "tnum")
    swap = {}
    for index in lookups:
        for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
            swap.update(getattr(table, "ExtSubTable", table).mapping)
    changed = 0
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        for digit in range(ord("0"), ord("9") + 1):
            if table.cmap.get(digit) in swap:
                table.cmap[digit] = swap[table.cmap[digit]]
                changed += 1
    if changed < 10:
        sys.exit("this Inter has no tabular digits where they are expected")


def to_truetype(font):
    """Turns CFF outlines into quadratic ones."""
    glyphs = font.getGlyphSet()
    table = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = {}
    for name in table.glyphOrder:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, CURVE_ERROR_MAX, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for field, value in {
            "maxZones": 1, "maxTwilightPoints": 0, "maxStorage": 0, "maxFunctionDefs": 0, "maxInstructionDefs": 0,
            "maxStackElements": 0, "maxSizeOfInstructions": 0, "maxComponentElements": 0}.items():
        setattr(font["maxp"], field, value)
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def write_inter(source, target):
    font = TTFont(source, recalcTimestamp=False)
    tabular_digits(font)
    subsetter = subset.Subsetter(subset_options())
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    to_truetype(font)
    font.save(target)


def read_icon_names(path):
    with open(path, encoding="utf-8") as file:
        names = [line.split("#", 1)[0].strip() for line in file]
    return sorted({name for name in names if name})


def write_icons(lucide, names, target, header):
    with open(os.path.join(lucide, "font", "codepoints.json"), encoding="utf-8") as file:
        codepoints = json.load(file)
    unknown = [name for name in names if name not in codepoints]
    if unknown:
        sys.exit("assets/icons.txt names icons that lucide does not have: " + ", ".join(unknown))
    font = TTFont(os.path.join(lucide, "font", "lucide.ttf"), recalcTimestamp=False)
    subsetter = subset.Subsetter(subset_options())
    subsetter.populate(unicodes=[codepoints[name] for name in names])
    subsetter.subset(font)
    font["post"].formatType = 3.0
    font.save(target)
    lines = [
        "#pragma once", "/// The icons of assets/icons.txt as UTF-8 text, to be drawn with the icon font. Written by",
        "/// cmake/fonts.py.", "", "namespace ringup {", "",
    ]
    for name in names:
        escaped = "".join(f"\\x{byte:02x}" for byte in chr(codepoints[name]).encode("utf-8"))
        lines.append(f"inline constexpr char icon_{name.replace('-', '_')}[] = \"{escaped}\";")
    used = [codepoints[name] for name in names]
    lines += ["", "/// The first and the last character of the icon font.",
              f"inline constexpr unsigned icon_first = 0x{min(used):x};",
              f"inline constexpr unsigned icon_last = 0x{max(used):x};", "", "}  // namespace ringup", ""]
    with open(header, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def main():
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # about quirks of the sources
    inter, lucide, icons, out = sys.argv[1:]
    fonts = os.path.join(out, "fonts")
    os.makedirs(fonts, exist_ok=True)
    write_inter(os.path.join(inter, "Inter-Regular.otf"), os.path.join(fonts, "inter-regular.ttf"))
    write_inter(os.path.join(inter, "Inter-SemiBold.otf"), os.path.join(fonts, "inter-semibold.ttf"))
    write_icons(lucide, read_icon_names(icons), os.path.join(fonts, "icons.ttf"), os.path.join(out, "icons.h"))


main()
