"""Writes sets and mappings of code points as the strings that src/tokenizers/unicode/codec.ts reads."""

import sys

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


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


def write_tables(target, header, tables):
    lines = list(header)
    for name, text in tables.items():
        statement = f'export const {name} = "{text}";'
        lines.append(statement if len(statement) <= 110 else f'export const {name} =\n  "{text}";')
        print(name, len(text), file=sys.stderr)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
