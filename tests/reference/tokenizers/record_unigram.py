"""Records what the Rust library `tokenizers` makes of texts with Unigram models, Metaspace and compiled rules, into
src/tokenizers/fixtures/unigram.json.gz.

    python tests/reference/tokenizers/record_unigram.py      (tokenizers==0.22.2, sentencepiece==0.2.3)

The models are those of sentencepiece_models.py, with scores rounded or shifted where that decides other branches.
Offsets are in UTF-16 units.
"""

import base64
import gzip
import hashlib
import json
import pathlib
import random
import tempfile

import tokenizers
from freeze_graphemes import any_byte_charsmap
from samples import SENTENCES, random_texts, settle, utf16_positions
from sentencepiece_models import SYMBOLS, models, protobuf
from tokenizers import Tokenizer

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = ROOT / "src/tokenizers/fixtures"
DATA = ROOT.parent / "shared/data"

# What clusters are made of: marks that extend, that take room, that go in front, jamo, emoji, Indic conjuncts.
CLUSTER_PARTS = (
    "a\u00e9\r\n\t\u0000\u0300\u0301\u0308\u0323\u093e\u0903\u200d\u200c\u0600\u06dd\u0d4e\U000110bd\u1100\u1161\u11a8\uac00\uac01\ua960\ud7b0"
    "\u00a9\u00ae\u2764\ufe0f\u231a\U0001f469\U0001f3fd\U0001f1e9\U0001f1ea\u0915\u094d\u093c\u0937\u0995\u09cd\u0e01\u0e33\U00016d63\ufb01\u2026\u3000 "
)


def cluster_texts(seed, count):
    rng = random.Random(seed)
    return ["".join(rng.choice(CLUSTER_PARTS) for _ in range(rng.randint(1, 12))) for _ in range(count)]


def with_symbols(texts, seed):
    """Puts user-defined symbols, marks and what rules replace into some of the texts."""
    rng = random.Random(seed)
    extras = [*SYMBOLS, "\u2581", "\u2581\u2581", "  ", " ", "fi", "\u2026", "!", " !", "e\u0301\u0323", "A\u00c4", "\u0301", "\u00ad", "<unk>", "<s>", "_"]
    changed = []
    for text in texts:
        if rng.random() < 0.3:
            for _ in range(rng.randint(1, 3)):
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(extras) + text[at:]
        changed.append(text)
    return changed


def metaspace(scheme="always", split=True, replacement="\u2581"):
    return {"type": "Metaspace", "replacement": replacement, "prepend_scheme": scheme, "split": split}


def sequence(kind, *items):
    return {"type": "Sequence", kind: list(items)}


def pipeline(vocab, unk_id, normalizer, pre_tokenizer, decoder=None, byte_fallback=False, added=()):
    """tokenizer.json as the library writes it."""
    json_text = json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {"id": id, "content": content, "single_word": False, "lstrip": lstrip, "rstrip": False, "normalized": normalized, "special": not normalized}
                for id, content, lstrip, normalized in added
            ],
            "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer,
            "post_processor": None,
            "decoder": decoder,
            "model": {"type": "Unigram", "unk_id": unk_id, "vocab": vocab, "byte_fallback": byte_fallback},
        }
    )
    Tokenizer.from_str(json_text)
    return json.loads(json_text)


