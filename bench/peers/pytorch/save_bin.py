"""Writes a BERT folder again with its weights as pytorch_model.bin: from the first folder into the second."""

import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

source, target = map(Path, sys.argv[1:])
unfinished = target.with_name(f"{target.name}.unfinished")
shutil.rmtree(unfinished, ignore_errors=True)
unfinished.mkdir()
for file in source.iterdir():
    if file.suffix in (".json", ".txt"):
        shutil.copy(file, unfinished)
torch.save(load_file(source / "model.safetensors"), unfinished / "pytorch_model.bin")
unfinished.rename(target)
