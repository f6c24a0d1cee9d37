"""Many sentences through the text-classification pipeline of Python Transformers, a batch at a time."""

import json
import time
from pathlib import Path

import torch
from transformers import pipeline

from side import read_options, serve

options = read_options()
torch.set_num_threads(options.threads)
sentences = json.loads(Path(options.sentences).read_text())
pipe = pipeline("text-classification", model=options.folder, device="cpu", batch_size=options.batch)
first = pipe(sentences[: 4 * options.batch])


def run_round() -> float:
    begin = time.perf_counter()
    pipe(sentences)
    return len(sentences) / (time.perf_counter() - begin)


serve([each["score"] if each["label"] == "LABEL_0" else 1 - each["score"] for each in first], run_round)
