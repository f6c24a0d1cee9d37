"""Training by the Rust library through Python; sides/train-tokenizer.ts does the same."""

import json
import time
from pathlib import Path

from side import read_options, serve

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

options = read_options()
lines = json.loads(Path(options.sentences).read_text(encoding="utf-8"))
size = options.spec["vocab_size"]


def train_bpe() -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        lines, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    )


def train_wordpiece() -> None:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        lines, trainers.WordPieceTrainer(vocab_size=size, special_tokens=["[UNK]"], show_progress=False)
    )


def train_unigram() -> None:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(
        lines,
        trainers.UnigramTrainer(vocab_size=size, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False),
    )


train = {"BPE": train_bpe, "WordPiece": train_wordpiece, "Unigram": train_unigram}[options.spec["model"]]


def run_round() -> float:
    begin = time.perf_counter()
    train()
    return time.perf_counter() - begin


serve(f"tokenizers {tokenizers.__version__}", [], run_round)
