"""Small SentencePiece models of every kind, trained on the sentences of samples.py: always the same ones.

The rules of most are their own, since those of SentencePiece take 240 KB; nmt_nfkc is in the models of ../shared/data.
"""

import io
import random

import sentencepiece
from google.protobuf import runtime_version
from samples import SENTENCES

# The package's own description of its format asks for a newer protobuf than other packages here bear with.
runtime_version.ValidateProtobufRuntimeVersion = lambda *versions: None

from sentencepiece import sentencepiece_model_pb2 as protobuf  # noqa: E402

assert sentencepiece.__version__ == "0.2.3", sentencepiece.__version__

SYMBOLS = ["<sep>", "New York", "▁▁", "αβ", "<mask>", "aa"]
RULES = "41\t61\nC4\t61 65\n66 69\tFB01\n301\t\n2026\t2E 2E 2E\n20 21\t21\n3000\t20\n1F44D\t2B 31\n65 301 323\t45\nAD\t\n"
BACK = "FB01\t66 69\n61 61\t41\n"


def corpus():
    rng = random.Random(41)
    lines = list(SENTENCES)
    for _ in range(300):
        words = rng.choice(SENTENCES).split(" ") + rng.choice(SENTENCES[:6]).split(" ")
        rng.shuffle(words)
        lines.append(" ".join(words))
    return lines


def train(**options):
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus()),
        model_writer=writer,
        num_threads=1,
        minloglevel=2,
        hard_vocab_limit=False,
        **options,
    )
    return writer.getvalue()


def changed(model, change):
    proto = protobuf.ModelProto()
    proto.ParseFromString(model)
    change(proto)
    return proto.SerializeToString(deterministic=True)


def small(model):
    """Without what only says how the model was trained."""

    def strip(proto):
        for field in ["input", "model_prefix", "required_chars"]:
            proto.trainer_spec.ClearField(field)
        for spec in [proto.normalizer_spec, proto.denormalizer_spec]:
            spec.ClearField("normalization_rule_tsv")

    return changed(model, strip)


def disuse(proto):
    """Some pieces are unused, some share a score."""
    rng = random.Random(43)
    for piece in proto.pieces:
        if piece.type == protobuf.ModelProto.SentencePiece.NORMAL and len(piece.piece) > 1:
            if rng.random() < 0.25:
                piece.type = protobuf.ModelProto.SentencePiece.UNUSED


def coarsen(proto):
    """Scores that are often equal, so that ties decide."""
    for piece in proto.pieces:
        piece.score = round(piece.score)


def models(tmp):
    rules, back = tmp / "rules.tsv", tmp / "back.tsv"
    rules.write_text(RULES)
    back.write_text(BACK)
    unigram = {"model_type": "unigram", "vocab_size": 1000}
    bpe = {"model_type": "bpe", "vocab_size": 1000}
    plain = {"normalization_rule_name": "identity"}
    own = {"normalization_rule_tsv": str(rules)}
    yield "unigram nfkc_cf bytes", train(
        **unigram, normalization_rule_name="nfkc_cf", byte_fallback=True, user_defined_symbols=SYMBOLS, character_coverage=0.98
    )
    base = train(**unigram, **own, user_defined_symbols=SYMBOLS, pad_id=3, character_coverage=0.98, denormalization_rule_tsv=str(back))
    yield "unigram own rules", base
    yield "unigram ties", changed(base, coarsen)
    yield "unigram unused", changed(base, disuse)
    yield "unigram suffix", train(**unigram, **plain, treat_whitespace_as_suffix=True, control_symbols=["<ctl>"])
    yield "unigram spaces kept", train(
        **unigram, **own, remove_extra_whitespaces=False, split_by_whitespace=False, unk_surface="[?]"
    )
    yield "unigram no prefix", train(**unigram, **plain, add_dummy_prefix=False, byte_fallback=True, character_coverage=0.985)
    yield "unigram neither", train(
        **unigram, **plain, add_dummy_prefix=False, remove_extra_whitespaces=False, bos_id=-1, unk_id=2, eos_id=0
    )
    base = train(**bpe, **own, user_defined_symbols=SYMBOLS, character_coverage=0.98)
    yield "bpe own rules", base
    yield "bpe unused", changed(base, disuse)
    yield "bpe ties", changed(base, coarsen)
    yield "bpe bytes", train(**bpe, **plain, byte_fallback=True, split_digits=True, character_coverage=0.98)
    yield "bpe over spaces", train(**bpe, **plain, split_by_whitespace=False, remove_extra_whitespaces=False)
    yield "char", train(model_type="char", vocab_size=700, **own, user_defined_symbols=SYMBOLS)
    yield "char bytes", train(model_type="char", vocab_size=700, **plain, byte_fallback=True, character_coverage=0.985)
    yield "word", train(model_type="word", vocab_size=500, **plain, user_defined_symbols=SYMBOLS)
