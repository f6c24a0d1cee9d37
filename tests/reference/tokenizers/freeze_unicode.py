"""Freezes what the Rust library `tokenizers` knows about Unicode into src/tokenizers/unicode/tables.ts.

Every table is probed through the library's public components, one code point at a time, so that the
TypeScript tokenizers agree with it on every engine, whatever Unicode version the engine ships.

    python tests/reference/tokenizers/freeze_unicode.py      (tokenizers==0.22.2)
"""

import pathlib
import sys

import tokenizers
from tokenizers import normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
TARGET = pathlib.Path(__file__).parents[3] / "src/tokenizers/unicode/tables.ts"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
POINTS = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]


def varint(value):
    """Unsigned integer as base-64 digits of five bits, lowest first; bit 5 says that more follow."""
    digits = ""
    while True:
        digit = value & 31
        value >>= 5
        digits += ALPHABET[digit | 32 if value else digit]
        if not value:
            return digits


def zigzag(value):
    return varint(value * 2 if value >= 0 else -value * 2 - 1)


def ranges(predicate):
    """Alternating lengths: so many code points outside, so many inside, ... Surrogates read as U+FFFD."""
    inside_replacement = predicate(0xFFFD)
    lengths, run, state = [], 0, False
    for point in range(0x110000):
        value = inside_replacement if 0xD800 <= point <= 0xDFFF else predicate(point)
        if value != state:
            lengths.append(run)
            run, state = 0, value
        run += 1
    if state:
        lengths.append(run)
    return "".join(varint(length) for length in lengths)


def mapping(entries):
    """Entries (code point, replacement): step, length, then each replacement as a difference to the one
    at the same place in the entry before."""
    text, last, previous = "", 0, [0] * 32
    for point, replacement in entries:
        text += varint(point - last) + varint(len(replacement))
        last = point
        for place, character in enumerate(replacement):
            text += zigzag(ord(character) - previous[place])
            previous[place] = ord(character)
    return text


def probe():
    bert_split = pre_tokenizers.BertPreTokenizer()
    words = pre_tokenizers.Whitespace()
    gaps = pre_tokenizers.WhitespaceSplit()
    punctuation = pre_tokenizers.Punctuation()
    flags = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    clean = normalizers.BertNormalizer(**{**flags, "clean_text": True})
    chinese = normalizers.BertNormalizer(**{**flags, "handle_chinese_chars": True})
    accents = normalizers.BertNormalizer(**{**flags, "strip_accents": True})
    marks, lower = normalizers.StripAccents(), normalizers.Lowercase()
    nfc, nfd, nfkc, nfkd = normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD()
    sets = {name: set() for name in ["whitespace", "punctuation", "dropped", "space", "han", "nonspacing", "mark", "word"]}
    lowercase, canonical, compatible, excluded = [], [], [], []
    for point in POINTS:
        char = chr(point)
        between = f"a{char}a"
        pieces = [piece for piece, _ in bert_split.pre_tokenize_str(between)]
        if pieces == ["a", "a"]:
            sets["whitespace"].add(point)
        elif pieces == ["a", char, "a"]:
            sets["punctuation"].add(point)
        assert (len(gaps.pre_tokenize_str(between)) == 2) == (point in sets["whitespace"])
        assert (len(punctuation.pre_tokenize_str(between)) == 3) == (point in sets["punctuation"])
        pieces = [piece for piece, _ in words.pre_tokenize_str(between)]
        assert (pieces == ["a", "a"]) == (point in sets["whitespace"]), hex(point)
        if len(pieces) == 1:
            sets["word"].add(point)
        cleaned = clean.normalize_str(between)
        if cleaned == "aa":
            sets["dropped"].add(point)
        elif cleaned == "a a":
            sets["space"].add(point)
        else:
            assert cleaned == between
        if chinese.normalize_str(between) != between:
            assert chinese.normalize_str(between) == f"a {char} a"
            sets["han"].add(point)
        if accents.normalize_str(char) == "" and nfd.normalize_str(char) == char:
            sets["nonspacing"].add(point)
        if marks.normalize_str(char) == "":
            sets["mark"].add(point)
        if lower.normalize_str(char) != char:
            lowercase.append((point, lower.normalize_str(char)))
        decomposed, compatibly = nfd.normalize_str(char), nfkd.normalize_str(char)
        if 0xAC00 <= point < 0xAC00 + 11172:
            continue
        if decomposed != char:
            canonical.append((point, decomposed))
            if nfc.normalize_str(decomposed) != char:
                excluded.append(point)
        if compatibly != decomposed:
            compatible.append((point, compatibly))
    return sets, lowercase, canonical, compatible, excluded


def combining_classes():
    """Classes found by asking which of two marks moves in front of the other. The class values are those of
    the representatives below (every class in use has one)."""
    import unicodedata

    nfd = normalizers.NFD()
    low, high = "\u0334", "\u0345"  # of class 1 and of class 240, the lowest and the highest
    marks = []
    for point in POINTS:
        char = chr(point)
        if nfd.normalize_str(char) == char and (
            nfd.normalize_str(high + char) == char + high or nfd.normalize_str(char + low) == low + char
        ):
            marks.append(point)
    representatives = {}
    for point in marks:
        representatives.setdefault(unicodedata.combining(chr(point)), chr(point))
    assert 0 not in representatives, "a mark that Python does not know"
    found = []
    for point in marks:
        char = chr(point)
        # Of its own class is the representative that moves neither before nor after it.
        (value,) = [
            value
            for value, other in representatives.items()
            if nfd.normalize_str(char + other) == char + other and nfd.normalize_str(other + char) == other + char
        ]
        found.append((point, value))
    return found


def class_runs(found):
    text, last, index = "", 0, 0
    while index < len(found):
        start, value = found[index]
        length = 1
        while index + length < len(found) and found[index + length] == (start + length, value):
            length += 1
        text += varint(start - last) + varint(length) + varint(value)
        last = start + length
        index += length
    return text


def main():
    sets, lowercase, canonical, compatible, excluded = probe()
    tables = {f"{name}Ranges": ranges(values.__contains__) for name, values in sets.items()}
    tables["lowercaseMap"] = mapping(lowercase)
    tables["canonicalMap"] = mapping(canonical)
    tables["compatibleMap"] = mapping(compatible)
    tables["compositionExclusions"] = "".join(
        varint(point - before) for before, point in zip([0, *excluded], excluded)
    )
    tables["combiningClassRuns"] = class_runs(combining_classes())
    lines = [
        "// Generated by tests/reference/tokenizers/freeze_unicode.py from tokenizers 0.22.2; do not edit.",
        "// unicode/codec.ts says how the strings are read.",
        "",
    ]
    for name, text in tables.items():
        statement = f'export const {name} = "{text}";'
        lines.append(statement if len(statement) <= 110 else f'export const {name} =\n  "{text}";')
        print(name, len(text), file=sys.stderr)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
