"""Checks that Python loads a folder which this project saved, and computes the same from it.

    check_saved.py FOLDER

The class is the one that FOLDER/config.json names in "architectures". It must load without a
missing, unexpected or mismatched key. It is run on FOLDER/inputs.safetensors ("input_ids", ...,
"past_key_values.0.1"), and what it gives must equal FOLDER/outputs.safetensors ("logits",
"hidden_states.0", ...) to within 1e-4. Prints the largest error; exits with 1 where something is wrong.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

from models import flatten

TOLERANCE = 1e-4


def nest(tensors):
    """The opposite of flatten: {"past_key_values.0.1": tensor} as tuples of tuples."""
    tree = {}
    for key, value in tensors.items():
        *parents, last = key.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value

    def tuples(node):
        return tuple(tuples(node[key]) for key in sorted(node, key=int)) if isinstance(node, dict) else node

    return {key: tuples(value) for key, value in tree.items()}


def problems(folder):
    architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
    model, report = getattr(transformers, architecture).from_pretrained(folder, output_loading_info=True)
    yield from (f"{kind}: {', '.join(map(str, keys))}" for kind, keys in report.items() if keys)

    expected = load_file(folder / "outputs.safetensors")
    asked = {
        name: True
        for name in ("hidden_states", "attentions")
        if any(key.startswith(name) for key in expected)
    }
    options = {f"output_{name}": value for name, value in asked.items()}
    if any(key.startswith("past_key_values") for key in expected):
        options["use_cache"] = True
    with torch.no_grad():
        result = model.eval()(**nest(load_file(folder / "inputs.safetensors")), **options)
    outputs = {}
    for name, value in result.items():
        outputs.update(flatten(name, value))

    largest = 0.0
    for name, value in expected.items():
        if name not in outputs:
            yield f"{architecture} gives no {name}, only {', '.join(outputs)}"
        elif outputs[name].shape != value.shape:
            yield f"{name}: shape {list(value.shape)}, {architecture} gives {list(outputs[name].shape)}"
        else:
            error = (outputs[name] - value).abs().max().item() if value.numel() else 0.0
            largest = max(largest, error)
            if not error <= TOLERANCE:
                yield f"{name}: off by {error:.2e}"
    print(f"{architecture}: {len(expected)} outputs, largest error {largest:.2e}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: check_saved.py FOLDER")
    transformers.logging.set_verbosity_error()
    found = list(problems(Path(sys.argv[1])))
    if found:
        sys.exit("\n".join(found))
