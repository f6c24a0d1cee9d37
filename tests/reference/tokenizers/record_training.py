"""Records what the trainers of the Rust library `tokenizers` make of texts.

    python tests/reference/tokenizers/record_training.py      (tokenizers==0.22.2)

writes src/tokenizers/fixtures/trainers.json.gz: vocabularies, merges and scores of small texts with many settings,
and, with ../shared/data beside the repository, digests of those of the texts there. With a file's name,

    python tests/reference/tokenizers/record_training.py /tmp/training.json
    npx tsx tests/reference/tokenizers/training.ts /tmp/training.json

it writes there what larger vocabularies of the texts of ../shared/data are, for a comparison that is no part of the
test run.

The library walks through hash tables, whose order changes from run to run, in three places. Characters that have got
a prefix or a suffix are numbered in such an order: it is read off the vocabulary, and the test starts with words that
have it. Which of equally frequent characters stay at the edge of limit_alphabet: limits are moved to where there is no
such tie. Sums and the order of characters in Unigram: scores are compared to a thousandth, and pieces without regard
to their order.
"""

import gzip
import hashlib
import json
import pathlib
import random
import sys

import tokenizers
from samples import SENTENCES
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = ROOT / "src/tokenizers/fixtures"
TEXTS = ROOT.parent / "shared/data/text"
MODELS = {"BPE": models.BPE, "WordPiece": models.WordPiece, "WordLevel": models.WordLevel, "Unigram": models.Unigram}
TRAINERS = {
    "BPE": trainers.BpeTrainer,
    "WordPiece": trainers.WordPieceTrainer,
    "WordLevel": trainers.WordLevelTrainer,
    "Unigram": trainers.UnigramTrainer,
}
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
P, N = pre_tokenizers, normalizers

# Model, pre-tokenizer, normalizer, settings of the trainer.
SMALL = [
    ("BPE", P.ByteLevel(add_prefix_space=False), None, {"vocab_size": 700, "initial_alphabet": BYTES}),
    ("BPE", P.ByteLevel(), None, {"vocab_size": 400, "special_tokens": ["<s>", "</s>", "a"], "min_frequency": 2}),
    ("BPE", P.Whitespace(), N.Lowercase(), {"vocab_size": 900, "min_frequency": 3, "special_tokens": ["[UNK]"]}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 900, "limit_alphabet": 70, "initial_alphabet": ["ж", "zebra", "𝒳"]}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 1000, "max_token_length": 4}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 1000, "max_token_length": 7, "min_frequency": 4}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 700, "max_token_length": 1}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 1200, "continuing_subword_prefix": "##"}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 1200, "end_of_word_suffix": "</w>", "special_tokens": ["e</w>"]}),
    ("BPE", P.Whitespace(), None, {"vocab_size": 100, "special_tokens": ["<x>"]}),
    ("BPE", P.Metaspace(), N.NFKC(), {"vocab_size": 1100}),
    ("BPE", None, None, {"vocab_size": 800, "min_frequency": 5}),
    ("WordPiece", P.BertPreTokenizer(), N.BertNormalizer(), {"vocab_size": 1100, "special_tokens": ["[UNK]", "##a"]}),
    ("WordPiece", P.Whitespace(), None, {"vocab_size": 1400, "min_frequency": 2, "continuing_subword_prefix": "@@"}),
    ("WordLevel", P.Whitespace(), None, {"vocab_size": 150, "special_tokens": ["[UNK]", "the", "[PAD]"]}),
    ("WordLevel", P.WhitespaceSplit(), N.Lowercase(), {"min_frequency": 5}),
    ("Unigram", P.Metaspace(), None, {"vocab_size": 100000, "n_sub_iterations": 0}),
    ("Unigram", P.Whitespace(), None, {"vocab_size": 9000, "n_sub_iterations": 0, "max_piece_length": 5}),
    ("Unigram", P.Whitespace(), None, {"vocab_size": 9000, "n_sub_iterations": 0, "seed_size": 700}),
    ("Unigram", P.Metaspace(), N.NFKC(), {"vocab_size": 700, "special_tokens": ["<s>", "</s>"], "unk_token": "<unk>"}),
    ("Unigram", P.Metaspace(), None, {"vocab_size": 800, "special_tokens": ["<s>", "<unk>"], "unk_token": "<unk>"}),
    ("Unigram", P.Whitespace(), None, {"vocab_size": 620, "initial_alphabet": ["ɣ", "𝒵ab"], "shrinking_factor": 0.5}),
    ("Unigram", P.BertPreTokenizer(), N.BertNormalizer(), {"vocab_size": 600, "n_sub_iterations": 3}),
    ("Unigram", None, None, {"vocab_size": 700, "max_piece_length": 6}),
]
# The same, and the text.
REAL = [
    ("BPE", P.ByteLevel(add_prefix_space=False), None, {"vocab_size": 8000, "initial_alphabet": BYTES}, "botchan"),
    ("BPE", P.ByteLevel(), None, {"vocab_size": 16000, "special_tokens": ["<|endoftext|>"]}, "wagahai"),
    ("WordPiece", P.BertPreTokenizer(), N.BertNormalizer(), {"vocab_size": 8000, "special_tokens": ["[UNK]"]}, "botchan"),
    ("WordLevel", P.Whitespace(), None, {"vocab_size": 5000, "special_tokens": ["[UNK]"]}, "botchan"),
    ("Unigram", P.Metaspace(), None, {"vocab_size": 2000, "unk_token": "<unk>"}, "botchan"),
]
WHOLE = [
    *REAL,
    ("BPE", P.ByteLevel(), None, {"vocab_size": 16000, "initial_alphabet": BYTES}, "botchan"),
    ("BPE", P.Metaspace(), None, {"vocab_size": 16000, "min_frequency": 2}, "wagahai"),
    ("BPE", P.Whitespace(), None, {"vocab_size": 16000, "end_of_word_suffix": "</w>"}, "botchan"),
    ("WordPiece", P.BertPreTokenizer(), N.BertNormalizer(), {"vocab_size": 16000}, "botchan"),
    ("WordPiece", P.Whitespace(), None, {"vocab_size": 16000}, "wagahai"),
    ("WordLevel", P.Whitespace(), None, {}, "wagahai"),
    ("Unigram", P.Metaspace(), None, {"vocab_size": 8000, "unk_token": "<unk>"}, "botchan"),
    ("Unigram", P.Metaspace(), N.NFKC(), {"vocab_size": 16000, "unk_token": "<unk>"}, "wagahai"),
    ("Unigram", P.Whitespace(), None, {"vocab_size": 8000}, "wagahai"),
    ("Unigram", None, None, {"vocab_size": 8000}, "botchan"),
]


