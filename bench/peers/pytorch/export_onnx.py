"""Writes a BERT folder's network as onnx/model.onnx inside that folder, where transformers.js looks for it.

Weights lie in a file beside the graph (model.onnx_data), which ONNX Runtime maps into memory: transformers.js
starts a third faster than with one large file, and takes less memory.

The TorchScript exporter, as transformers.js's own conversion uses it: the newer one (dynamo=True, torch 2.15)
writes a graph of this model whose logits are wrong.
"""

import sys
import tempfile
from pathlib import Path

import onnx
import torch
from transformers import BertForSequenceClassification

folder = Path(sys.argv[1])
target = folder / "onnx"
if target.exists():
    sys.exit()
# The mask's padding and the eager attention keep the mask in the traced graph.
model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
example = {
    "input_ids": torch.ones(2, 8, dtype=torch.int64),
    "attention_mask": torch.tensor([[1] * 8, [1] * 5 + [0] * 3]),
    "token_type_ids": torch.zeros(2, 8, dtype=torch.int64),
}
with tempfile.TemporaryDirectory(dir=folder) as unfinished:
    path = Path(unfinished) / "onnx" / "model.onnx"
    path.parent.mkdir()
    torch.onnx.export(
        model,
        tuple(example.values()),
        path,
        input_names=list(example),
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "sequence"} for name in example},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="model.onnx_data")
    path.parent.rename(target)
