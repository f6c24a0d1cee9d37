"""What is recorded of a family's tokenizer, and how: src/models/<folder>/fixtures/tokenization.json.gz, which
tests/support/recorded-tokenizer.ts plays back.

A script with a table of families makes Python tokenizers and hands them to `record`:

    record("ctrl", [Case("plain", tokenizer), Case("adapted", other, decode=[{"group_tokens": False}])])

A fixture is a list of cases. Each has

    name      what makes this case another one
    class     the Python class
    files     what `save_pretrained` writes, by name: {"text": ...}, or {"base64": ...} of files that are no text;
              everything else is recorded of the tokenizer that Python reads from these
    saved     what that tokenizer writes, where it is something else
    texts     [text, tokens, ids without special tokens]
    calls     {text, text_pair?, options, expected}: a call, all its columns; null where Python refuses
    decoded   [ids, options, text]
    added     tokens that were added afterwards, how many were new, and [text, ids] with them
    members   what properties say: vocab_size, length, special tokens, ...
    extra     what the family alone has

Slow classes and fast ones are recorded alike; of fast ones `offset_mapping` is in UTF-16 units.
"""

import atexit
import base64
import dataclasses
import gzip
import json
import pathlib
import random
import shutil
import tempfile
import warnings

import transformers
from samples import SENTENCES, random_texts, settle, utf16_positions
from tokenizers import AddedToken

assert transformers.__version__ == "4.37.2", transformers.__version__
transformers.logging.set_verbosity(transformers.logging.CRITICAL)
warnings.simplefilter("ignore")
MODELS = pathlib.Path(__file__).parents[3] / "src/models"
FEW = [0, 1, 4, 8, 13, 24]


@dataclasses.dataclass
class Case:
    name: str
    tokenizer: object
    # Texts beside the samples.
    texts: list = dataclasses.field(default_factory=list)
    # Of the samples, every which one is recorded.
    every: int = 1
    # How many random texts.
    random: int = 40
    # Further options of `decode`.
    decode: list = dataclasses.field(default_factory=list)
    # The ids that random sequences are drawn from; None: all.
    ids: list = None
    # Columns and methods of the family alone: JSON.
    extra: object = None
    # Whether to record pairs, and words of texts.
    pairs: bool = True
    words: bool = True
    # Files in place of those that `save_pretrained` writes: name to text, or to None.
    files: dict = dataclasses.field(default_factory=dict)
    # The same, but what that tokenizer writes is recorded as well.
    given: dict = dataclasses.field(default_factory=dict)
    # Whether the files are those that are written after reading: Rust reads scores with an error in the last place.
    again: bool = False
    # Files that the tokenizer is read without, although Python writes them.
    absent: list = dataclasses.field(default_factory=list)
    # Whether to record special tokens in texts.
    special: bool = True


def record(folder, cases):
    write_cases(folder, [record_case(case) for case in cases])


def write_cases(folder, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    path = MODELS / folder / "fixtures/tokenization.json.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{folder:24} {len(value)} cases, {path.stat().st_size} bytes")


def record_case(case):
    files = saved_files(case.tokenizer, {**case.files, **case.given, **dict.fromkeys(case.absent)})
    if case.again:
        files = saved_files(loaded(type(case.tokenizer), files))
    tokenizer = loaded(type(case.tokenizer), files)
    texts = [*map(settle, [*case.texts, *SENTENCES[:: case.every], *random_texts(83, case.random)])]
    if case.special:
        for token in tokenizer.all_special_tokens[:8]:
            texts += [f"a {token} b", f"a{token}{token}b  {token}"]
    return {
        "name": case.name,
        "class": type(tokenizer).__name__,
        "files": files,
        "saved": {name: file for name, file in saved_files(tokenizer, case.files).items() if file != files.get(name)},
        "texts": [found for text in texts for found in [attempt(lambda: record_text(tokenizer, text))] if found is not None],
        "calls": record_calls(tokenizer, case),
        "decoded": record_decoding(tokenizer, texts, case),
        "members": members(tokenizer),
        "added": record_added(loaded(type(case.tokenizer), files)),
        "extra": case.extra,
    }