def corpus():
    rng = random.Random(31)
    texts = []
    for _ in range(12):
        texts += [" ".join(rng.choices(sentence.split(), k=7)) for sentence in SENTENCES]
    return texts + ["[UNK] the 𝒳𝓎 \uffee\uffee 𝒳𝓎 \uffee", "a\0b a\0b", ""]


def train(kind, pre_tokenizer, normalizer, settings, texts):
    """The case as JSON: pipeline, settings, and the result."""
    tokenizer = Tokenizer(MODELS[kind]())
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    described = json.loads(tokenizer.to_str())
    if "limit_alphabet" in settings:
        settings = {**settings, "limit_alphabet": limit_without_tie(tokenizer, texts, settings)}
    tokenizer.train_from_iterator(texts, TRAINERS[kind](show_progress=False, **settings))
    model = json.loads(tokenizer.to_str())["model"]
    case = {
        "kind": kind,
        "normalizer": described["normalizer"],
        "pre_tokenizer": described["pre_tokenizer"],
        "settings": settings,
    }
    if kind == "Unigram":
        return {**case, "unk_id": model["unk_id"], "pieces": [[piece, round(score, 6)] for piece, score in model["vocab"]]}
    ordered = sorted(model["vocab"].items(), key=lambda item: item[1])
    if kind == "WordLevel":
        return {**case, "vocabulary": ordered}
    case["vocabulary"] = [token for token, _ in ordered]
    assert [id for _, id in ordered] == list(range(len(ordered)))
    if kind == "BPE":
        case["merges"] = model["merges"]
    return case


def limit_without_tie(tokenizer, texts, settings):
    """The first limit from the wanted one on at which no tie decides which characters stay."""
    frequencies = {}
    for text in texts:
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text):
            for character in word:
                frequencies[character] = frequencies.get(character, 0) + 1
    for text in settings["initial_alphabet"]:
        frequencies[text[0]] = float("inf")
    ordered = sorted(frequencies.values(), reverse=True)
    limit = settings["limit_alphabet"]
    while ordered[limit - 1] == ordered[limit]:
        limit += 1
    return limit


def digest(case):
    """The case with a digest in place of what is long; what is compared with a tolerance stays."""
    if case["kind"] == "Unigram":
        return case
    text = json.dumps([case["vocabulary"], case.get("merges")], ensure_ascii=False, separators=(",", ":"))
    prefix = "##" if case["kind"] == "WordPiece" else None
    continuing = [token for token in case["vocabulary"] if prefix and token.startswith(prefix) and len(token) == 3]
    kept = {name: value for name, value in case.items() if name not in ("vocabulary", "merges")}
    return {**kept, "continuing": continuing, "digest": hashlib.sha256(text.encode()).hexdigest()[:16]}


def main():
    if len(sys.argv) > 1:
        cases = []
        for *how, text in WHOLE:
            cases.append({**train(*how, split_lines(text)), "text": text})
            print(how[0], text, flush=True)
        pathlib.Path(sys.argv[1]).write_text(json.dumps(cases, ensure_ascii=False))
        return
    texts = corpus()
    small = [train(*how, texts) for how in SMALL]
    # In one word the order of characters is that in which they stand.
    word = "".join(sentence.replace(" ", "") for sentence in SENTENCES[:8])
    for kind in ["BPE", "WordPiece"]:
        trainer = TRAINERS[kind](vocab_size=400, show_progress=False, continuing_subword_prefix="##")
        trainer.end_of_word_suffix = "%"
        tokenizer = Tokenizer(MODELS[kind]())
        tokenizer.train_from_iterator([word, word], trainer)
        model = json.loads(tokenizer.to_str())["model"]
        settings = {"vocab_size": 400, "continuing_subword_prefix": "##", "end_of_word_suffix": "%"}
        vocabulary = [token for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1])]
        case = {"kind": kind, "settings": settings, "word": word, "vocabulary": vocabulary}
        small.append({**case, "merges": model["merges"]} if kind == "BPE" else case)
    real = []
    if TEXTS.is_dir():
        real = [{**digest(train(*how, split_lines(text))), "text": text} for *how, text in REAL]
    fixture = json.dumps({"texts": texts, "small": small, "real": real}, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "trainers.json.gz").write_bytes(gzip.compress(fixture.encode(), mtime=0))
    print(len(fixture), (FIXTURES / "trainers.json.gz").stat().st_size)


def split_lines(name):
    """The lines of a text as the library reads them from files: they keep their newline."""
    text = (TEXTS / f"{name}.txt").read_bytes().decode("utf-8")
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]


main()
