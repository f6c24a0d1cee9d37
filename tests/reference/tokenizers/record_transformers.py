"""Records what BertTokenizer and BertTokenizerFast of Transformers 4.37.2 say, into src/tokenizers/fixtures/.

    python tests/reference/tokenizers/record_transformers.py      (transformers==4.37.2, tokenizers==0.15.2)

The vocabulary is that of record.py, which must have run before. Offsets are recorded in UTF-16 units.
"""

import gzip
import json
import pathlib
import random
import tempfile

import transformers
from samples import SENTENCES, random_text, random_texts, settle, utf16_positions
from transformers import AddedToken, BertTokenizer, BertTokenizerFast

assert transformers.__version__ == "4.37.2", transformers.__version__
FIXTURES = pathlib.Path(__file__).parents[3] / "src/tokenizers/fixtures"
VOCAB = json.loads(gzip.decompress((FIXTURES / "small.json.gz").read_bytes()))["vocab"]

SETTINGS = [
    {},
    {"do_lower_case": False},
    {"strip_accents": False},
    {"do_lower_case": False, "strip_accents": True},
    {"tokenize_chinese_chars": False},
    {"do_basic_tokenize": False},
    {"never_split": ["fox;", "o'neill", "naïve", "unknown-word", "c++/c#", "1,234"]},
]
ONLY_SLOW = {5, 6}


def vocab_file(folder):
    path = pathlib.Path(folder) / "vocab.txt"
    path.write_text("".join(f"{token}\n" for token in VOCAB), encoding="utf-8")
    return str(path)


def record_settings(path):
    """[setting, text, ids of the slow tokenizer, ids of the fast one or null]"""
    rng = random.Random(41)
    cases = []
    for index, setting in enumerate(SETTINGS):
        slow = BertTokenizer(path, **setting)
        fast = None if index in ONLY_SLOW else BertTokenizerFast(path, **setting)
        texts = SENTENCES + random_texts(100 + index, 200)
        if "never_split" in setting:
            texts += [" ".join(rng.choices(setting["never_split"] + ["Fox;", "fox", "Naïve", "the"], k=6)) for _ in range(50)]
        for text in texts:
            text = settle(text)
            ids = None if fast is None else fast(text)["input_ids"]
            cases.append([index, text, slow(text)["input_ids"], ids])
    return cases


def record_calls(path):
    """Calls with every option: the whole result, and the alignment methods."""
    rng = random.Random(43)
    tokenizer = BertTokenizerFast(path, model_max_length=40)
    words = [word for sentence in SENTENCES for word in sentence.split()]

    def text():
        return settle(random_text(rng)) if rng.random() < 0.4 else " ".join(rng.sample(words, rng.randint(1, 14)))

    def split():
        return rng.sample(words, rng.randint(1, 8))

    cases = []
    while len(cases) < 300:
        is_split = rng.random() < 0.25
        one = split if is_split else text
        batched, paired = rng.random() < 0.5, rng.random() < 0.4
        size = rng.randint(1, 4)
        first = [one() for _ in range(size)] if batched else one()
        second = ([one() for _ in range(size)] if batched else one()) if paired else None
        options = {"add_special_tokens": rng.random() < 0.8, "is_split_into_words": is_split}
        padding = rng.choice([False, True, "longest", "max_length"])
        truncation = rng.choice([None, False, True, "longest_first", "only_first", "only_second"])
        max_length = rng.choice([None, None, 8, 16, 24])
        options["padding"] = padding
        options["truncation"] = truncation
        truncates = truncation not in (None, False) or (truncation is None and max_length and not padding)
        if max_length and (truncates or padding == "max_length"):
            options["max_length"] = max_length
        if truncates and rng.random() < 0.4:
            options["stride"] = rng.randint(1, 2)
        if padding and rng.random() < 0.3:
            options["pad_to_multiple_of"] = 8
        for flag in ["overflowing_tokens", "special_tokens_mask", "offsets_mapping", "length"]:
            if rng.random() < 0.4:
                options[f"return_{flag}"] = True
        for flag in ["token_type_ids", "attention_mask"]:
            if rng.random() < 0.2:
                options[f"return_{flag}"] = False
        case = {"text": first, "text_pair": second, "options": options}
        try:
            encoded = tokenizer(first, second, **options)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            cases.append({**case, "expected": None})
            continue
        expected = dict(encoded)
        if "offset_mapping" in expected:
            expected["offset_mapping"] = [
                utf16_rows(encoded, row, first, second, batched, encoded.get("overflow_to_sample_mapping"))
                for row in range(len(encoded.encodings))
            ]
            if not batched and "overflow_to_sample_mapping" not in encoded:
                (expected["offset_mapping"],) = expected["offset_mapping"]
        case["expected"] = expected
        case["alignments"] = [
            {"tokens": encoded.tokens(row), "word_ids": encoded.word_ids(row), "sequence_ids": encoded.sequence_ids(row)}
            for row in range(len(encoded.encodings))
        ]
        cases.append(case)
    return cases


