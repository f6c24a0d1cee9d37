"""Tensors made of numbers alone."""

import torch

from recorder import DTYPES, OPS, booleans, case, integers


def made(function):
    """Takes the dtype by name."""
    return lambda *inputs, dtype=None, **options: function(*inputs, **options, dtype=dtype and DTYPES[dtype])


OPS.update(
    {
        **{name: made(getattr(torch, name)) for name in "zeros_like ones_like".split()},
        "zeros": made(lambda size, dtype: torch.zeros(size, dtype=dtype)),
        "ones": made(lambda size, dtype: torch.ones(size, dtype=dtype)),
        "full": made(lambda size, fill_value, dtype: torch.full(size, fill_value, dtype=dtype)),
        "full_like": made(lambda input, fill_value, dtype: torch.full_like(input, fill_value, dtype=dtype)),
        "arange": made(lambda start, end, step=1, dtype=None: torch.arange(start, end, step, dtype=dtype)),
        "linspace": made(lambda start, end, steps, dtype: torch.linspace(start, end, steps, dtype=dtype)),
        "eye": made(lambda n, m, dtype: torch.eye(n, m, dtype=dtype)),
        "tensor": made(lambda data, dtype: torch.tensor(data, dtype=dtype)),
    }
)

NUMBERS = "float32 float16 bfloat16 float64 int64 int32 int16 int8 uint8".split()


def record():
    for name in NUMBERS + ["bool"]:
        case(f"zeros: {name}", "zeros", [], size=[2, 3], dtype=name)
        case(f"ones: {name}", "ones", [], size=[3], dtype=name)
        case(f"full: {name}", "full", [], size=[2, 2], fill_value=3, dtype=name)
        if name != "bfloat16":  # half.py has it
            case(f"eye: {name}", "eye", [], n=3, m=3, dtype=name)
        case(f"zeros_like: {name}", "zeros_like", [integers(0, 9, 2, dtype=DTYPES[name])], differentiable=False)
        case(f"ones_like: as {name}", "ones_like", [(2, 2)], dtype=name, differentiable=False)
        case(f"tensor: {name}", "tensor", [], data=[[1, 2], [0, 3]], dtype=name)
    case("zeros: default", "zeros", [], size=[2, 0])
    case("ones: default, rank 0", "ones", [], size=[])
    for label, value in [("a whole number", 3), ("a fraction", 0.25), ("true", True), ("a negative number", -2)]:
        case(f"full: {label}", "full", [], size=[2], fill_value=value)
    case("full: a fraction dropped", "full", [], size=[2], fill_value=2.75, dtype="int32")
    case("full_like: float32", "full_like", [(2, 3)], fill_value=7, differentiable=False)
    case("full_like: bool as int64", "full_like", [booleans(3)], fill_value=7, dtype="int64")

    for start, end, step in [
        (0, 5, 1), (2, 11, 3), (2, 12, 3), (5, 0, -2), (5, 5, 1), (-4, 4, 3), (3, -3, -1), (0, 1, 2),
        (0, 1, 0.1), (0.5, 4.2, 0.7), (1, 0, -0.25), (0.0, 3.5, 1), (-1.5, 2, 1), (10, 0.5, -1.5), (0, 100, 0.3),
    ]:
        case(f"arange: {start} to {end} by {step}", "arange", [], start=start, end=end, step=step)
        if step in (0.1, 0.3, -2, 1):
            case(f"arange: {start} to {end} by {step}, float64", "arange", [], start=start, end=end, step=step, dtype="float64")
    for name in NUMBERS:
        case(f"arange: {name}", "arange", [], start=1, end=10, step=2, dtype=name)
    for start, end, steps in [(0, 1, 5), (-1, 1, 4), (3, 10, 1), (3, 10, 0), (3, 10, 2), (10, -2.5, 7), (0, 1, 100), (2, 2, 3)]:
        case(f"linspace: {start} to {end} in {steps}", "linspace", [], start=start, end=end, steps=steps)
    for name in ["float64", "int64", "int32", "uint8"]:
        case(f"linspace: {name}", "linspace", [], start=0, end=10, steps=4, dtype=name)
    case("linspace: int64, downwards", "linspace", [], start=5, end=-5, steps=4, dtype="int64")
    case("eye: wide", "eye", [], n=2, m=4)
    case("eye: tall", "eye", [], n=3, m=2)
    case("eye: empty", "eye", [], n=0, m=3)
    for label, data in [
        ("whole numbers", [1, 2]), ("fractions", [1.5, 2.0]), ("bools", [True, False]), ("bools and whole numbers", [True, 2]),
        ("bools and fractions", [True, 2.5]), ("nothing", []), ("a number", 7), ("rows of nothing", [[], []]), ("a bool", True),
    ]:
        case(f"tensor: {label}", "tensor", [], data=data)
    case("tensor: fractions dropped", "tensor", [], data=[1.75, -1.75], dtype="int64")
    case("tensor: numbers as bools", "tensor", [], data=[0, 2, 0.5], dtype="bool")
    case("tensor: float16 rounded", "tensor", [], data=[0.1, 65504.0, 1e-7], dtype="float16")
    case("tensor: bfloat16 rounded", "tensor", [], data=[0.1, 3.0e38, 257.0], dtype="bfloat16")
