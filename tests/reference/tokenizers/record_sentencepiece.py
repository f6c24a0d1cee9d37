"""Records what SentencePiece makes of texts, into src/tokenizers/sentencepiece/fixtures/.

    python tests/reference/tokenizers/record_sentencepiece.py      (sentencepiece==0.2.3)

The models are trained by sentencepiece_models.py and recorded too. With ../shared/data beside the repository, digests
of what the real models there give are recorded as well.
"""

import gzip
import hashlib
import json
import pathlib
import random
import tempfile

from record_unigram import with_symbols
from samples import SENTENCES, random_texts, settle
from sentencepiece import SentencePieceProcessor
from sentencepiece_models import models, small

ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = ROOT / "src/tokenizers/sentencepiece/fixtures"
DATA = ROOT.parent / "shared/data"


def random_ids(rng, size, count):
    """Ids of all kinds: those at the beginning are the special ones and the bytes."""
    for _ in range(count):
        limit = rng.choice([size, size, 8, 300])
        yield [rng.randrange(min(size, limit)) for _ in range(rng.randint(0, 9))]


def record(number, name, model):
    processor = SentencePieceProcessor(model_proto=model)
    texts = with_symbols([*SENTENCES[number % 3 :: 3], *random_texts(71 + number, 70)], number)
    cases = []
    for text in texts:
        settled = settle(text)
        ids = processor.encode(settled)
        pieces = processor.encode_as_pieces(settled)
        # Only pieces that ids do not tell.
        surfaces = [piece for id, piece in zip(ids, pieces) if piece != processor.id_to_piece(id)]
        cases.append([text, ids, surfaces, processor.normalize(settled), processor.decode(ids)])
    rng = random.Random(number)
    size = processor.get_piece_size()
    decoded = [[ids, processor.decode(ids)] for ids in random_ids(rng, size, 120)]
    alone = hashlib.sha256("\n".join(processor.decode([id]) for id in range(size)).encode()).hexdigest()[:16]
    framed = processor.encode("ab c", add_eos=True, reverse=True)
    special = [processor.unk_id(), processor.bos_id(), processor.eos_id(), processor.pad_id()]
    return {"name": name, "length": len(model), "cases": cases, "decoded": decoded, "alone": alone, "framed": framed, "special": special}


def digests(texts):
    """Of each real model: ids and what they decode to, twenty texts at a time, and every id decoded alone."""
    found = {}
    for path in sorted((DATA / "tokenizers").glob("*.model")):
        processor = SentencePieceProcessor(model_file=str(path))
        lines = []
        for at in range(0, len(texts), 20):
            text = settle("\n".join(texts[at : at + 20]))
            ids = processor.encode(text)
            lines.append(short(f"{','.join(map(str, ids))}|{processor.decode(ids)}"))
        alone = short("\n".join(processor.decode([id]) for id in range(processor.get_piece_size())))
        found[path.name] = {"texts": lines, "alone": alone}
    return found


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main():
    with tempfile.TemporaryDirectory() as folder:
        named = [(name, small(model)) for name, model in models(pathlib.Path(folder))]
    recorded = [record(number, name, model) for number, (name, model) in enumerate(named)]
    texts = [text for entry in recorded for text, *_ in entry["cases"]]
    value = {"models": recorded, "digests": digests(texts) if DATA.is_dir() else {}}
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    FIXTURES.mkdir(exist_ok=True)
    (FIXTURES / "sentencepiece.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    # One behind the other; compressed as they are they take less than in base64.
    (FIXTURES / "models.bin.gz").write_bytes(gzip.compress(b"".join(model for _, model in named), mtime=0))
    print(len(texts), [path.stat().st_size for path in sorted(FIXTURES.iterdir())])


main()
