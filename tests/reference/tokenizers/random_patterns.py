"""Regular expressions in the syntax of Oniguruma, and texts for them, drawn at random."""

CHARACTERS = list("aabbcAB1 \n.-_'sSkKiıß") + ["é", "ſ", "\u212a", "ﬁ", "f", "t", "ﬆ", "\u0308", "ж", "中", "😀", "٣", "\r", "²"]
CLASSES = [
    r"\w", r"\W", r"\s", r"\S", r"\d", r"\D", r"\h", r"\H", r"\p{L}", r"\p{Lu}", r"\P{L}", r"\p{^N}", r"\pN", r"\p{Han}",
    r"\p{Greek}", r"\R", r"\X", ".", r"\N", r"\O", "[a-c]", "[^a]", "[[:alpha:]]", "[^[:space:]]", "[a-z&&[^b]]", r"[\p{L}\d]",
    r"[^\w\s]", "[sß]", "[k]", "[^s]", "[-a]", "[a-]", r"[\]\-a]", "[[:^alpha:]b]", "[[ab]c]", r"[^\r\n\p{L}\p{N}]", r"\p{Ll}",
    r"[\s\S]", r"\x{61}", r"\u0062", r"\n", "[[:punct:]]", "[[:word:]]", r"\p{Word}", r"[\w]", r"\p{Emoji}", "[a-c&&b-z]",
    "[^a-z&&[^b]]", r"\cJ", r"\101", r"[\x61-\x{7a}]", "[]a]", "[a[^b]]",
]
PLACES = ["^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", r"\G", r"\y", r"\Y"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{0,2}?", "{,2}", "{1,}", "{2}?", "{1,2}+", "{2,1}", "{1}", "{0}"]


def escaped(character):
    return "\\" + character if character in ".^$*+?()[]{}|\\" else character


def atom(rng, depth):
    kind = rng.random()
    if kind < 0.4:
        return escaped(rng.choice(CHARACTERS))
    if kind < 0.62:
        return rng.choice(CLASSES)
    if kind < 0.68:
        return rng.choice(PLACES)
    if depth == 0:
        return rng.choice("ab")
    inner, kind = alternatives(rng, depth - 1), rng.random()
    for limit, form in [
        (0.3, "(?:{})"), (0.42, "({})"), (0.5, "(?>{})"), (0.58, "(?={})"), (0.66, "(?!{})"), (0.72, "(?<={})"), (0.78, "(?<!{})"),
        (0.9, "(?i:{})"), (0.93, "(?i){}"), (0.95, "(?m:{})"), (0.97, "(?x: {} # c\n )"),
    ]:
        if kind < limit:
            return form.replace("{}", inner)
    return f"(?{rng.choice('WDSP')}:{inner})"


def sequence(rng, depth):
    text = ""
    for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
        text += atom(rng, depth)
        while rng.random() < 0.33:
            text += rng.choice(QUANTIFIERS)
    return text


def alternatives(rng, depth):
    return "|".join(sequence(rng, depth) if rng.random() > 0.04 else "" for _ in range(rng.choice([1, 1, 1, 2, 3])))


def random_pattern(rng):
    while True:
        pattern = alternatives(rng, 3)
        if len(pattern) <= 120:
            return pattern


SUBJECTS = [*CHARACTERS, "a", "b", " ", "s", "ss", "SS", "fi", "st", "\r\n", "'s", "a", "1", "\u0301", "\u200d", "👍🏽", "🇩🇪", "e\u0323"]


def random_subject(rng):
    return "".join(rng.choice(SUBJECTS) for _ in range(rng.randint(0, 9)))
