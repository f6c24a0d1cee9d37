"""Records what the Rust library `tokenizers` makes of its small components, of added tokens and of regular
expressions, in every odd combination, into src/tokenizers/fixtures/components.json.gz and regex.json.gz.

    python tests/reference/tokenizers/record_components.py            (tokenizers==0.22.2)
    python tests/reference/tokenizers/record_components.py 20 /tmp    twenty times as much, elsewhere, and then
    npx tsx tests/reference/tokenizers/compare_components.ts /tmp

Offsets are recorded in UTF-16 units. What makes the library panic is left out.
"""

import gzip
import json
import os
import pathlib
import random
import sys

import tokenizers
from random_patterns import random_pattern, random_subject
from samples import random_text, settle, utf16_positions
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 1
TARGET = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures"
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
PATTERNS = [
    r"\s+", r"\d", r"\w+|[^\w\s]+", r"[aeiou]{1,2}", r"(?i)e", r"\p{Lu}+", r"(?<=\w)(?=\W)", r"", r"x*", r"\b", r"^.",
    r".$", r"\p{Han}|\p{Hiragana}", r"[^\r\n\p{L}\p{N}]?\p{L}+", r"\X", r"\s*[\r\n]+|\s+(?!\S)|\s+", r"[[:punct:]]", r"(?i:'s|'t)",
    r"\p{M}", r"[\x{300}-\x{36f}]", r"[^\x{0}-\x{ffff}]", r"(a|b)+?", r"(?=a)", r"\R", r" {2,}",
]
STRINGS = [" ", "a", "e", ".", "the", "", "  ", "é", "\u0301", "aa", "中", "👍", "##", "'", "x̧", "\n"]
CONTENTS = ["", " ", "▁", "x", "ab", "😀", "é", "\u0301", "  "]


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (TARGET / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    print(name, len(text), (TARGET / name).stat().st_size)


def state(component):
    return json.loads(component.__getstate__())


def random_pattern_or_string(rng):
    return Regex(rng.choice(PATTERNS)) if rng.random() < 0.6 else rng.choice(STRINGS)


def random_splitter(rng):
    return rng.choice([
        lambda: pre_tokenizers.Split(random_pattern_or_string(rng), rng.choice(BEHAVIORS), rng.random() < 0.4),
        lambda: pre_tokenizers.Split(random_pattern_or_string(rng), rng.choice(BEHAVIORS), rng.random() < 0.4),
        lambda: pre_tokenizers.Digits(rng.random() < 0.5),
        lambda: pre_tokenizers.CharDelimiterSplit(rng.choice(" ea.中👍")),
        lambda: pre_tokenizers.FixedLength(rng.choice([1, 2, 3, 5])),
        lambda: pre_tokenizers.UnicodeScripts(),
        lambda: pre_tokenizers.Punctuation(rng.choice(BEHAVIORS)),
        lambda: pre_tokenizers.Whitespace(),
        lambda: pre_tokenizers.WhitespaceSplit(),
        lambda: pre_tokenizers.BertPreTokenizer(),
    ])()


def random_pre_tokenizer(rng):
    if rng.random() < 0.6:
        return random_splitter(rng)
    return pre_tokenizers.Sequence([random_splitter(rng) for _ in range(rng.randint(0, 3))])


def random_single_normalizer(rng):
    return rng.choice([
        lambda: normalizers.Replace(random_pattern_or_string(rng), rng.choice(CONTENTS)),
        lambda: normalizers.Replace(random_pattern_or_string(rng), rng.choice(CONTENTS)),
        lambda: normalizers.Strip(rng.random() < 0.7, rng.random() < 0.7),
        lambda: normalizers.Prepend(rng.choice(CONTENTS)),
        lambda: normalizers.Nmt(),
        lambda: normalizers.Lowercase(),
        lambda: normalizers.StripAccents(),
        lambda: rng.choice([normalizers.NFC, normalizers.NFD, normalizers.NFKC, normalizers.NFKD])(),
        lambda: normalizers.BertNormalizer(rng.random() < 0.5, rng.random() < 0.5, rng.choice([None, True, False]), rng.random() < 0.5),
    ])()


def random_normalizer(rng):
    if rng.random() < 0.4:
        return random_single_normalizer(rng)
    chain = []
    for _ in range(rng.randint(0, 4)):
        following = random_single_normalizer(rng)
        # What stands in front of all without being aligned with anything confuses the library: most normalizers then
        # panic, or leave it in twice.
        confused = chain and any(puts_in_front(item) for item in chain)
        if not confused or isinstance(following, (normalizers.Replace, normalizers.Prepend)):
            chain.append(following)
    return normalizers.Sequence(chain)


def puts_in_front(normalizer):
    if isinstance(normalizer, normalizers.Replace):
        return normalizer.normalize_str("\u0001 ")[:1] != "\u0001" or normalizer.normalize_str("a ")[:1] != "a"
    return isinstance(normalizer, normalizers.Prepend) and normalizer.prepend == ""


def random_single_decoder(rng):
    def strip():
        return decoders.Strip(rng.choice(" a▁é"), rng.randint(0, 2), rng.randint(0, 2))

    return rng.choice([
        lambda: decoders.Replace(random_pattern_or_string(rng), rng.choice(CONTENTS)),
        lambda: decoders.Fuse(),
        strip,
        lambda: decoders.ByteFallback(),
        lambda: decoders.CTC(rng.choice(["<pad>", "a", "x"]), rng.choice(["|", " ", "e"]), rng.random() < 0.5),
        lambda: decoders.WordPiece(rng.choice(["##", "", "@"]), rng.random() < 0.5),
    ])()


def random_decoder(rng):
    if rng.random() < 0.4:
        return random_single_decoder(rng)
    return decoders.Sequence([random_single_decoder(rng) for _ in range(rng.randint(0, 4))])


TOKENS = ["a", "b", "##a", "##ing", "▁the", "▁", " ", "  a", "<pad>", "|", ".", "n't", " do not", "'s", "é", "x", "👍", "@b", "<0x61>",
          "<0xE4>", "<0xB8>", "<0xAD>", "<0xFF>", "<0x+f>", "<0xg0>", "<0xé>", "<0x0a>", "aa", "caa", "aaca", "", "中", "<0xEF>", "<0xBB>", "<0xBF>"]


def utf16(text, pairs):
    at = utf16_positions(text)
    return [at[place] for pair in pairs for place in pair]


def survive(call):
    try:
        return call()
    except BaseException as error:
        assert type(error).__name__ == "PanicException", error
        return None


def record_pre_tokenizers():
    rng, rows = random.Random(11), []
    for _ in range(250 * TIMES):
        component, cases = random_pre_tokenizer(rng), []
        for _ in range(4):
            text = settle(random_text(rng))
            pieces = component.pre_tokenize_str(text)
            cases.append([text, [piece for piece, _ in pieces], utf16(text, [span for _, span in pieces])])
        rows.append([state(component), cases])
    return rows


def record_decoders():
    rng, rows = random.Random(13), []
    for _ in range(250 * TIMES):
        component, cases = random_decoder(rng), []
        for _ in range(4):
            tokens = [rng.choice(TOKENS) for _ in range(rng.randint(0, 9))]
            decoded = survive(lambda: component.decode(tokens))
            if decoded is not None:
                cases.append([tokens, decoded])
        rows.append([state(component), cases])
    return rows


ADDED = ["<a>", "a", "ab", "the", " x ", "[MASK]", "é", "É", "e\u0301", "中", "<a><b>", "  ", " ", "İ", "a b", "Fox", "fo", "fox", "##x",
         "_", "1", "12", "👍", "x", "▁", "▁a", "\u0301", "q"]


def vocabulary():
    tokens = ["[UNK]", *"abcdefghijklmnopqrstuvwxyz.,!?'-", *[f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"], "the", "##ing", "fox", "é", "中", " "]
    return {token: id for id, token in enumerate(tokens)}


def random_added(rng):
    return [
        AddedToken(
            rng.choice(ADDED),
            single_word=rng.random() < 0.3,
            lstrip=rng.random() < 0.3,
            rstrip=rng.random() < 0.3,
            normalized=rng.random() < 0.5,
            special=rng.random() < 0.4,
        )
        for _ in range(rng.randint(0, 6))
    ]


def text_with(rng, contents):
    parts = [random_text(rng)[:40]]
    for _ in range(rng.randint(0, 6)):
        parts.append(rng.choice([*contents, *contents, " ", "  ", "a", "Fox", "\t", "é", "-", "xa "]))
    rng.shuffle(parts)
    return settle("".join(parts))


def row(text, encoding):
    return [encoding.ids, encoding.tokens, utf16(text, encoding.offsets), encoding.word_ids]


def record_pipelines():
    """Each character a word of its own shows what every character is aligned with; WordPiece, what a model sees."""
    rng, rows = random.Random(17), []
    vocab = vocabulary()
    for _ in range(300 * TIMES):
        by_character = rng.random() < 0.5
        model = models.WordLevel(vocab, unk_token="[UNK]") if by_character else models.WordPiece(vocab, unk_token="[UNK]")
        tokenizer = Tokenizer(model)
        if rng.random() < 0.8:
            tokenizer.normalizer = random_normalizer(rng)
        tokenizer.pre_tokenizer = pre_tokenizers.FixedLength(1) if by_character else random_pre_tokenizer(rng)
        added = random_added(rng)
        # A token that is empty once it is normalised makes the library match between all characters.
        normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
        added = [token for token in added if not token.normalized or survive(lambda: normalize(token.content))]
        if survive(lambda: tokenizer.add_tokens(added)) is None:
            continue
        description = json.loads(tokenizer.to_str())
        assert description["model"].pop("vocab") == vocab
        # Read from its file, a tokenizer has forgotten with which flags a token was added before.
        reloads = rng.random() < 0.5
        if reloads:
            tokenizer = Tokenizer.from_str(tokenizer.to_str())
        tokenizer.encode_special_tokens = rng.random() < 0.2
        cases = []
        for _ in range(5):
            text = text_with(rng, [token.content for token in added])
            encoding = survive(lambda: tokenizer.encode(text, add_special_tokens=False))
            if encoding is not None:
                cases.append([text, row(text, encoding)])
        flags = None if reloads else [token.__getstate__() for token in added]
        rows.append([description, flags, tokenizer.encode_special_tokens, cases])
    return {"vocab": vocab, "rows": rows}


def record_patterns():
    rng, rows = random.Random(19), []
    while len(rows) < 400 * TIMES:
        pattern = random_pattern(rng)
        try:
            regex = Regex(pattern)
        except Exception:
            continue
        matches = pre_tokenizers.Split(regex, "removed", invert=True)
        gaps = pre_tokenizers.Split(regex, "removed")
        cases = []
        for _ in range(5):
            text = random_subject(rng)
            found = [survive(lambda: [span for _, span in split.pre_tokenize_str(text)]) for split in (matches, gaps)]
            if None not in found:
                cases.append([text, *[utf16(text, spans) for spans in found]])
        rows.append([pattern, cases])
    return rows


def main():
    # Panics print where they come from.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    write("components.json.gz", {
        "pre_tokenizers": record_pre_tokenizers(),
        "decoders": record_decoders(),
        "pipelines": record_pipelines(),
    })
    write("regex.json.gz", record_patterns())


main()