def pipelines():
    with tempfile.TemporaryDirectory() as folder:
        named = dict(models(pathlib.Path(folder)))
    protos = {}
    for name, model in named.items():
        protos[name] = protobuf.ModelProto()
        protos[name].ParseFromString(model)
    vocab = {name: [[piece.piece, piece.score] for piece in proto.pieces] for name, proto in protos.items()}
    own = {"type": "Precompiled", "precompiled_charsmap": charsmap(protos["unigram own rules"])}
    anything = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(any_byte_charsmap()).decode()}
    rules, ties, byte = vocab["unigram own rules"], vocab["unigram ties"], vocab["unigram no prefix"]
    lower = {"type": "Lowercase"}
    always, first, never = metaspace(), metaspace("first"), metaspace("never")
    words = {"type": "WhitespaceSplit"}
    rng = random.Random(3)
    noisy = [[piece, score and score - rng.random()] for piece, score in rules]
    high = [[piece, score + 40] for piece, score in rules]
    high += [["\u00fe\u00f0", 20.0], ["aa", 3.5], ["aa", -1.0]]
    reserved = [(1, "<s>", True, False), (2, "</s>", False, True)]
    yield "words", pipeline(noisy, 0, own, sequence("pretokenizers", words, always), always)
    yield "first", pipeline(rules, 0, sequence("normalizers", own, lower), first, first, added=reserved)
    yield "never", pipeline(noisy, 0, sequence("normalizers", lower, own), never, never, added=reserved)
    yield "not split", pipeline(noisy, 0, own, metaspace("always", False), always)
    yield "after words, first", pipeline(rules, 0, None, sequence("pretokenizers", words, first), first)
    yield "bytes", pipeline(byte, 0, None, metaspace("first"), always, byte_fallback=True)
    yield "some bytes", pipeline([p for p in byte if p[0] != "<0x9F>"], 0, None, never, never, byte_fallback=True)
    yield "whole texts", pipeline(noisy, 0, None, None)
    yield "ties", pipeline(ties, 0, own, always, always)
    yield "high scores", pipeline(high, 0, None, always, always)
    yield "other marks", pipeline([[p.replace("\u2581", "_"), s] for p, s in rules], 0, None, metaspace(replacement="_"), metaspace(replacement="_"))
    yield "clusters", pipeline([["<unk>", 0.0], ["X", -1.0]], 0, anything, None)


def charsmap(proto):
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def record(tokenizer, text):
    settled = settle(text)
    positions = utf16_positions(settled)
    encoding = tokenizer.encode(settled, add_special_tokens=False)
    flat = [positions[place] for pair in encoding.offsets for place in pair]
    ids = encoding.ids
    # Tokens only where their ids do not tell them.
    tokens = [token for id, token in zip(ids, encoding.tokens) if token != tokenizer.id_to_token(id)]
    return [text, ids, flat, tokens, encoding.word_ids, tokenizer.decode(ids, skip_special_tokens=False)]


def digest(tokenizer, text):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    positions = utf16_positions(text)
    flat = ",".join(map(str, [*encoding.ids, *(positions[place] for pair in encoding.offsets for place in pair)]))
    return hashlib.sha256(flat.encode()).hexdigest()[:16]


def record_real(texts):
    """Digests of texts with the real vocabularies, which are no part of the project."""
    if not DATA.is_dir():
        print("no shared data: real vocabularies not recorded")
        return {}
    digests = {}
    for name in ["albert", "t5style"]:
        tokenizer = Tokenizer.from_file(str(DATA / f"tokenizers/{name}.tokenizer.json"))
        joined = ["\n".join(map(settle, texts[at : at + 20])) for at in range(0, len(texts), 20)]
        digests[name] = {"recorded": [digest(tokenizer, text) for text in joined]}
        for text in ["botchan", "wagahai", "sample_text"]:
            lines = (DATA / f"text/{text}.txt").read_bytes().decode("utf-8").split("\n")
            digests[name][text] = [digest(tokenizer, "\n".join(lines[at : at + 40])) for at in range(0, len(lines), 40)]
    return digests


def main():
    described, cases = [], []
    for number, (name, value) in enumerate(pipelines()):
        tokenizer = Tokenizer.from_str(json.dumps(value))
        described.append({"name": name, **value})
        texts = with_symbols([*SENTENCES[number % 2 :: 2], *random_texts(61 + number, 60), *cluster_texts(number, 40)], number)
        cases += [[number, *record(tokenizer, text)] for text in texts]
    digests = record_real([text for _, text, *_ in cases])
    recorded = {"pipelines": described, "cases": cases, "digests": digests}
    text = json.dumps(recorded, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "unigram.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(cases), len(text), (FIXTURES / "unigram.json.gz").stat().st_size)


if __name__ == "__main__":
    main()
