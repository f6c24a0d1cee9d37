"""The largest and smallest elements and where they stand."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, binary, booleans, case, integers

OPS.update(
    {
        "max with indices": lambda input, dim, **options: tuple(torch.max(input, dim, **options)),
        "min with indices": lambda input, dim, **options: tuple(torch.min(input, dim, **options)),
        "max of two": binary(torch.max),
        "min of two": binary(torch.min),
    }
)

INTS = "int64 int32 int16 int8 uint8".split()


def record():
    ties = torch.tensor([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
    holes = torch.tensor([[1.0, nan, 3.0, nan], [inf, 2.0, nan, -inf], [4.0, 4.0, inf, -inf]])
    for op in ["max with indices", "min with indices"]:
        for dim, keepdim in [(0, False), (1, True), (-1, False)]:
            case(f"{op}: {dim}, keepdim {keepdim}", op, [(2, 3, 4)], dim=dim, keepdim=keepdim)
        case(f"{op}: ties", op, [ties.clone()], dim=1)
        case(f"{op}: ties, other axis", op, [ties.clone()], dim=0, keepdim=True)
        case(f"{op}: NaN", op, [holes], dim=1, differentiable=False)
        case(f"{op}: NaN, first axis", op, [holes], dim=0, differentiable=False)
        case(f"{op}: rank 0", op, [()], dim=0)
        case(f"{op}: size 1", op, [(3, 1)], dim=1)
        case(f"{op}: other axis of an empty one", op, [(0, 3)], dim=1)
        for name in INTS + ["float64", "bfloat16"]:
            case(f"{op}: {name}", op, [integers(0, 99, 3, 4, dtype=DTYPES[name])], dim=1, differentiable=False)
    for op in ["max of two", "min of two"]:
        case(f"{op}: broadcast", op, [(2, 1, 3), (4, 1)])
    for op in ["max", "min", "amax", "amin"]:
        case(f"{op}: NaN over everything", op, [holes], differentiable=False)
        for name in INTS + ["float64", "bfloat16"]:
            case(f"{op}: {name}", op, [integers(0, 99, 3, 4, dtype=DTYPES[name])], differentiable=False)
        case(f"{op}: bool", op, [booleans(3, 4)])
    for op in ["amax", "amin"]:
        case(f"{op}: NaN", op, [holes], dim=1, differentiable=False)
        case(f"{op}: NaN, first axis kept", op, [holes], dim=0, keepdim=True, differentiable=False)
        case(f"{op}: bool along an axis", op, [booleans(3, 4)], dim=[0])
        case(f"{op}: int64 beyond 53 bits", op, [torch.tensor([2**60, 2**60 + 1, 2**60 - 1])])
    for op in ["argmax", "argmin"]:
        case(f"{op}: NaN", op, [holes], dim=1)
        case(f"{op}: NaN, first axis kept", op, [holes], dim=0, keepdim=True)
        case(f"{op}: NaN over everything", op, [holes])
        case(f"{op}: infinities", op, [torch.tensor([inf, inf, -inf, -inf])])
        case(f"{op}: rank 0", op, [()], dim=0)
        case(f"{op}: everything, rank 0", op, [()])
        case(f"{op}: int64 beyond 53 bits", op, [torch.tensor([2**60, 2**60 + 1, 2**60 - 1])])
        for name in INTS + ["float64", "bfloat16"]:
            case(f"{op}: {name}", op, [integers(0, 99, 3, 4, dtype=DTYPES[name])], dim=1)
