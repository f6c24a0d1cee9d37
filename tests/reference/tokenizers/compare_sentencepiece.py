"""Digests of what the references make of every code point inside a small sentence, and of random texts, with Unigram
pipelines and SentencePiece models.

    python tests/reference/tokenizers/compare_sentencepiece.py /tmp/sentencepiece.json [random texts: 20000 [names: all]]
    npx tsx tests/reference/tokenizers/compare_sentencepiece.ts /tmp/sentencepiece.json

Minutes long, so it is no part of the test run. Pipelines and models are those of ../shared/data, where it is beside
the repository, the recorded ones, and one that shows grapheme clusters alone.
"""

import base64
import gzip
import hashlib
import json
import pathlib
import sys

from record_unigram import cluster_texts, with_symbols
from samples import random_texts, settle, utf16_positions
from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer

ROOT = pathlib.Path(__file__).parents[3]
REAL = ROOT.parent / "shared/data/tokenizers"


def sentence(character):
    return f"A{character}b, e\u0323{character}\u0301 {character}{character}ly"


def pipelines():
    recorded = json.loads(gzip.decompress((ROOT / "src/tokenizers/fixtures/unigram.json.gz").read_bytes()))
    for pipeline in recorded["pipelines"]:
        yield pipeline.pop("name"), json.dumps(pipeline)
    for name in ["albert", "t5style"]:
        if REAL.is_dir():
            yield name, (REAL / f"{name}.tokenizer.json").read_text(encoding="utf-8")


def models():
    folder = ROOT / "src/tokenizers/sentencepiece/fixtures"
    recorded = json.loads(gzip.decompress((folder / "sentencepiece.json.gz").read_bytes()))
    bytes, start = gzip.decompress((folder / "models.bin.gz").read_bytes()), 0
    for entry in recorded["models"]:
        yield entry["name"], bytes[start : start + entry["length"]]
        start += entry["length"]
    for path in sorted(REAL.glob("*.model")):
        yield path.name, path.read_bytes()


def pipeline_line(tokenizer):
    def line(text):
        encoding = tokenizer.encode(text, add_special_tokens=False)
        positions = utf16_positions(text)
        offsets = [positions[place] for pair in encoding.offsets for place in pair]
        return ",".join(map(str, encoding.ids + offsets))

    return line


def model_line(processor):
    def line(text):
        ids = processor.encode(text)
        return f"{','.join(map(str, ids))}|{processor.decode(ids)}"

    return line


def digests(line, groups):
    return [hashlib.sha256("\n".join(map(line, group)).encode()).hexdigest()[:12] for group in groups]


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    names = sys.argv[3:]
    points = [p for p in range(0x110000) if not 0xD800 <= p <= 0xDFFF]
    sentences = [sentence(chr(point)) for point in points]
    texts = [*with_symbols(random_texts(83, count), 83), *cluster_texts(83, count)]
    settled = [settle(text) for text in texts]
    groups = [sentences[at : at + 256] for at in range(0, len(sentences), 256)]
    groups += [settled[at : at + 50] for at in range(0, len(settled), 50)]
    found = {"texts": texts, "pipelines": [], "models": []}
    for name, text in pipelines():
        if names and name not in names:
            continue
        line = pipeline_line(Tokenizer.from_str(text))
        found["pipelines"].append({"name": name, "json": text, "digests": digests(line, groups)})
        print(name, flush=True)
    for name, model in models():
        if names and name not in names:
            continue
        line = model_line(SentencePieceProcessor(model_proto=model))
        encoded = base64.b64encode(model).decode()
        found["models"].append({"name": name, "model": encoded, "digests": digests(line, groups)})
        print(name, flush=True)
    pathlib.Path(sys.argv[1]).write_text(json.dumps(found))


main()
