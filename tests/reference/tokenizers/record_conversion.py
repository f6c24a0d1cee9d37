"""Records the pipelines that Transformers makes of SentencePiece models, into
src/tokenizers/sentencepiece/fixtures/conversion.json.gz.

    python tests/reference/tokenizers/record_conversion.py      (transformers==4.37.2, tokenizers==0.15.2, protobuf<5)

The models are those that record_sentencepiece.py has recorded. Vocabularies are left out: ids and scores of the pieces.
"""

import gzip
import json
import pathlib
import tempfile
import types

import tokenizers
import transformers
from samples import settle
from transformers.convert_slow_tokenizer import SentencePieceExtractor, SpmConverter

assert transformers.__version__ == "4.37.2", transformers.__version__
FIXTURES = pathlib.Path(__file__).parents[3] / "src/tokenizers/sentencepiece/fixtures"


def main():
    recorded = json.loads(gzip.decompress((FIXTURES / "sentencepiece.json.gz").read_bytes()))
    models = gzip.decompress((FIXTURES / "models.bin.gz").read_bytes())
    conversions, start = {}, 0
    for entry in recorded["models"]:
        model = models[start : start + entry["length"]]
        start += entry["length"]
        name = entry["name"]
        if not name.startswith(("unigram", "bpe")):
            continue
        with tempfile.NamedTemporaryFile(suffix=".model") as file:
            file.write(model)
            file.flush()
            original = types.SimpleNamespace(vocab_file=file.name, legacy="spaces" not in name)
            tokenizer = SpmConverter(original).converted()
            scores = [(piece.piece, piece.score) for piece in SpmConverter(original).proto.pieces]
            by_score = SentencePieceExtractor(file.name).extract(scores)[1] if name.startswith("bpe") else None
        pipeline = json.loads(tokenizer.to_str())
        del pipeline["model"]["vocab"]
        charsmaps = [part for part in pipeline["normalizer"]["normalizers"] if part["type"] == "Precompiled"]
        for part in charsmaps:
            part["precompiled_charsmap"] = ""  # that of the model
        texts = [text for text, *_ in entry["cases"][::3]]
        ids = [tokenizer.encode(settle(text), add_special_tokens=False).ids for text in texts]
        conversions[name] = {"pipeline": pipeline, "by_score": by_score, "ids": ids}
    text = json.dumps(conversions, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "conversion.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(conversions), len(text), (FIXTURES / "conversion.json.gz").stat().st_size)


main()