def record_text(tokenizer, text):
    return [text, tokenizer.tokenize(text), tokenizer.encode(text, add_special_tokens=False)]


def saved_files(tokenizer, replaced={}):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        files = {path.name: content(path, folder) for path in sorted(pathlib.Path(folder).iterdir())}
    files |= {name: text and {"text": text} for name, text in replaced.items()}
    return {name: file for name, file in files.items() if file is not None}


def loaded(cls, files):
    folder = tempfile.mkdtemp()
    FOLDERS.append(folder)
    for name, file in files.items():
        data = file["text"].encode() if "text" in file else base64.b64decode(file["base64"])
        (pathlib.Path(folder) / name).write_bytes(data)
    return cls.from_pretrained(folder)


FOLDERS = []


@atexit.register
def remove_folders():
    for folder in FOLDERS:
        shutil.rmtree(folder)


def content(path, folder):
    """A file; what names a folder of this run in it, names none."""
    data = path.read_bytes()
    try:
        return {"text": data.decode("utf-8").replace(folder + "/", "")} if b"\0" not in data else binary(data)
    except UnicodeDecodeError:
        return binary(data)


def binary(data):
    return {"base64": base64.b64encode(data).decode()}


def columns(tokenizer, encoded, text, pair):
    found = {key: value for key, value in encoded.items()}
    if "offset_mapping" in found:
        found["offset_mapping"] = utf16_offsets(encoded, text, pair)
    return found


def utf16_offsets(encoded, text, pair):
    batched = isinstance(encoded["input_ids"][0], list)
    rows = []
    for row, encoding in enumerate(encoded.encodings):
        sample = encoded.get("overflow_to_sample_mapping", list(range(len(encoded.encodings))))[row]
        parts = [part[sample] if batched and isinstance(part, list) else part for part in (text, pair)]
        rows.append(
            [
                [start, end] if sequence is None else [utf16_positions(parts[sequence])[place] for place in (start, end)]
                for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids)
            ]
        )
    return rows if batched else rows[0]


def record_calls(tokenizer, case):
    rng = random.Random(89)
    texts = [settle(text) for text in SENTENCES]
    calls = []

    def call(text, pair=None, **options):
        kept = dict(options)
        try:
            encoded = tokenizer(text, pair, **options)
            expected = columns(tokenizer, encoded, text, pair)
        except KeyboardInterrupt:
            raise
        except BaseException:  # Rust's panics are no exceptions.
            expected = None
        calls.append({"text": text, "text_pair": pair, "options": kept, "expected": expected})

    full = {"return_special_tokens_mask": True, "return_token_type_ids": True, "return_attention_mask": True}
    for index in FEW:
        call(texts[index], return_special_tokens_mask=True)
    call("")
    call([texts[2], "", texts[8]])
    if case.pairs:
        for first, second in [(0, 1), (4, 13), (7, 2)]:
            call(texts[first], texts[second], **full)
    call(texts[0], add_special_tokens=False, **full)
    for length in [5, 12]:
        call(texts[0], truncation=True, max_length=length, **full)
        call(texts[1], truncation="only_first", max_length=length, stride=2, return_overflowing_tokens=True)
        if case.pairs:
            for strategy in ["longest_first", "only_first", "only_second"]:
                call("the lazy dog runs", texts[3], truncation=strategy, max_length=length + 3, **full)
    if tokenizer._pad_token is not None:
        call([texts[index] for index in FEW[:3]], padding=True, **full)
        call([texts[0][:9], texts[3][:30]], padding="max_length", max_length=17, truncation=True, return_length=True)
        call([texts[5], texts[6]], padding=True, pad_to_multiple_of=8)
    if case.words:
        words = texts[0].split()
        call(words, is_split_into_words=True)
        call([words[:3], words[3:9]], is_split_into_words=True)
    return calls


