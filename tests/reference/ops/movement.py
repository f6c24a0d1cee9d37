"""Operations that move elements."""

import torch

from recorder import OPS, booleans, case, integers, normal


def repeat_interleave(input, counts=None, repeats=None, dim=None, output_size=None):
    return torch.repeat_interleave(
        input, counts if repeats is None else repeats, dim, output_size=output_size
    )


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
        **{
            name: getattr(torch, name)
            for name in """unflatten swapaxes movedim broadcast_to tile roll rot90 unbind narrow diagonal diag
            diag_embed trace""".split()
        },
        "view_as": lambda input, other: input.view_as(other),
        "expand_as": lambda input, other: input.expand_as(other),
        "repeat": lambda input, sizes: input.repeat(sizes),
        "repeat_interleave": repeat_interleave,
        "meshgrid": lambda *inputs, indexing: torch.meshgrid(*inputs, indexing=indexing),
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

    # What came later; the cases above keep their numbers.
    half, bfloat, double = torch.float16, torch.bfloat16, torch.float64
    case("unflatten: middle", "unflatten", [(2, 6, 3)], dim=1, sizes=[2, 3])
    case("unflatten: last, inferred", "unflatten", [(2, 6)], dim=-1, sizes=[3, -1, 1])
    case("view_as: a matrix", "view_as", [(2, 6), (3, 4)], constants=[1])
    case("swapaxes: 0 and -1", "swapaxes", [(2, 3, 4)], axis0=0, axis1=-1)
    case("movedim: one", "movedim", [(2, 3, 4)], source=0, destination=-1)
    case("movedim: two", "movedim", [(2, 3, 4, 5)], source=[0, 3], destination=[1, 0])
    case("movedim: to the back, in order", "movedim", [(2, 3, 4)], source=[0, 1], destination=[-2, -1])
    case("broadcast_to: new axes", "broadcast_to", [(3, 1)], size=[2, 3, 4])
    case("expand_as: a matrix", "expand_as", [(3, 1), (2, 3, 4)], constants=[1])
    case("expand: bool", "expand", [booleans(1, 3)], size=[2, 3])
    case("expand: int8", "expand", [integers(-5, 5, 2, 1, dtype=torch.int8)], size=[-1, 3])

    case("repeat: as many axes", "repeat", [(2, 3)], sizes=[2, 3])
    case("repeat: new axes", "repeat", [(2, 3)], sizes=[2, 1, 2])
    case("repeat: no times", "repeat", [(2, 3)], sizes=[0, 2])
    case("repeat: rank 0", "repeat", [()], sizes=[3])
    case("repeat: bool", "repeat", [booleans(2)], sizes=[2, 2])
    case("repeat: float64", "repeat", [normal(2, 3, dtype=double)], sizes=[1, 3])
    case("tile: fewer numbers", "tile", [(2, 3, 2)], dims=[2])
    case("tile: more numbers", "tile", [(3,)], dims=[2, 2])
    case("repeat_interleave: rows", "repeat_interleave", [(2, 3)], repeats=2, dim=0)
    case("repeat_interleave: last axis", "repeat_interleave", [(2, 3)], repeats=3, dim=-1)
    case("repeat_interleave: flattened", "repeat_interleave", [(2, 3)], repeats=2)
    case("repeat_interleave: no times", "repeat_interleave", [(2, 3)], repeats=0, dim=1)
    case(
        "repeat_interleave: int16",
        "repeat_interleave",
        [integers(-9, 9, 4, dtype=torch.int16)],
        repeats=2,
        dim=0,
    )
    counts = torch.tensor([2, 0, 3])
    case("repeat_interleave: a number each", "repeat_interleave", [(2, 3), counts], dim=1)
    case(
        "repeat_interleave: a number each, size given",
        "repeat_interleave",
        [(3, 2), counts],
        dim=0,
        output_size=5,
    )
    case("repeat_interleave: one number for all", "repeat_interleave", [(3, 2), torch.tensor([2])], dim=0)
    case("repeat_interleave: int32 numbers", "repeat_interleave", [(3, 2), counts.int()], dim=0)
    case("cat: an empty vector beside a matrix", "cat", [(0,), (2, 3), (1, 3)], constants=[0], dim=0)
    case("cat: float16", "cat", [normal(2, 2, dtype=half), normal(1, 2, dtype=half)])
    case("cat: bfloat16 and float16", "cat", [normal(2, dtype=bfloat), normal(2, dtype=half)])
    case(
        "cat: uint8 and int8",
        "cat",
        [integers(0, 200, 3, dtype=torch.uint8), integers(-9, 9, 2, dtype=torch.int8)],
    )
    case("stack: bool", "stack", [booleans(3), booleans(3)], dim=1)
    case("meshgrid: ij", "meshgrid", [(2,), (3,)], indexing="ij")
    case("meshgrid: xy", "meshgrid", [(2,), (3,), (4,)], indexing="xy")
    case("meshgrid: rank 0 and one axis", "meshgrid", [(), (3,)], indexing="ij")
    case("meshgrid: xy of one", "meshgrid", [integers(0, 9, 3)], indexing="xy")

    case("unbind: first axis", "unbind", [(3, 2)])
    case("unbind: last axis", "unbind", [(2, 1, 3)], dim=-1)
    case("narrow: middle", "narrow", [(5, 3)], dim=0, start=1, length=3)
    case("narrow: from the end", "narrow", [(2, 5)], dim=1, start=-2, length=2)
    case("narrow: nothing", "narrow", [(5,)], dim=0, start=2, length=0)
    case("slice: float16", "slice", [normal(2, 5, dtype=half)], dim=1, start=1, end=None, step=2)
    case("slice: bfloat16", "slice", [normal(5, dtype=bfloat)], dim=0, start=0, end=4, step=3)
    case("slice: int8", "slice", [integers(-9, 9, 2, 5, dtype=torch.int8)], dim=1, start=1, end=-1, step=1)
    case("slice: steps beyond the end", "slice", [(7, 2)], dim=0, start=1, end=6, step=4)
    case("slice: empty axis", "slice", [(0, 2)], dim=0, start=0, end=3, step=2)
    case("flip: bool", "flip", [booleans(2, 3)], dims=[0])
    case("flip: bfloat16", "flip", [normal(2, 3, dtype=bfloat)], dims=[0, 1])
    case("roll: one axis", "roll", [(4, 3)], shifts=1, dims=0)
    case("roll: backwards", "roll", [(4, 3)], shifts=-5, dims=0)
    case("roll: two axes", "roll", [(4, 3, 2)], shifts=[1, -1], dims=[0, 2])
    case("roll: flattened", "roll", [(2, 3)], shifts=2)
    case("roll: an axis twice", "roll", [(5,)], shifts=[1, 1], dims=[0, 0])
    case("roll: int64", "roll", [integers(0, 9, 2, 3)], shifts=[1, 2], dims=[0, 1])
    case("roll: empty", "roll", [(0, 3)], shifts=1, dims=0)
    for k in [1, 2, 3, -1, 4]:
        case(f"rot90: {k}", "rot90", [(2, 3)], k=k)
    case("rot90: other axes", "rot90", [(2, 3, 4)], k=1, dims=[2, 1])

    case("diagonal: square", "diagonal", [(3, 3)])
    case("diagonal: above", "diagonal", [(3, 5)], offset=2)
    case("diagonal: below", "diagonal", [(5, 3)], offset=-1)
    case("diagonal: outside", "diagonal", [(2, 3)], offset=-2)
    case("diagonal: of other axes", "diagonal", [(2, 3, 4, 3)], dim1=-1, dim2=1, offset=1)
    case("diagonal: bool", "diagonal", [booleans(3, 4)], offset=1)
    case("diag: to a matrix", "diag", [(3,)])
    case("diag: to a matrix, above", "diag", [(3,)], diagonal=2)
    case("diag: of a matrix, below", "diag", [(3, 4)], diagonal=-1)
    case("diag: int32", "diag", [integers(-9, 9, 2, dtype=torch.int32)], diagonal=-1)
    case("diag_embed: batch", "diag_embed", [(2, 3)])
    case("diag_embed: below", "diag_embed", [(2, 3)], offset=-1)
    case("diag_embed: other axes", "diag_embed", [(2, 3)], offset=1, dim1=0, dim2=2)
    case("diag_embed: bool", "diag_embed", [booleans(3)])
    case("trace: a matrix", "trace", [(3, 4)])
    case("trace: int32", "trace", [integers(-9, 9, 3, 3, dtype=torch.int32)], differentiable=False)
    case("triu: float16", "triu", [normal(3, 3, dtype=half)], differentiable=False)
    case("tril: int8", "tril", [integers(-9, 9, 3, 3, dtype=torch.int8)])
    case("permute: float16", "permute", [normal(2, 3, 2, dtype=half)], dims=[2, 0, 1])
    case("reshape: bfloat16", "reshape", [normal(2, 3, dtype=bfloat)], shape=[3, -1])