def utf16_rows(encoded, row, first, second, batched, samples):
    encoding = encoded.encodings[row]
    sample = samples[row] if samples else row
    texts = [part[sample] if batched and part is not None else part for part in (first, second)]
    offsets = []
    for (start, end), sequence, word in zip(encoding.offsets, encoding.sequence_ids, encoding.word_ids):
        if sequence is None:
            offsets.append([start, end])
            continue
        text = texts[sequence]
        if not isinstance(text, str):
            text = text[word]
        positions = utf16_positions(text)
        offsets.append([positions[start], positions[end]])
    return offsets


def record_methods(path):
    """Everything that is not a call."""
    tokenizer = BertTokenizerFast(path)
    rng = random.Random(47)
    size = tokenizer.vocab_size
    decoded = []
    for _ in range(100):
        ids = [rng.randrange(size) for _ in range(rng.randint(0, 10))]
        for skip in [True, False]:
            for clean in [True, False]:
                text = tokenizer.decode(ids, skip_special_tokens=skip, clean_up_tokenization_spaces=clean)
                decoded.append([ids, skip, clean, text])
    for text in SENTENCES:
        ids = tokenizer(text)["input_ids"]
        decoded.append([ids, True, True, tokenizer.decode(ids, skip_special_tokens=True)])
    padded = []
    for _ in range(40):
        batch = {
            "input_ids": [[rng.randrange(size) for _ in range(rng.randint(1, 9))] for _ in range(rng.randint(1, 4))]
        }
        if rng.random() < 0.5:
            batch["token_type_ids"] = [[1] * len(row) for row in batch["input_ids"]]
        if rng.random() < 0.5:
            batch["attention_mask"] = [[1] * len(row) for row in batch["input_ids"]]
        batch["labels"] = [rng.randint(0, 3) for _ in batch["input_ids"]]
        if rng.random() < 0.2:
            batch = {key: rows[0] for key, rows in batch.items()}
        options = rng.choice(
            [{}, {"padding": "max_length", "max_length": 12}, {"pad_to_multiple_of": 4}, {"padding": False}, {"return_attention_mask": False}]
        )
        copied = json.loads(json.dumps(batch))
        padded.append({"batch": batch, "options": options, "expected": dict(tokenizer.pad(copied, **options))})
    sentence = SENTENCES[0]
    encoded = tokenizer(sentence, SENTENCES[4])
    length = len(encoded["input_ids"])
    span = lambda value: None if value is None else {"start": value.start, "end": value.end}
    alignment = {
        "char_to_token": [encoded.char_to_token(0, place, 1) for place in range(len(SENTENCES[4]))],
        "char_to_word": [encoded.char_to_word(place) for place in range(len(sentence))],
        "token_to_chars": [span(encoded.token_to_chars(place)) for place in range(length)],
        "token_to_word": [encoded.token_to_word(place) for place in range(length)],
        "token_to_sequence": [encoded.token_to_sequence(place) for place in range(length)],
        "word_to_tokens": [span(encoded.word_to_tokens(place)) for place in range(12)],
        "word_to_chars": [span(encoded.word_to_chars(place)) for place in range(12)],
    }
    changed = BertTokenizerFast(path)
    added = [
        changed.add_tokens(["foo", "fox"]),
        changed.add_tokens([AddedToken("<y>", lstrip=True), "foo"]),
        changed.add_special_tokens({"additional_special_tokens": ["<x>"], "bos_token": "<s>"}),
    ]
    return {
        "decoded": decoded,
        "padded": padded,
        "aligned": {"text": sentence, "text_pair": SENTENCES[4], **alignment},
        "added": added,
        "all_special_tokens": changed.all_special_tokens,
        "all_special_ids": changed.all_special_ids,
        "special_tokens_map": changed.special_tokens_map,
        "length": len(changed),
        "vocab_size": changed.vocab_size,
        "with_added": [[text, changed(text)["input_ids"]] for text in ["a foo <y> fox", "<s>the <x>foo[MASK]<y>"]],
        "tokenized": [[text, tokenizer.tokenize(text)] for text in SENTENCES],
        "saved": saved_files(changed),
    }


def saved_files(tokenizer):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        files = {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).iterdir()}
    del files["vocab.txt"]  # as the vocabulary of the fixture
    pruned = json.loads(files.pop("tokenizer.json"))
    del pruned["model"]["vocab"]
    return {**{name: json.loads(text) for name, text in files.items()}, "tokenizer.json": pruned}


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = vocab_file(folder)
        recorded = {
            "settings": SETTINGS,
            "cases": record_settings(path),
            "calls": record_calls(path),
            "methods": record_methods(path),
        }
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "transformers.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(text), (FIXTURES / "transformers.json.gz").stat().st_size)


main()
