"""Digests of what the Rust library makes of every code point of Unicode inside a small sentence.

    python tests/reference/tokenizers/every_code_point.py /tmp/every-code-point.json
    npx tsx tests/reference/tokenizers/every_code_point.ts /tmp/every-code-point.json

Minutes long, so it is no part of the test run. Pipelines are those of the recordings, and the real BERT
vocabulary where ../shared/data is beside the repository.
"""

import gzip
import hashlib
import json
import pathlib
import sys

from samples import utf16_positions
from tokenizers import Tokenizer

ROOT = pathlib.Path(__file__).parents[3]
REAL = ROOT.parent / "shared/data/tokenizers/bert.tokenizer.json"
NAMES = ["uncased", "cased", "cased without accents", "nfkc lowercase", "nfd strip", "nfkd", "nfc", "nothing"]


def sentence(character):
    return f"A{character}b, e\u0323{character}\u0301 {character}{character}ly"


def describe(tokenizer, text):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    positions = utf16_positions(text)
    offsets = [positions[place] for pair in encoding.offsets for place in pair]
    normalized = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
    return f"{normalized}|{','.join(map(str, encoding.ids + offsets))}"


def main():
    small = json.loads(gzip.decompress((ROOT / "src/tokenizers/fixtures/small.json.gz").read_bytes()))
    jsons = {}
    for pipeline in small["pipelines"]:
        name = pipeline.pop("name")
        if name in NAMES:
            pipeline["model"]["vocab"] = small["vocab"]
            jsons[name] = json.dumps(pipeline)
    if REAL.is_file():
        jsons["real"] = REAL.read_text(encoding="utf-8")
    digests = {}
    for name, text in jsons.items():
        tokenizer = Tokenizer.from_str(text)
        digests[name] = []
        for block in range(0, 0x110000, 0x100):
            points = [p for p in range(block, block + 0x100) if not 0xD800 <= p <= 0xDFFF]
            lines = "\n".join(describe(tokenizer, sentence(chr(point))) for point in points)
            digests[name].append(hashlib.sha256(lines.encode()).hexdigest()[:12])
        print(name, flush=True)
    pathlib.Path(sys.argv[1]).write_text(json.dumps({"jsons": jsons, "digests": digests}))


main()
