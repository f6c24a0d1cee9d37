"""Where the recorded fixtures go, and how they are written: the same bytes on every run."""

import json
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]


def generator(name):
    """Random numbers that depend on a name only, whatever else is recorded before or after."""
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def save_tensors(path, tensors):
    """A safetensors file of contiguous copies, so that views of one storage may be saved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    copies = {key: value.detach().clone().contiguous() for key, value in tensors.items()}
    save_file(copies, path, metadata={"format": "pt"})
    path.chmod(0o644)


def compact_json(path, value):
    """JSON without spaces; a list has one entry per line, so that a change shows as a change of lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dump = lambda item: json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = "[\n" + ",\n".join(map(dump, value)) + "\n]" if isinstance(value, list) else dump(value)
    path.write_text(text + "\n", encoding="utf-8")


def randomize(model, seed):
    """Gives every parameter values large enough that nothing hides: biases and padding rows too."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator(f"{seed} {name}"))
            scale = name.endswith("weight") and parameter.dim() == 1
            parameter.copy_(1 + 0.2 * noise if scale else 0.3 * noise)
    return model
