"""Freezes where the Rust library `tokenizers` sees the boundaries of grapheme clusters, as far as it shows, into
src/tokenizers/unicode/grapheme-tables.ts.

    python tests/reference/tokenizers/freeze_graphemes.py      (tokenizers==0.22.2)

Clusters show in the Precompiled normalizer alone: it looks for a cluster of up to five bytes as a whole, and at the
code points of longer ones. The charsmap made here has one rule, which replaces whatever begins with any byte by "X",
so that the number of X tells the clusters apart. What is not told apart by any text is not told apart here either:
regional indicators are ordinary characters, and so are consonants of more than three bytes.
"""

import pathlib
import struct

from frozen_tables import runs_within, write_tables
from tokenizers import normalizers
from unicode_probes import POINTS, categories, header, values

TARGET = pathlib.Path(__file__).parents[3] / "src/tokenizers/unicode/grapheme-tables.ts"


def any_byte_charsmap():
    """A double array in which each byte ends a key, whose value is 0: the first replacement."""
    units = [0] * 1024
    units[0] = 256 << 10
    for byte in range(1, 256):
        place = 256 ^ byte
        units[place] = ((place ^ 512) << 10) | (1 << 8) | byte
    units[512] = 1 << 31
    return struct.pack("<I", 4 * len(units)) + struct.pack("<1024I", *units) + b"X\0"


PRECOMPILED = normalizers.Precompiled(any_byte_charsmap())


def count(text):
    normalized = PRECOMPILED.normalize_str(text)
    assert set(normalized) <= {"X", "\0"}  # NUL ends every key
    return len(normalized)


PREPEND, MARK, ZWJ = "\u0600", "\u0300", "\u200d"  # of two, two and three bytes
PICTOGRAPH = "\u00a9"
CONSONANT, LINKER = "\u0915", "\u094d"
LEADING, VOWEL, TRAILING, LV, LVT = "\u1100", "\u1161", "\u11a8", "\uac00", "\uac01"


def size(text):
    return len(text.encode())


def joins_before(char, other):
    """Whether `char` and `other`, of three bytes, are one cluster: then the mark makes it longer than five bytes,
    else it shares a short one with `other`."""
    assert size(other) == 3
    return count(char + other + MARK) == 3 if size(char) >= 1 and size(char + other + MARK) >= 6 else None


def joins_after(other, char):
    """Whether `other`, of three bytes, and `char` are one cluster: else `other` shares a short one with the prefix."""
    assert size(other) == 3
    return count(PREPEND + other + char) == 3


def category(char):
    if char in "\r\n":
        return {"\r": "CR", "\n": "LF"}[char]
    if count(char + "a") == 1 and count("a" + char) == 2:
        return "Prepend"
    if count("a" + char) == 1:
        if char == ZWJ:
            return "ZWJ"
        joined = count(PICTOGRAPH + char + ZWJ + PICTOGRAPH + MARK) == 5
        return "Extend" if joined else "SpacingMark"
    whole = 1 if size(char) == 1 else 3
    if count(PREPEND + PREPEND + char) != whole:
        return "Control"
    if count(PICTOGRAPH + ZWJ + char) == 3:
        return "Pictographic"
    if size(char) < 3:
        return "Any"
    if joins_after(LEADING, char):
        if not joins_before(char, VOWEL):
            return "LVT"
        if joins_before(char, LEADING):
            return "L"
        return "V" if joins_after(LV, char) else "LV"
    if joins_after(LVT, char):
        return "T"
    if size(char) == 3 and count(CONSONANT + LINKER + char + MARK) == 4:
        return "Consonant"
    return "Any"


def conjunct(char, kind):
    """Of what may stand between two consonants: whether it links them, whether it lets others link them."""
    if kind not in ("Extend", "ZWJ"):
        return ""
    if count(CONSONANT + char + CONSONANT + MARK) == 4:
        return "Linker"
    return "Between" if count(CONSONANT + LINKER + char + CONSONANT + MARK) == 5 else ""


CODES = ["Any", "CR", "LF", "Control", "Extend", "ZWJ", "SpacingMark", "Prepend", "L", "V", "T", "LV", "LVT", "Pictographic", "Consonant"]
CONJUNCT = {"": 0, "Linker": 16, "Between": 32}


def kinds():
    """What each code point is to clusters, but for Hangul syllables, which the table leaves out."""
    found = {}
    for point in POINTS:
        kind = category(chr(point))
        if 0xAC00 <= point < 0xAC00 + 11172:
            assert kind == ("LV" if (point - 0xAC00) % 28 == 0 else "LVT"), hex(point)
            found[point] = 0
        else:
            found[point] = CODES.index(kind) + CONJUNCT[conjunct(chr(point), kind)]
    return values(found.__getitem__)


def main():
    table = runs_within(kinds(), 6, categories())
    write_tables(TARGET, header("freeze_graphemes.py"), {"graphemeTable": table})


if __name__ == "__main__":
    main()
