"""Freezes what the Rust library `tokenizers` knows about Unicode into src/tokenizers/unicode/*.ts.

Every table is probed through the library's public components, one code point at a time, so that the
TypeScript tokenizers agree with it on every engine, whatever Unicode version the engine ships.

    python tests/reference/tokenizers/freeze_unicode.py      (tokenizers==0.22.2)
"""

import hashlib
import pathlib
import unicodedata

from frozen_tables import (
    CANONICAL,
    COMPATIBLE,
    COMPOSED,
    decompositions,
    number,
    ranges,
    runs,
    runs_within,
    signed,
    write_tables,
)
from tokenizers import normalizers, pre_tokenizers
from unicode_probes import POINTS, categories, header, values

TARGET = pathlib.Path(__file__).parents[3] / "src/tokenizers/unicode"


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
    lowercase, canonical, compatible, excluded = [], [], [], set()
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
                excluded.add(point)
        if compatibly != decomposed:
            compatible.append((point, compatibly))
    return sets, lowercase, canonical, compatible, excluded


def combining_classes():
    """Classes found by asking which of two marks moves in front of the other. The class values are those of
    the representatives below (every class in use has one)."""
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


def decomposed(canonical, compatible, excluded):
    """For each code point that decomposes but Hangul syllables: its form and parts. Of what is composed again, two parts,
    of which the first may be composed itself; of all else, what it decomposes to in the end."""
    nfc, nfkd = normalizers.NFC(), normalizers.NFKD()
    compatible, found = dict(compatible), []
    for point, text in canonical:
        assert compatible.pop(point, text) == "".join(map(nfkd.normalize_str, text)), hex(point)
        parts = list(text) if point in excluded else [nfc.normalize_str(text[:-1]), text[-1]]
        found.append((point, CANONICAL if point in excluded else COMPOSED, list(map(ord, parts))))
    return sorted(found + [(point, COMPATIBLE, list(map(ord, text))) for point, text in compatible.items()])


def lower(lowercase):
    """For each code point the index of the step to its lowercase, and the steps from index 1 on."""
    steps, place = {0: 0}, {}
    for point, text in lowercase:
        if len(text) > 1:
            assert (point, text) == (0x130, "i\u0307")
        else:
            step = ord(text) - point
            place[point] = steps.setdefault(step, len(steps))
    return values(lambda point: place.get(point, 0)), list(steps)[1:]


def main():
    sets, lowercase, canonical, compatible, excluded = probe()
    category = categories()
    steps_of, steps = lower(lowercase)
    classes = dict(combining_classes())
    tables = {
        "classTable": runs_within(
            values(lambda point: sum((point in found) << bit for bit, found in enumerate(sets.values()))), 8, category
        ),
        "whitespaceRanges": ranges(sets["whitespace"].__contains__, number),
        "lowercaseTable": runs_within(steps_of, 7, category),
        "lowercaseSteps": "".join(map(signed, steps)),
        "combiningClassTable": runs_within(values(lambda point: classes.get(point, 0)), 8, category),
    }
    write_tables(TARGET / "tables.ts", header("freeze_unicode.py"), tables)
    characters, rests, counts = runs(category)
    tables = {"categoryRuns": characters, "categoryRests": rests, "categoryCounts": counts}
    write_tables(TARGET / "category-table.ts", header("freeze_unicode.py"), tables)
    simple = {point: ord(text) for point, text in lowercase if len(text) == 1}
    kinds, kind_list, parts = decompositions(decomposed(canonical, compatible, excluded), simple, category)
    tables = {"decompositionTable": kinds, "decompositionKinds": kind_list, "decompositionParts": parts}
    write_tables(TARGET / "decomposition-tables.ts", header("freeze_unicode.py"), tables)
    composed = {point: text for point, text in canonical if point not in excluded}
    print("for composition.test.ts:", *map(digest, [dict(canonical), dict(canonical) | dict(compatible), composed]))


def digest(decompositions):
    lines = [
        " ".join(f"{ord(part):04X}" for part in chr(point) + text) + "\n" for point, text in sorted(decompositions.items())
    ]
    return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


main()
