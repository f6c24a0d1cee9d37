"""A tokenizer.json read by the Rust library through Python."""

import time
from pathlib import Path

from side import read_options, serve

import tokenizers

file = Path(read_options().folder).read_text(encoding="utf-8")


def run_round() -> float:
    begin = time.perf_counter()
    tokenizers.Tokenizer.from_str(file).encode("Hello world")
    return (time.perf_counter() - begin) * 1000


serve(f"tokenizers {tokenizers.__version__}", [], run_round)
