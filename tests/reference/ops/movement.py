"""Operations that move elements."""

import torch

from recorder import OPS, booleans, case, integers

def slice_axis(input, dim, start=None, end=None, step=1):
    index = [slice(None)] * input.dim()
    index[dim] = slice(start, end, step)
    return input[tuple(index)]


OPS.update(
    {
        **{
            name: getattr(torch, name)
            for name in """reshape flatten unsqueeze squeeze transpose permute split chunk select flip
            tril triu""".split()
        },
        "expand": lambda input, size: input.expand(size),
        "cat": lambda *inputs, dim=0: torch.cat(inputs, dim),
        "stack": lambda *inputs, dim=0: torch.stack(inputs, dim),
        "slice": slice_axis,
    }
)


def record():
    case("reshape: inferred", "reshape", [(2, 3, 4)], shape=[6, -1])
    case("reshape: split", "reshape", [(2, 6)], shape=[2, 3, 2])
    case("reshape: rank 0", "reshape", [(1, 1)], shape=[])
    case("reshape: from rank 0", "reshape", [()], shape=[1, 1])
    case("reshape: empty", "reshape", [(0, 4)], shape=[0, 2, 2])
    case("reshape: int64", "reshape", [integers(0, 9, 2, 3)], shape=[-1])
    case("flatten: everything", "flatten", [(2, 3, 4)])
    case("flatten: from 1", "flatten", [(2, 3, 4)], start_dim=1)
    case("flatten: 0 to 1", "flatten", [(2, 3, 4)], start_dim=0, end_dim=1)
    case("flatten: -2 to -1", "flatten", [(2, 3, 4, 1)], start_dim=-2, end_dim=-1)
    case("flatten: rank 0", "flatten", [()])
    for dim in [0, 1, -1, -2]:
        case(f"unsqueeze: {dim}", "unsqueeze", [(2, 3)], dim=dim)
    case("unsqueeze: rank 0", "unsqueeze", [()], dim=0)
    case("squeeze: all", "squeeze", [(1, 2, 1, 3)])
    case("squeeze: one", "squeeze", [(1, 2, 1, 3)], dim=2)
    case("squeeze: last", "squeeze", [(2, 1)], dim=-1)
    case("squeeze: not of size 1", "squeeze", [(2, 1)], dim=0)
    case("transpose: 0 and 1", "transpose", [(2, 3)], dim0=0, dim1=1)
    case("transpose: 1 and 2", "transpose", [(2, 3, 4, 5)], dim0=1, dim1=2)
    case("transpose: -1 and -2", "transpose", [(2, 3, 4)], dim0=-1, dim1=-2)
    case("transpose: int64", "transpose", [integers(0, 9, 2, 3)], dim0=0, dim1=1)
    case("permute: 0 2 1 3", "permute", [(2, 3, 4, 5)], dims=[0, 2, 1, 3])
    case("permute: 2 0 1", "permute", [(2, 3, 4)], dims=[2, 0, 1])
    case("permute: -1 0 1", "permute", [(2, 3, 4)], dims=[-1, 0, 1])
    case("expand: first", "expand", [(1, 3)], size=[4, 3])
    case("expand: keep", "expand", [(2, 1)], size=[-1, 3])
    case("expand: new axes", "expand", [(3, 1)], size=[2, 4, -1, 5])
    case("expand: rank 0", "expand", [()], size=[2, 3])
    case("expand: to empty", "expand", [(1, 3)], size=[0, 3])

    case("cat: first axis", "cat", [(2, 3), (1, 3), (4, 3)])
    case("cat: last axis", "cat", [(2, 1, 3), (2, 1, 2)], dim=-1)
    case("cat: with an empty one", "cat", [(2, 3), (0, 3)], dim=0)
    case("cat: one tensor", "cat", [(2, 3)], dim=1)
    case("cat: int64", "cat", [integers(0, 9, 2, 2), integers(0, 9, 2, 1)], dim=1)
    case("cat: int64 and float32", "cat", [integers(0, 9, 2), (3,)], dim=0)
    case("cat: bool and int64", "cat", [booleans(2), integers(0, 9, 2)], dim=0)
    case("stack: first axis", "stack", [(2, 3), (2, 3)])
    case("stack: last axis", "stack", [(2, 3), (2, 3), (2, 3)], dim=-1)
    case("stack: rank 0", "stack", [(), ()])
    case("split: even", "split", [(6, 2)], split_size_or_sections=2)
    case("split: remainder", "split", [(2, 5)], split_size_or_sections=2, dim=1)
    case("split: sections", "split", [(2, 6)], split_size_or_sections=[1, 3, 2], dim=-1)
    case("split: section of 0", "split", [(4,)], split_size_or_sections=[0, 4])
    case("split: one piece", "split", [(2, 3)], split_size_or_sections=5, dim=1)
    case("chunk: even", "chunk", [(2, 6)], chunks=3, dim=-1)
    case("chunk: remainder", "chunk", [(7, 2)], chunks=3)
    case("chunk: fewer than asked", "chunk", [(5,)], chunks=4)

    windows = [
        (0, 1, 3, 1),
        (1, None, -1, 1),
        (1, -2, None, 1),
        (-1, 0, None, 2),
        (-1, 1, 6, 2),
        (1, 0, 1, 1),
        (1, -100, 100, 1),
        (0, 2, 2, 1),
        (1, -3, -1, 1),
        (0, 1, None, 3),
    ]
    for dim, start, end, step in windows:
        case(
            f"slice: {dim}, {start}:{end}:{step}", "slice", [(5, 7)], dim=dim, start=start, end=end, step=step
        )
    case("slice: bool", "slice", [booleans(1, 1, 4, 4)], dim=2, start=1, end=3, step=1)
    for dim, index in [(0, 0), (1, 2), (-1, -1), (1, -3)]:
        case(f"select: {dim}, {index}", "select", [(2, 3, 4)], dim=dim, index=index)
    case("select: to rank 0", "select", [(3,)], dim=0, index=1)
    case("flip: one axis", "flip", [(2, 3)], dims=[1])
    case("flip: two axes", "flip", [(2, 3, 4)], dims=[0, -1])
    for op in ["tril", "triu"]:
        for diagonal in [0, 1, -1, 9]:
            case(f"{op}: diagonal {diagonal}", op, [(4, 4)], diagonal=diagonal)
        case(f"{op}: wide, batched", op, [(2, 3, 5)], diagonal=1)
        case(f"{op}: tall", op, [(5, 3)])
        case(f"{op}: int64", op, [integers(1, 9, 3, 3)])
        case(f"{op}: bool", op, [torch.ones(3, 3, dtype=torch.bool)], diagonal=-1)