DECODING = [
    {"skip_special_tokens": True},
    {"skip_special_tokens": False},
    {"skip_special_tokens": True, "clean_up_tokenization_spaces": False},
    {"skip_special_tokens": False, "clean_up_tokenization_spaces": True},
    {"skip_special_tokens": False, "spaces_between_special_tokens": False},
    {"skip_special_tokens": True, "spaces_between_special_tokens": True},
]


def record_decoding(tokenizer, texts, case):
    rng = random.Random(97)
    pool = list(range(len(tokenizer))) if case.ids is None else case.ids
    special = [token for token in tokenizer.all_special_ids if token is not None]
    lists = [found for text in texts[:36] for found in [attempt(lambda: tokenizer.encode(text))] if found is not None]
    for _ in range(30):
        ids = rng.choices(pool, k=rng.randint(0, 12))
        for _ in range(rng.randint(0, 2)):
            ids.insert(rng.randint(0, len(ids)), rng.choice(special))
        lists.append(ids)
    decoded = []
    for number, ids in enumerate(lists):
        variants = [*DECODING, *case.decode]
        for options in {0: variants}.get(number % 6, [variants[number % len(variants)]]):
            if tokenizer.is_fast and "spaces_between_special_tokens" in options:
                continue
            try:
                decoded.append([ids, options, plain(tokenizer.decode(ids, **options))])
            except Exception:
                continue
    return decoded


def plain(value):
    """A decoded text, or what stands for it with offsets."""
    if isinstance(value, str):
        return value
    return {key: numbers(part) for key, part in value.items()}


def numbers(part):
    if isinstance(part, list):
        return [{key: int(value) if "offset" in key else value for key, value in item.items()} for item in part]
    return part


def members(tokenizer):
    special = {
        name: [getattr(tokenizer, name), getattr(tokenizer, f"{name}_id")]
        for name in tokenizer.SPECIAL_TOKENS_ATTRIBUTES[:-1]
        if getattr(tokenizer, f"_{name}") is not None
    }
    return {
        "vocab_size": tokenizer.vocab_size,
        "length": len(tokenizer) if tokenizer.vocab_size < 100000 else None,
        "special": special,
        "all_special_tokens": tokenizer.all_special_tokens,
        "all_special_ids": tokenizer.all_special_ids,
        "added_vocab": tokenizer.get_added_vocab(),
        "model_max_length": tokenizer.model_max_length if tokenizer.model_max_length < 1e20 else None,
        "padding_side": tokenizer.padding_side,
        "model_input_names": tokenizer.model_input_names,
        "num_special_tokens_to_add": [attempt(lambda pair=pair: tokenizer.num_special_tokens_to_add(pair)) for pair in (False, True)],
    }


def attempt(make):
    try:
        return make()
    except Exception:
        return None


def record_added(tokenizer):
    """With tokens added: plain ones, some with flags, and a special one."""
    # Splinter keeps a tuple, to which nothing can be added.
    tokenizer._additional_special_tokens = list(tokenizer._additional_special_tokens)
    counts = [
        tokenizer.add_tokens(["foo", "Fox"]),
        tokenizer.add_tokens([AddedToken("<y>", lstrip=True, normalized=False), AddedToken("bar", single_word=True, rstrip=True)]),
        tokenizer.add_special_tokens({"additional_special_tokens": ["<x>"]}, replace_additional_special_tokens=False),
    ]
    texts = ["a foo <y> fox", "the <x>foo bar <y>", "barfoo bar, rebar <x> <y>b", "A Foo FOX Fox <X>", "foofoo  foo"]
    ids = [tokenizer.encode(text) for text in texts]
    return {
        "counts": counts,
        "texts": [[text, found] for text, found in zip(texts, ids)],
        "decoded": [tokenizer.decode(found) for found in ids],
        "skipped": [tokenizer.decode(found, skip_special_tokens=True, spaces_between_special_tokens=False) if not tokenizer.is_fast else tokenizer.decode(found, skip_special_tokens=True) for found in ids],
        "added_vocab": tokenizer.get_added_vocab(),
        "files": {name: file for name, file in saved_files(tokenizer).items() if name.endswith(".json") and "vocab" not in name and name != "tokenizer.json"},
    }
