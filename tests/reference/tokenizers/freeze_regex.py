"""Freezes what the regular expressions of the Rust library `tokenizers` (Oniguruma) know about Unicode, beyond the
general categories that freeze_unicode.py writes, into src/tokenizers/unicode/: scripts, the properties that POSIX
brackets are made of, emoji, case folding, grapheme clusters; and what the pre-tokenizers UnicodeScripts and Digits know.

    python tests/reference/tokenizers/freeze_regex.py        (tokenizers==0.22.2)
"""

import pathlib

import freeze_graphemes
import unicode_probes
from frozen_tables import runs_within, write_tables, signed
from tokenizers import Regex, normalizers, pre_tokenizers
from unicode_probes import POINTS, categories, header, values

TARGET = pathlib.Path(__file__).parents[3] / "src/tokenizers/unicode"
# Unassigned and private planes take no part in scripts and properties but the categories.
INTERESTING = [point for point in POINTS if point < 0x34000 or 0xE0000 <= point < 0xE1000]
SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian
Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian
Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian
Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene
Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting
Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet
Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi
Wancho Warang_Citi Yezidi Yi Zanabazar_Square""".split()


def members(expression, points=INTERESTING):
    return unicode_probes.members(expression, points)


def matches(expression, text):
    split = pre_tokenizers.Split(Regex(expression), "removed", invert=True)
    return [piece for piece, _ in split.pre_tokenize_str(text)]


def scripts():
    script = {}
    for index, name in enumerate(SCRIPTS):
        found = members(f"\\p{{{name}}}")
        assert found, name
        for point in found:
            assert point not in script, hex(point)
            script[point] = name
    assert members(r"\p{Unknown}") == set(INTERESTING) - script.keys()
    assert members(r"\p{^Unknown}", [point for point in POINTS if point >= 0x34000]) == set(range(0xE0001, 0xE0002)) | set(
        range(0xE0020, 0xE0080)
    ) | set(range(0xE0100, 0xE01F0))
    # By number in the order in which they come, which makes the table short; 0 is none.
    names = list(dict.fromkeys(script[point] for point in sorted(script)))
    number = {name: index + 1 for index, name in enumerate(names)}
    return names, values(lambda point: number.get(script.get(point), 0))


def properties():
    """Properties as what they have beyond categories."""
    category = {name: members(f"\\p{{{name}}}") for name in "L Nl Lu Ll M Nd Pc P S Zs Cc Cn Lt".split()}
    space, alphabetic = members(r"\p{White_Space}"), members(r"\p{Alphabetic}")
    upper, lower = members(r"\p{Uppercase}"), members(r"\p{Lowercase}")
    word = alphabetic | category["M"] | category["Nd"] | category["Pc"]
    hexadecimal = set(map(ord, "0123456789abcdefABCDEF"))
    graphic = set(INTERESTING) - space - category["Cn"] - category["Cc"]
    # What src/tokenizers/regex/properties.ts takes for granted.
    assert alphabetic >= category["L"] | category["Nl"] and upper >= category["Lu"] and lower >= category["Ll"]
    assert members(r"\w") == members(r"\p{Word}") == word | set(map(ord, "²³¹¼½¾"))
    for expression, expected in [
        (r"[[:word:]]", word), (r"[\w]", word), (r"[\p{Word}]", word), (r"\s", space), (r"\d", category["Nd"]),
        (r"\h", hexadecimal), ("[[:xdigit:]]", hexadecimal), ("[[:alnum:]]", alphabetic | category["Nd"]),
        ("[[:alpha:]]", alphabetic), ("[[:upper:]]", upper), ("[[:lower:]]", lower), ("[[:digit:]]", category["Nd"]),
        ("[[:punct:]]", category["P"] | category["S"]), (r"\p{Punct}", category["P"]), ("[[:space:]]", space),
        ("[[:blank:]]", category["Zs"] | {9}), ("[[:cntrl:]]", category["Cc"]), ("[[:graph:]]", graphic),
        ("[[:print:]]", graphic | category["Zs"]), ("[[:ascii:]]", set(range(128))),
        (r"\p{LC}", category["Lu"] | category["Ll"] | category["Lt"]),
    ]:
        assert members(expression) == expected, expression
    assert space == set(map(ord, "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000")) | set(range(0x2000, 0x200B))
    letters = [
        alphabetic - category["L"] - category["Nl"],
        upper - category["Lu"],
        lower - category["Ll"],
        members(r"\p{Ideographic}"),
    ]
    emoji = "Emoji Emoji_Presentation Emoji_Modifier Emoji_Modifier_Base Emoji_Component Extended_Pictographic".split()
    return bits(letters), bits([members(f"\\p{{{name}}}") for name in emoji])


def bits(sets):
    return values(lambda point: sum((point in found) << bit for bit, found in enumerate(sets)))


def case_folding():
    """Groups of code points that match each other whatever their case, beyond what lowercase gives, and those that
    match several."""
    lower = normalizers.Lowercase()
    lowercase = {point: lower.normalize_str(chr(point)) for point in INTERESTING}
    cased = members(r"\p{Changes_When_Casefolded}") | members(r"\p{Changes_When_Casemapped}")
    cased |= {point for point in INTERESTING if lowercase[point] != chr(point)}
    everything = sorted(cased)
    separated = "\n".join(map(chr, everything))
    group_of = {}
    for point in everything:
        found = {ord(piece) for piece in matches(f"(?i:\\x{{{point:x}}})", separated)}
        assert point in found, hex(point)
        group_of[point] = frozenset(found)
    for group in group_of.values():
        assert all(group_of[point] == group for point in group)
    # What lowercase alone would say.
    leader = {point: point for point in everything}
    def find(point):
        while leader[point] != point:
            point = leader[point]
        return point
    wrong = []
    for point in everything:
        other = lowercase[point]
        if len(other) == 1 and other != chr(point):
            if ord(other) in group_of[point]:
                leader[find(point)] = find(ord(other))
            else:
                wrong.append((point, other))
    missing = []
    for point in everything:
        first = min(group_of[point])
        if find(first) != find(point):
            leader[find(point)] = find(first)
            missing.append((point, chr(first)))
    print("case: lowercase beyond folding", [hex(point) for point, _ in wrong], "folding beyond it", len(missing))
    several = []
    for point in everything:
        # Python's tables are older, but no folding onto several code points has come since.
        folded = chr(point).casefold()
        if len(folded) > 1:
            assert matches(f"(?i:\\x{{{point:x}}})", folded) == [folded], hex(point)
            several.append((point, folded))
        elif len(group_of[point]) == 1 and point in members(r"\p{Changes_When_Casefolded}", [point]):
            raise AssertionError(hex(point))
    for point, folded in several:
        assert folded == letters(point, dict(several)), hex(point)
    return {
        "foldedAlone": steps(point for point, _ in wrong),
        "foldedBeyondLowercase": steps(point for point, _ in missing),
        "foldedLikeThose": steps(ord(other) for _, other in missing),
        "foldedToSeveral": steps(point for point, _ in several),
    }


def steps(points):
    points = list(points)
    return "".join(signed(after - before) for before, after in zip([0, *points], points))


def letters(point, several):
    """What src/tokenizers/regex/case-folding.ts says that a code point folds onto that folds onto several."""
    if point in (0xDF, 0x1E9E):
        return "ss"
    parts = normalizers.NFKD().normalize_str(chr(point)).replace("\u0345", "\u03b9")
    parts = normalizers.Lowercase().normalize_str(parts)
    composed = normalizers.NFC().normalize_str(parts[:-1])
    iota = parts.endswith("\u03b9") and len(composed) == 1 and ord(composed) not in several
    return composed + "\u03b9" if iota else parts


def cluster_classes():
    """What \\X makes of each code point: 0 Other, 1 Control, 2 Extend, 3 ZWJ, 4 Prepend, 5 SpacingMark, 6 V (vowels
    outside the Hangul blocks)."""
    def joins(text):
        return len(matches(r"\X", text)) == 1
    category = {}
    for name in "Cc Cf Zl Zp Mn Me Mc".split():
        for point in members(f"\\p{{{name}}}"):
            category[point] = name
    expected = {"Cc": 1, "Cf": 1, "Zl": 1, "Zp": 1, "Mn": 2, "Me": 2, "Mc": 5}
    pictographic = members(r"\p{Extended_Pictographic}")
    exceptions = {}
    special = set(range(0x1100, 0x1200)) | set(range(0xA960, 0xA980)) | set(range(0xAC00, 0xD800)) | set(range(0x1F1E6, 0x1F200))
    for point in POINTS:
        if 0x34000 <= point < 0xE0000 or point >= 0xE1000:
            assert point >= 0xE1000 or joins(chr(point) + "\u0301") and not joins("a" + chr(point)), hex(point)
            continue
        char = chr(point)
        if not joins(char + "\u0301"):
            kind = 1
        elif joins("a" + char):
            if char == "\u200d":
                kind = 3
            else:
                kind = 2 if joins(f"\U0001f600{char}\u200d\U0001f600") else 5
        else:
            kind = 4 if joins(char + "a") else 0
            if kind == 0 and point not in special and joins("\u1100" + char):
                assert joins(char + "\u11a8") and joins(char + "\u1160") and joins("\uac00" + char)
                kind = 6
        if kind != expected.get(category.get(point), 0):
            exceptions[point] = kind
        # Jamo, syllables, regional indicators and pictographs are no exceptions: fixed ranges, or a property.
        assert joins(f"\U0001f600\u200d{char}") == (point in pictographic or kind in (2, 3, 5)), hex(point)
        if point not in special and kind == 0:
            assert not joins(char + "\u1160") and not joins(char + "\u11a8"), hex(point)
            assert not joins("\u1100" + char) and not joins("\U0001f1e6" + char), hex(point)
    print("clusters: exceptions", len(exceptions))
    return values(lambda point: exceptions.get(point, expected.get(category.get(point), 0)))


def unicode_scripts():
    """Classes of the UnicodeScripts pre-tokenizer: 0 joins what is before it, others only join their like."""
    split = pre_tokenizers.UnicodeScripts()
    def pieces(text):
        return len(split.pre_tokenize_str(text))
    points = [point for point in POINTS if point < 0x34000 or 0xE0000 <= point < 0xE1000 or point % 0x400 in (0, 0x3FE, 0x3FF)]
    free = {point for point in points if pieces(chr(point)) == 0}
    representatives, value = [], {}
    for point in points:
        if point in free:
            value[point] = 0
            continue
        before = value.get(point - 1, 0)
        order = ([before] if before else []) + [i + 1 for i in range(len(representatives)) if i + 1 != before]
        for candidate in order:
            if pieces(representatives[candidate - 1] + chr(point)) == 1:
                value[point] = candidate
                break
        else:
            representatives.append(chr(point))
            value[point] = len(representatives)
    print("UnicodeScripts: classes", len(representatives))
    def value_of(point):
        while point not in value:
            point -= 1
        return value[point]
    return values(value_of)


def digits():
    split = pre_tokenizers.Digits(individual_digits=True)
    return values(lambda point: len(split.pre_tokenize_str("a" + chr(point))) == 2)


def main():
    category, kinds = categories(), freeze_graphemes.kinds()
    names, script = scripts()
    letters, emoji = properties()
    short = ",".join(name.lower().replace("_", "") for name in names)
    write("script-table.ts", {"scriptNames": short, "scriptTable": runs_within(script, 8, category)})
    tables = {
        "splitScriptTable": runs_within(unicode_scripts(), 8, script),
        "numericTable": runs_within(digits(), 1, category),
    }
    write("pre-tokenizer-tables.ts", tables)
    tables = {
        "letterTable": runs_within(letters, 4, category),
        "emojiTable": runs_within(emoji, 6, kinds),
        "clusterTable": runs_within(cluster_classes(), 3, kinds),
    }
    write("property-tables.ts", tables)
    write("folding-tables.ts", case_folding())


def write(file, tables):
    write_tables(TARGET / file, header("freeze_regex.py"), tables)


main()
