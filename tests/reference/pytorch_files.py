"""Writes files of torch.save with everything that checkpoints have, and beside each what it holds as safetensors.

    pytorch_files.py [suffix]

Run once with each version of PyTorch (suffix: its number). Big-endian files are made of little-endian ones.
Writes src/hub/pytorch/fixtures/<name>-<suffix>.bin and .safetensors.
"""

import io
import sys
import zipfile
from collections import OrderedDict

import torch

from recording import ROOT, generator, save_tensors

FIXTURES = ROOT / "src/hub/pytorch/fixtures"


def normal(name, *shape):
    return torch.randn(shape, generator=generator(name))


def state_dicts():
    base = normal("base", 4, 6)
    linear = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    with torch.no_grad():
        for i, parameter in enumerate(linear.parameters()):
            parameter.copy_(normal(f"linear {i}", *parameter.shape))
    yield "plain", {"weight": normal("weight", 2, 3), "bias": normal("bias", 3)}
    yield "ordered", OrderedDict(a=normal("a", 5), b=normal("b", 1, 1, 2))
    yield "module", linear.state_dict()
    yield "parameters", {"p": torch.nn.Parameter(normal("p", 3, 2))}
    yield "shared", {"whole": base, "rows": base[1:3], "again": base}
    yield "views", {
        "transposed": base.t(),
        "column": base[:, 2],
        "every other": base[::2, 1::2],
        "permuted": normal("permuted", 2, 3, 4).permute(2, 0, 1),
    }
    yield "dtypes", {
        "float64": normal("f64", 3).double(),
        "float16": normal("f16", 3).half(),
        "bfloat16": normal("bf16", 3).bfloat16(),
        "int64": torch.tensor([1, -(2**62), 3]),
        "int32": torch.tensor([1, -2], dtype=torch.int32),
        "int16": torch.tensor([1, -2], dtype=torch.int16),
        "int8": torch.tensor([1, -2], dtype=torch.int8),
        "uint8": torch.tensor([1, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
    }
    yield "shapes", {
        "rank 0": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "ones": normal("ones", 1, 1, 1),
        "long name.with.dots/and slashes": normal("long", 2),
    }
    yield "metadata", {"weight": normal("m", 2), "step": 3, "name": "x", "nothing": None, "list": [1, 2.5, (True,)]}
    yield "many", {f"layer.{i}.weight": normal(f"many {i}", 2, 2) for i in range(300)}


def big_endian(data, tensors):
    """The same archive with every storage's elements and the byte order reversed."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    widths = {name: tensor.element_size() for name, tensor in tensors.items()}
    assert len(set(widths.values())) == 1
    width = next(iter(widths.values()))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for info in source.infolist():
            content = source.read(info)
            if "/data/" in info.filename:
                content = b"".join(content[i : i + width][::-1] for i in range(0, len(content), width))
            if info.filename.endswith("/byteorder"):
                content = b"big"
            out.writestr(info.filename, content)
        if not any(info.filename.endswith("/byteorder") for info in source.infolist()):
            out.writestr(source.infolist()[0].filename.split("/")[0] + "/byteorder", b"big")
    return target.getvalue()


def write(name, data, tensors):
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / f"{name}.bin").write_bytes(data)
    save_tensors(FIXTURES / f"{name}.safetensors", tensors)


suffix = sys.argv[1]
for name, state in state_dicts():
    tensors = {key: value for key, value in state.items() if isinstance(value, torch.Tensor)}
    for kind, new in [("zip", True), ("legacy", False)]:
        buffer = io.BytesIO()
        torch.save(state, buffer, _use_new_zipfile_serialization=new)
        write(f"{name}-{kind}-{suffix}", buffer.getvalue(), tensors)
        if new and name in ("plain", "views"):
            write(f"{name}-big-endian-{suffix}", big_endian(buffer.getvalue(), tensors), tensors)
