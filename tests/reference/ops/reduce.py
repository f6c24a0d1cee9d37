"""Reductions over axes."""

from math import inf

import torch

from recorder import DTYPES, OPS, booleans, case, integers, reduction

OPS.update(
    {
        **{name: getattr(torch, name) for name in "argmax argmin logsumexp cumsum amax amin".split()},
        **{name: reduction(getattr(torch, name)) for name in "sum mean max min all any".split()},
        "var": lambda input, dim=None, **options: torch.var(input, dim, **options),
    }
)


def record():
    plans = [
        (None, None),
        (0, None),
        (-1, True),
        (1, False),
        ([0, 2], False),
        ([1, -1], True),
        ([0, 1, 2], False),
    ]
    for op in ["sum", "mean", "max", "min", "amax", "amin", "logsumexp", "var"]:
        for dim, keepdim in plans:
            options = {key: value for key, value in [("dim", dim), ("keepdim", keepdim)] if value is not None}
            if (op in ("max", "min") and isinstance(dim, list)) or (op == "logsumexp" and dim is None):
                continue
            case(f"{op}: {options or 'everything'}", op, [(2, 3, 5)], **options)
    for op in ["sum", "mean", "amax", "logsumexp"]:
        case(f"{op}: size 1", op, [(3, 1, 2)], dim=1)
    for op in ["sum", "mean", "max", "min", "amax", "amin"]:
        case(f"{op}: rank 0", op, [()])
    for op in ["amax", "amin"]:
        case(f"{op}: ties", op, [torch.tensor([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]])], dim=1)
        case(f"{op}: int64", op, [integers(-9, 9, 3, 4)], dim=1)
    for op in ["max", "min"]:
        case(f"{op}: ties over everything", op, [torch.tensor([1.0, 3.0, 3.0, 1.0])])
        case(f"{op}: int64", op, [integers(-9, 9, 3, 4)])
    for dtype in ["int64", "int32", "bool"]:
        case(f"sum: {dtype}", "sum", [integers(0, 2, 3, 4, dtype=DTYPES[dtype])], dim=0)
        case(f"cumsum: {dtype}", "cumsum", [integers(0, 2, 3, 4, dtype=DTYPES[dtype])], dim=1)
    case("sum: empty", "sum", [(0, 3)])
    case("sum: empty axis", "sum", [(0, 3)], dim=0)
    case("sum: other axis of an empty one", "sum", [(0, 3)], dim=1)
    case("var: correction 0", "var", [(2, 3, 5)], dim=-1, correction=0)
    case("var: correction 0 over two axes, kept", "var", [(2, 3, 5)], dim=[0, 2], correction=0, keepdim=True)
    case("var: correction 2", "var", [(2, 3, 5)], dim=-1, correction=2)
    case(
        "logsumexp: large values",
        "logsumexp",
        [torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1000.0]])],
        dim=1,
    )
    case(
        "logsumexp: minus infinity",
        "logsumexp",
        [torch.tensor([[-inf, 0.0, 1.0], [-inf, -inf, 2.0]])],
        dim=1,
        differentiable=False,
    )
    for op in ["argmax", "argmin"]:
        case(f"{op}: everything", op, [(2, 3, 5)])
        case(f"{op}: axis", op, [(2, 3, 5)], dim=1)
        case(f"{op}: last axis, kept", op, [(2, 3, 5)], dim=-1, keepdim=True)
        case(
            f"{op}: first of equal values",
            op,
            [torch.tensor([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]])],
            dim=1,
        )
        case(f"{op}: int64", op, [torch.tensor([[4, -2, 9], [0, 7, 3]])], dim=0)
    for op in ["all", "any"]:
        case(f"{op}: everything", op, [booleans(2, 4)])
        case(f"{op}: axis", op, [booleans(3, 2, 4)], dim=1)
        case(f"{op}: last axis, kept", op, [booleans(3, 2)], dim=-1, keepdim=True)
        case(f"{op}: int64", op, [integers(0, 2, 4, 3)], dim=1)
        case(f"{op}: empty", op, [booleans(0)])
    case("cumsum: first axis", "cumsum", [(4, 3)], dim=0)
    case("cumsum: last axis", "cumsum", [(2, 3, 5)], dim=-1)
    case("cumsum: size 1", "cumsum", [(3, 1)], dim=1)
