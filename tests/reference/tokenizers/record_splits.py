"""Records where the Rust library splits at the patterns that have scanners, into src/tokenizers/fixtures/.

    python tests/reference/tokenizers/record_splits.py      (tokenizers==0.22.2)

The patterns are those that the named models have in their tokenizer.json; texts are drawn at a fixed seed from
one or two characters of every class that a pattern can tell apart.
"""

import gzip
import hashlib
import json
import pathlib
import random

import tokenizers
from samples import SENTENCES, random_texts, settle, utf16_positions
from tokenizers import Regex, pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
FIXTURES = pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures"

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
UPPERS, LOWERS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
TAIL = r"\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERNS = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{TAIL}",
    "qwen2": rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{TAIL}",
    "qwen3.5": rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{TAIL}",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{UPPERS}*{LOWERS}+{CONTRACTIONS}?|[^\r\n\p{{L}}\p{{N}}]?{UPPERS}+{LOWERS}*{CONTRACTIONS}?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{TAIL}",
    "tekken": rf"[^\r\n\p{{L}}\p{{N}}]?{UPPERS}*{LOWERS}+|[^\r\n\p{{L}}\p{{N}}]?{UPPERS}+{LOWERS}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{TAIL}",
    "deepseek digits": r"\p{N}{1,3}",
    "deepseek han": "[一-龥\u3040-ゟ゠-ヿ]+",
    "deepseek": rf"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{{|}}~][A-Za-z]+|[^\r\n\p{{L}}\p{{P}}\p{{S}}]?[\p{{L}}\p{{M}}]+| ?[\p{{P}}\p{{S}}]+[\r\n]*|{TAIL}".replace('\\"', '"'),
    "clip": r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "bloom": r" ?[^(\s|[.,!?…。，、।۔،])]+",
}
# Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc..Po S* Z* C*, of one unit and of two, and what the patterns name.
ATOMS = [
    *"AaZzÉé", "ǅ", "ʰ", "ー", "中", "ひ", "ª", "\u0301", "ः", "\u20dd", "5", "1", "٣", "Ⅳ", "²", "½",
    *"_-([)]«»!?.,/|'\"\\`@", "…", "。", "، ", "।", "+", "$", "^", "©", " ", " ", " ", "  ", "\u00a0", "\u3000", "\u2028", "\u0085",
    "\n", "\n", "\r", "\r\n", "\t", "\x0b", "\x00", "\x1c", "\u200d", "\ufeff", "\ue000", "\uffff", "\u0378",
    "'s", "'S", "'ſ", "'t", "'re", "'Re", "'rE", "'ve", "'LL", "'ll", "'l", "'d", "'m", "ſ", "K",
    "😀", "𐐀", "𐐨", "𝟘", "𠀀", "𑄀", "𖫵", "\U000e0001", "\U0001f1e9\U0001f1ea", "\ud800",
]


def texts():
    rng = random.Random(41)
    drawn = ["".join(rng.choices(ATOMS, k=rng.randint(1, 9))) for _ in range(3000)]
    return [*SENTENCES, *drawn, *random_texts(43, 400)]


def matches(split, text):
    """Start and end of each match, in UTF-16 units."""
    positions = utf16_positions(text)
    return [positions[place] for _, span in split.pre_tokenize_str(text) for place in span]


def main():
    samples = texts()
    digests = {}
    for name, pattern in PATTERNS.items():
        split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
        lines = [",".join(map(str, matches(split, settle(text)))) for text in samples]
        digests[name] = [
            hashlib.sha256("\n".join(lines[at : at + 20]).encode()).hexdigest()[:8]
            for at in range(0, len(lines), 20)
        ]
    value = {"patterns": PATTERNS, "texts": samples, "digests": digests}
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "splits.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(text), (FIXTURES / "splits.json.gz").stat().st_size)


main()
