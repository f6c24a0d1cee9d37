"""Freezes what the Rust library `tokenizers` knows about Unicode into src/tokenizers/unicode/*.ts.

Every table is probed through the library's public components, one code point at a time, so that the
TypeScript tokenizers agree with it on every engine, whatever Unicode version the engine ships.

    python tests/reference/tokenizers/freeze_unicode.py      (tokenizers==0.22.2)
"""

import pathlib

import tokenizers
from frozen_tables import mapping, ranges, varint, write_tables
from tokenizers import Regex, normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
TARGET = pathlib.Path(__file__).parents[3] / "src/tokenizers/unicode"
POINTS = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]


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


CATEGORIES = "Cc Cf Cn Co Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()


def members(expression):
    """The code points that a one-character regular expression matches."""
    split = pre_tokenizers.Split(Regex(f"(?:{expression})+"), "removed", invert=True)
    found = set()
    # In parts, because the library is slow with offsets in long texts.
    for low in range(0, len(POINTS), 0x8000):
        part = POINTS[low : low + 0x8000]
        for _, (start, end) in split.pre_tokenize_str("".join(map(chr, part))):
            found.update(part[start:end])
    return found


def category_runs():
    """General categories as the regular expressions know them: length and index in CATEGORIES of each run."""
    category = {}
    for index, name in enumerate(CATEGORIES):
        for point in members(f"\\p{{{name}}}"):
            assert point not in category, hex(point)
            category[point] = index
    text, run = "", 0
    for point in range(0x110000):
        value = category[0xFFFD if 0xD800 <= point <= 0xDFFF else point]
        after = category.get(point + 1, None) if point != 0xD7FF else category[0xFFFD]
        if 0xD800 <= point < 0xDFFF:
            after = category[0xFFFD]
        run += 1
        if after != value:
            text += varint(run) + varint(value)
            run = 0
    return text


def write(file, tables):
    header = [
        "// Generated by tests/reference/tokenizers/freeze_unicode.py from tokenizers 0.22.2; do not edit.",
        "// unicode/codec.ts says how the strings are read.",
        "",
    ]
    write_tables(TARGET / file, header, tables)


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
    write("tables.ts", tables)
    write("category-table.ts", {"categoryRuns": category_runs()})


main()
