"""Elements in order."""

from math import inf, nan

import torch

from recorder import OPS, booleans, case, integers, normal


def pair(function):
    return lambda input, *arguments, **options: tuple(function(input, *arguments, **options))


OPS.update(
    {
        "topk": pair(torch.topk),
        "sort": pair(torch.sort),
        "argsort": torch.argsort,
        "kthvalue": pair(torch.kthvalue),
        "median": lambda input, dim=None, **options: (
            torch.median(input) if dim is None else tuple(torch.median(input, dim, **options))
        ),
        "searchsorted": lambda sequence, values=None, value=None, **options: torch.searchsorted(
            sequence, values if value is None else value, **options
        ),
        "bucketize": lambda input, boundaries, **options: torch.bucketize(input, boundaries, **options),
    }
)


def shuffled(*shape, dtype=torch.float32):
    """Whole numbers without repetition, so that there is one order."""
    count = torch.Size(shape).numel()
    return (
        lambda generator: (torch.randperm(count, generator=generator) - count // 3).reshape(shape).to(dtype)
    )


def record():
    case("topk: last axis", "topk", [(3, 6)], k=2)
    case("topk: first axis, smallest", "topk", [(5, 3)], k=3, dim=0, largest=False)
    case("topk: all", "topk", [(2, 4)], k=4, dim=-1)
    case("topk: none", "topk", [(2, 4)], k=0)
    case("topk: rank 0", "topk", [()], k=1)
    case("topk: NaN", "topk", [torch.tensor([1.0, nan, inf, -inf, 3.0])], k=3)
    case("topk: NaN, smallest", "topk", [torch.tensor([1.0, nan, inf, -inf, 3.0])], k=4, largest=False)
    case("sort: last axis", "sort", [(3, 6)])
    case("sort: middle axis, descending", "sort", [(2, 5, 3)], dim=1, descending=True)
    ties = torch.tensor([[2, 1, 2, 1, 2], [0, 0, 1, 0, 1]])
    case("sort: stable", "sort", [ties], stable=True)
    case("sort: stable, descending", "sort", [ties.float()], dim=1, stable=True, descending=True)
    case("sort: rank 0", "sort", [()])
    case("sort: one entry", "sort", [(3, 1)])
    case("sort: no entries", "sort", [(3, 0)])
    case("sort: no rows", "sort", [(0, 3)])
    special = torch.tensor([nan, 1.0, inf, -inf, nan, -2.0, inf, 0.0])
    for name, options in [("", {}), (", descending", {"descending": True})]:
        case(f"sort: NaN and infinities{name}", "sort", [special], stable=True, **options)
        case(f"sort: bool{name}", "sort", [torch.tensor([True, False, True, False])], stable=True, **options)
        for dtype in ["float64", "bfloat16", "int64", "int32", "int16", "int8", "uint8"]:
            low = 0 if dtype == "uint8" else -4
            values = (
                shuffled(3, 4, dtype=getattr(torch, dtype))
                if low < 0
                else integers(0, 200, 3, 4, dtype=torch.uint8)
            )
            case(f"sort: {dtype}{name}", "sort", [values], stable=True, **options)
    case("topk: bfloat16", "topk", [shuffled(3, 4, dtype=torch.bfloat16)], k=2)
    case("topk: int64 beyond 2^53", "topk", [torch.tensor([2**60, 2**60 + 1, 2**60 - 1])], k=2)
    case("argsort: last axis", "argsort", [(3, 5)])
    case("argsort: first axis, descending", "argsort", [(4, 2)], dim=0, descending=True)
    case("kthvalue: second", "kthvalue", [(3, 5)], k=2)
    case("kthvalue: kept axis", "kthvalue", [(5, 2)], k=5, dim=0, keepdim=True)
    case("kthvalue: int64", "kthvalue", [shuffled(6, dtype=torch.int64)], k=3)
    case("kthvalue: rank 0", "kthvalue", [()], k=1)
    case("median: of all", "median", [(3, 4)])
    case("median: odd", "median", [(2, 5)], dim=1)
    case("median: even, kept axis", "median", [(4, 3)], dim=0, keepdim=True)
    case("median: int64", "median", [shuffled(2, 5, dtype=torch.int64)], dim=1)
    rows = torch.tensor([[1.0, nan, 3.0, 0.0], [4.0, 1.0, 2.0, 3.0], [nan, 5.0, nan, inf]])
    case("median: NaN", "median", [rows], dim=1, differentiable=False)
    case("median: of all with NaN", "median", [rows], differentiable=False)

    boundaries = torch.tensor([-1.0, 0.0, 0.0, 0.5, 2.0])
    values = torch.tensor([[-2.0, -1.0, 0.0], [0.25, 2.0, 3.0]])
    for right in [False, True]:
        case(
            f"searchsorted: right {right}",
            "searchsorted",
            [boundaries, values],
            constants=[0, 1],
            right=right,
        )
        case(f"bucketize: right {right}", "bucketize", [values, boundaries], constants=[0, 1], right=right)
    sequences = torch.tensor([[1, 3, 5, 7], [2, 4, 6, 8]])
    case("searchsorted: a sequence a row", "searchsorted", [sequences, torch.tensor([[3, 6, 9], [3, 6, 9]])])
    case("searchsorted: side", "searchsorted", [sequences, torch.tensor([[3, 7], [4, 9]])], side="right")
    case("searchsorted: a number", "searchsorted", [boundaries], constants=[0], value=0.25)
    case("searchsorted: int32 result", "searchsorted", [boundaries, values], constants=[0, 1], out_int32=True)
    case("searchsorted: NaN", "searchsorted", [boundaries, torch.tensor([nan, inf, -inf])], constants=[0, 1])
    case("searchsorted: no boundaries", "searchsorted", [torch.zeros(0), values], constants=[0, 1])
    case("bucketize: int64", "bucketize", [integers(-3, 9, 2, 3), torch.tensor([0, 2, 4])], out_int32=True)
