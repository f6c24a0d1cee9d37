"""How PyTorch prints tensors: `src/tensor/fixtures/printed.json`, a list of tensors with their text.

Elements that JSON has no number for (nan, inf, -0.0) stand there as text, and so do all int64. Where they count up
from 0, `ramp` says so instead: by how much they are divided, in float32, or null for int64.
"""

import math

import torch
from recording import ROOT, compact_json

INF, NAN = float("inf"), float("nan")


def ramp(*shape, divisor=None):
    """0, 1, 2 ... in a shape, divided where a divisor is given."""
    numbers = torch.arange(math.prod(shape)).reshape(shape)
    return (numbers if divisor is None else numbers / divisor), divisor


CASES = {
    "no elements": torch.tensor([]),
    "no columns": torch.zeros(2, 0),
    "no rows, int64": torch.zeros(0, 3, dtype=torch.int64),
    "no elements, float64": torch.zeros(0, dtype=torch.float64),
    "rank 0": torch.tensor(3.14159),
    "rank 0, whole": torch.tensor(2.0),
    "rank 0, negative": torch.tensor(-0.5),
    "rank 0, int64": torch.tensor(-7),
    "rank 0, bool": torch.tensor(True),
    "signs": torch.tensor([1.5, -2.25, 3.0]),
    "whole": torch.tensor([1.0, 2.0, -3.0]),
    "zeros": torch.zeros(3),
    "zero beside a fraction": torch.tensor([0.0, 0.5]),
    "negative zero": torch.tensor([-0.0, 1.5]),
    "halves of the last digit": torch.tensor([0.03125, 0.09375, -0.03125]),
    "small": torch.tensor([0.00012, 0.00034]),
    "tiny": torch.tensor([1e-10, 2e-10]),
    "far apart": torch.tensor([0.001, 1000.5]),
    "whole and far apart": torch.tensor([1e8, 1.0]),
    "whole and large": torch.tensor([1e9, 2e9]),
    "negative powers": torch.tensor([-1e-7, 123456.0]),
    "three digits of power": torch.tensor([1e-300, 1.0], dtype=torch.float64),
    "not finite, whole": torch.tensor([1.0, NAN, INF, -INF]),
    "not finite, fractions": torch.tensor([1.5, NAN, -INF]),
    "nothing finite": torch.tensor([NAN, NAN]),
    "not finite, far apart": torch.tensor([1e-6, 1.0, -INF]),
    "float16": torch.tensor([1.5, 2.25], dtype=torch.float16),
    "float16, far apart": torch.tensor([1e-4, 6e4], dtype=torch.float16),
    "bfloat16": torch.tensor([1.5, -2.25], dtype=torch.bfloat16),
    "float64": torch.tensor([1.123456789], dtype=torch.float64),
    "uint8": torch.tensor([1, 255], dtype=torch.uint8),
    "int8": torch.tensor([-1, 100], dtype=torch.int8),
    "int16": torch.tensor([-1, 100], dtype=torch.int16),
    "int32": torch.tensor([[-1, 100], [20000, 3]], dtype=torch.int32),
    "int64": torch.tensor([[1, -20], [300, 4]]),
    "int64 beyond a double's": torch.tensor([2**53 + 1, -(2**62)]),
    "bool": torch.tensor([[True, False], [False, True]]),
    "rank 3": ramp(2, 3, 2, divisor=4),
    "rank 4": ramp(2, 1, 2, 2),
    "a long row": ramp(40),
    "a long row of fractions": ramp(30, divisor=3),
    "a long row of bools": torch.ones(30, dtype=torch.bool),
    "long rows": ramp(2, 30, divisor=8),
    "a thousand elements": ramp(1000),
    "more than a thousand": ramp(1001),
    "more than a thousand fractions": ramp(1001, divisor=8),
    "many rows": ramp(1200, 1),
    "rows and columns": ramp(30, 40, divisor=7),
    "a short axis among long ones": ramp(7, 200),
    "rank 3 by its ends": ramp(12, 12, 12),
    "dtype on a line of its own": torch.arange(18, dtype=torch.int32),
    "requires_grad": torch.tensor([1.5, 2.5], requires_grad=True),
    "requires_grad, float64": torch.tensor([1.5], dtype=torch.float64, requires_grad=True),
}


def element(value):
    if isinstance(value, float) and (not math.isfinite(value) or (value == 0 and math.copysign(1, value) < 0)):
        return str(value)
    return value


def record(name, case):
    tensor, *divisor = case if isinstance(case, tuple) else (case,)
    values = tensor.detach().reshape(-1).tolist()
    is_wide = tensor.dtype == torch.int64
    elements = {"elements": [str(value) if is_wide else element(value) for value in values]}
    return {
        "name": name,
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "requires_grad": tensor.requires_grad,
        **({"ramp": divisor[0]} if divisor else elements),
        "text": repr(tensor).replace("torch.", ""),
    }


if __name__ == "__main__":
    cases = [record(name, case) for name, case in CASES.items()]
    compact_json(ROOT / "src/tensor/fixtures/printed.json", cases)
