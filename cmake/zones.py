"""Writes the time zones of this machine's tzdata as C++ tables: zones.py OUTPUT.

A zone is a list of moments from which on an offset from UTC holds, from 1990 to the end of 2099. What lies before is
taken as the first, what lies behind as the last. Zones that agree share one list: 600 names need some 200 lists.
"""
import bisect
import datetime
import os
import struct
import sys
import zoneinfo

FIRST = int(datetime.datetime(1990, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
LAST = int(datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
STEP = 14 * 86400  # the rule at the end of a file never changes the clock twice within it
UTC = datetime.timezone.utc


def path_of(name):
    for folder in zoneinfo.TZPATH:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise SystemExit(f"zones.py: no file for {name}; install the package tzdata")


def listed(name):
    """The moments that the file lists (RFC 8536, version 2): whatever happens between them is known from there."""
    with open(path_of(name), "rb") as file:
        data = file.read()
    magic, version, *counts = struct.unpack(">4s1s15x6l", data[:44])
    if magic != b"TZif" or version < b"2":
        raise SystemExit(f"zones.py: {name} is not a zone file of version 2")
    isutc, isstd, leap, times, types, chars = counts
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isutc
    times = struct.unpack(">4s1s15x6l", data[at:at + 44])[5]
    return [t for t in struct.unpack(f">{times}q", data[at + 44:at + 44 + 8 * times])]


def offset(zone, at):
    seconds = int(datetime.datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset().total_seconds())
    if seconds % 60:
        raise SystemExit(f"zones.py: {zone} has an offset of seconds in {at}")
    return seconds // 60


def changes(name):
    zone = zoneinfo.ZoneInfo(name)
    moments = listed(name)
    out = [(FIRST, offset(zone, FIRST))]

    def note(at):
        minutes = offset(zone, at)
        if minutes != out[-1][1]:
            out.append((at, minutes))

    for at in moments[bisect.bisect_right(moments, FIRST):]:
        if at < LAST:
            note(at)
    # Behind the last one listed the rule holds: look for its changes between two looks.
    at = max(FIRST, moments[-1] if moments else FIRST)
    while at < LAST:
        to = min(at + STEP, LAST)
        if offset(zone, to) != offset(zone, at):
            low, high = at, to
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == offset(zone, at) else (low, middle)
            if high < LAST:
                note(high)
        at = to
    return tuple(out)


def rows(values, width=110):
    line, text = "   ", []
    for value in values:
        if len(line) + len(str(value)) + 2 > width:
            text.append(line)
            line = "   "
        line += f" {value},"
    text.append(line)
    return "\n".join(text)


def main():
    names = sorted(name for name in zoneinfo.available_timezones()
                   if (name == "UTC" or "/" in name) and not name.startswith(("posix/", "right/", "SystemV/")))
    if len(names) < 300:
        raise SystemExit("zones.py: this machine has no time zones; install the package tzdata")
    places, moments, minutes, table = {}, [], [], []
    for name in names:
        found = changes(name)
        if found not in places:
            places[found] = len(moments)
            moments += [at for at, _ in found]
            minutes += [offset for _, offset in found]
        table.append(f'    {{"{name}", {places[found]}, {len(found)}}},')
    text = f"""// Made by cmake/zones.py from tzdata: {len(names)} names, {len(places)} lists.
constexpr std::uint32_t zone_moments[] = {{  // seconds since 1970
{rows(moments)}
}};
constexpr std::int16_t zone_minutes[] = {{  // east of UTC, from that moment on
{rows(minutes)}
}};
struct ZoneRow {{
  std::string_view name;
  std::uint32_t first, count;
}};
constexpr ZoneRow zone_rows[] = {{
""" + "\n".join(table) + "\n};\n"
    os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(text)


main()
