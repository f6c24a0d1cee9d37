"""Writes sets and mappings of code points as the strings that src/tokenizers/unicode/ reads: codec.ts (python-text, moses), digits.ts, runs.ts."""

import collections
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


def ranges(predicate, number=varint):
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
    return "".join(number(length) for length in lengths)


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


# Of ASCII, what a string may have as it is. More than 64, because a character among those of a program costs gzip
# more than six bits.
PRINTABLE = "".join(chr(code) for code in range(37, 127) if code != 92)


def number(value, last=75):
    """Whole number, for NumberReader in src/tokenizers/unicode/digits.ts."""
    above = len(PRINTABLE) - last
    return PRINTABLE[value] if value < last else PRINTABLE[last + value % above] + number(value // above)


def signed(value):
    return number(value * 2 if value >= 0 else -value * 2 - 1)


class ArithmeticWriter:
    """The counterpart of ArithmeticReader in src/tokenizers/unicode/arithmetic-code.ts, with the same names."""

    RATES = [int(32768 / (times + 1.6)) for times in range(16)]

    def __init__(self):
        self.probabilities, self.times = [16384] * 32768, [0] * 32768
        self.low, self.range, self.digits = 0, 1, 0

    def number(self, value, width, context):
        assert value < 2**width
        node = 1
        for i in reversed(range(width)):
            bit = value >> i & 1
            self.bit(bit, context, node)
            node = 2 * node + bit

    def length(self, value, context):
        count = value.bit_length() - 1
        for i in range(count):
            self.bit(1, context, i)
        self.bit(0, context, count)
        for i in range(count, 0, -1):
            head = value >> i
            self.bit(value >> i - 1 & 1, context, 32 + 16 * count + (head if head < 8 else 7 + i))

    def bit(self, bit, context, node=0):
        while self.range < 2**23:
            self.range *= len(PRINTABLE)
            self.low *= len(PRINTABLE)
            self.digits += 1
        place = (context * 0x9E3779B1 + node * 0x85EBCA6B & 0xFFFFFFFF) >> 17
        probability = self.probabilities[place]
        split = (self.range >> 15) * probability
        if bit:
            self.range = split
        else:
            self.low += split
            self.range -= split
        goal = 32768 - 32 if bit else 32
        self.probabilities[place] += (goal - probability) * self.RATES[self.times[place]] >> 15
        self.times[place] = min(self.times[place] + 1, 15)

    def text(self):
        """The shortest digits that point into the range that is left; the reader takes zeros to follow them."""
        for dropped in range(self.digits, -1, -1):
            unit = len(PRINTABLE) ** dropped
            value = -(-self.low // unit)
            if value * unit < self.low + self.range:
                break
        digits = ""
        for _ in range(self.digits - dropped):
            value, digit = divmod(value, len(PRINTABLE))
            digits = PRINTABLE[digit] + digits
        return digits


EXPECTED, NEW, VALUE, WHOLE, LENGTH, UNIFORM = range(6)


def context(read, first, second=0):
    return read + 8 * (first + 256 * second)


def runs(values):
    """A table of a value for each code point, for readRuns in src/tokenizers/unicode/runs.ts: what a character says
    of runs, the rests of lengths, and the number of characters of each value."""
    found, point = [], 0
    while point < 0x110000:
        found.append((values[point], run_length(values, point)))
        point += found[-1][1]
    count = collections.Counter(found)
    places = [1] * (max(values) + 1)
    while sum(places) < len(PRINTABLE):
        # To the value of which most runs have the length that would get a character.
        places[max(range(len(places)), key=lambda value: count[value, places[value]])] += 1
    characters, rests = "", ""
    for value, length in found:
        shown = min(length, places[value])
        characters += PRINTABLE[sum(places[:value]) + shown - 1]
        if shown == places[value]:
            rests += number(length - shown)
    return characters, rests, "".join(PRINTABLE[number] for number in places)


def runs_within(values, width, base):
    """A table of a value for each code point, told by the runs of `base`, for readRunsWithin."""
    writer, last_of, uniform = ArithmeticWriter(), [0] * 256, {}
    within = collections.defaultdict(set)
    for value, around in zip(values, base):
        within[around].add(value)
    highest = previous = point = 0
    while point < 0x110000:
        start, around, end = point, base[point], point + run_length(base, point)
        if uniform.get(around):
            previous, point = last_of[around], end
            continue
        if around not in uniform:
            uniform[around] = len(within[around]) == 1
            writer.bit(int(uniform[around]), context(UNIFORM, 0))
        while point < end:
            value, expected = values[point], last_of[around]
            if point == start:
                writer.bit(int(value == expected), context(EXPECTED, around, int(previous == expected)))
            if point > start or value != expected:
                writer.bit(int(value == highest + 1), context(NEW, around))
                if value != highest + 1:
                    writer.number(value, width, context(VALUE, previous))
            length = min(run_length(values, point), end - point)
            if end - point > 1 and not uniform[around]:
                writer.bit(int(point + length == end), context(WHOLE, around))
            if point + length < end:
                writer.length(length, context(LENGTH, value))
            highest, last_of[around], previous = max(highest, value), value, value
            point += length
    return writer.text()


COMPOSED, CANONICAL, COMPATIBLE = range(3)
NEAR = 512


def decompositions(entries, lowercase, base):
    """How code points decompose, for decompositions.ts in src/tokenizers/unicode: a table of kinds by the runs of `base`,
    the kinds (form and length), and the parts. `entries` are (code point, form, parts), `lowercase` a mapping."""
    kinds, kind_of = [], bytearray(0x110000)
    for point, form, parts in entries:
        kind = (form, len(parts))
        if kind not in kinds:
            kinds.append(kind)
        kind_of[point] = 1 + kinds.index(kind)
    writer, previous, modes, implied = ArithmeticWriter(), [0] * 32, 0, {}
    for point, form, parts in entries:
        if form == COMPOSED:
            first, second = parts
            if point in implied:
                assert parts == implied[point], hex(point)
                continue
            implied[lowercase.get(point, point)] = [lowercase.get(first, first), second]
        for place, part in enumerate(parts):
            last, where = previous[place], form + 3 * min(place, 1)
            step = part - last
            mode = 1 if step == 1 else 2 if step == 0 else 3 if abs(step) < NEAR and place == 0 else 0
            writer.number(mode, 2, context(MODE, where + 8 * min(len(parts), 3), modes))
            if mode == 3:
                writer.bit(int(step > 0), context(SIGN, where))
                writer.length(abs(step), context(STEP, where))
            elif mode == 0:
                writer.number(part >> 6, 12, context(HIGH, where))
                writer.number(part & 63, 6, context(LOW, part >> 6))
            modes, previous[place] = (modes << 2 | mode) & 15, part
    return runs_within(kind_of, 4, base), "".join(number(3 * length + form) for form, length in kinds), writer.text()


MODE, SIGN, STEP, HIGH, LOW = range(5)


def run_length(values, start):
    end = start + 1
    while end < 0x110000 and values[end] == values[start]:
        end += 1
    return end - start


def write_tables(target, header, tables):
    lines = list(header)
    for name, text in tables.items():
        statement = f'export const {name} = "{text}";'
        lines.append(statement if len(statement) <= 110 else f'export const {name} =\n  "{text}";')
        print(name, len(text), file=sys.stderr)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
