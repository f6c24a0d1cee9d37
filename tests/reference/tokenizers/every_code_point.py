"""Digests of what the Rust library makes of every code point of Unicode inside a small sentence.

    python tests/reference/tokenizers/every_code_point.py /tmp/every-code-point.json
    npx tsx tests/reference/tokenizers/every_code_point.ts /tmp/every-code-point.json

Minutes long, so it is no part of the test run. Pipelines are those of the recordings, the patterns that have
scanners, and the real tokenizers where ../shared/data is beside the repository. More arguments name those to run.
"""

import gzip
import hashlib
import json
import pathlib
import sys

from samples import utf16_positions
from tokenizers import Regex, Tokenizer, pre_tokenizers

ROOT = pathlib.Path(__file__).parents[3]
REAL = ROOT.parent / "shared/data/tokenizers"
NAMES = ["uncased", "cased", "cased without accents", "nfkc lowercase", "nfd strip", "nfkd", "nfc", "nothing"]


def sentence(character):
    return f"A{character}b, e\u0323{character}\u0301 {character}{character}ly"


def describe(tokenizer, text):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    positions = utf16_positions(text)
    offsets = [positions[place] for pair in encoding.offsets for place in pair]
    normalized = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
    return f"{normalized}|{','.join(map(str, encoding.ids + offsets))}"


def blocks():
    """The sentences of 256 code points at a time."""
    for block in range(0, 0x110000, 0x100):
        yield [sentence(chr(point)) for point in range(block, block + 0x100) if not 0xD800 <= point <= 0xDFFF]


def matches_by_block(pattern):
    """Digests of where a pattern that has a scanner matches in the sentences of a block, written as one text."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    digests = []
    for sentences in blocks():
        text = "".join(sentences)
        positions = utf16_positions(text)
        places = [str(positions[place]) for _, span in split.pre_tokenize_str(text) for place in span]
        digests.append(hashlib.sha256(",".join(places).encode()).hexdigest()[:12])
    print(pattern, flush=True)
    return digests


def main():
    small = json.loads(gzip.decompress((ROOT / "src/tokenizers/fixtures/small.json.gz").read_bytes()))
    jsons = {}
    for pipeline in small["pipelines"]:
        name = pipeline.pop("name")
        if name in NAMES:
            pipeline["model"]["vocab"] = small["vocab"]
            jsons[name] = json.dumps(pipeline)
    for file in sorted(REAL.glob("*.tokenizer.json")):
        jsons[file.name.removesuffix(".tokenizer.json")] = file.read_text(encoding="utf-8")
    recorded = json.loads(gzip.decompress((ROOT / "src/tokenizers/fixtures/splits.json.gz").read_bytes()))
    patterns = recorded["patterns"]
    if len(sys.argv) > 2:
        jsons = {name: text for name, text in jsons.items() if name in sys.argv[2:]}
        patterns = {name: pattern for name, pattern in patterns.items() if f"pattern {name}" in sys.argv[2:]}
    digests = {}
    for name, text in jsons.items():
        tokenizer = Tokenizer.from_str(text)
        digests[name] = []
        for sentences in blocks():
            lines = "\n".join(describe(tokenizer, text) for text in sentences)
            digests[name].append(hashlib.sha256(lines.encode()).hexdigest()[:12])
        print(name, flush=True)
    matches = {pattern: matches_by_block(pattern) for pattern in patterns.values()}
    pathlib.Path(sys.argv[1]).write_text(json.dumps({"jsons": jsons, "digests": digests, "matches": matches}))


main()
