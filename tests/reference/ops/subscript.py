"""What stands between brackets: x[...], and x[...] = values."""

import torch

from recorder import OPS, booleans, case, integers, normal


def subscripts(entries, tensors):
    """A tuple for `x[...]`: null is a new axis, a list a range, {"tensor": i} a tensor of the case."""

    def entry(value):
        if value == "...":
            return Ellipsis
        if value == ":":
            return slice(None)
        if isinstance(value, dict):
            return tensors[value["tensor"]]
        return slice(*value) if isinstance(value, list) else value

    return tuple(map(entry, entries))


def put(input, values, *tensors, entries, accumulate=False):
    """As an indexed assignment, or with accumulate an indexed +=, on a copy."""
    index = subscripts(entries, tensors)
    places = torch.arange(input.numel()).reshape(input.shape)[index]
    # An assignment drops the axes of size 1 that its right side has in excess.
    while values.dim() > places.dim() and values.shape[0] == 1:
        values = values[0]
    flat, spread = input.reshape(-1), values.expand(places.shape).reshape(-1)
    return flat.index_put((places.reshape(-1),), spread, accumulate=accumulate).reshape(input.shape)


OPS.update({"at": lambda input, *tensors, entries: input[subscripts(entries, tensors)], "index_put": put})


def record():
    basic = [
        ((4, 5), [1]),
        ((4, 5), [-1, 2]),
        ((4, 5), [":", 2]),
        ((4, 5), ["...", -1]),
        ((4, 5), [None, ":", None, 1]),
        ((4, 5), [[1, 3, None]]),
        ((4, 5), [[1, None, 2], [None, -1, None]]),
        ((4, 5), [[-3, -1, None], [-100, 100, 3]]),
        ((4, 5), [[3, 1, None]]),
        ((2, 3, 4), ["...", None]),
        ((2, 3, 4), [0, "...", [None, None, 2]]),
        ((2, 3, 4), ["...", [1, 2, None], ":", ":"]),
        ((2, 3, 4), [1, [0, 2, None], -1]),
        ((3,), [0]),
        ((), [None, "..."]),
        ((2, 3), []),
    ]
    for number, (shape, entries) in enumerate(basic):
        case(f"at: {number}, {entries} of {list(shape)}", "at", [shape], entries=entries)
    t = lambda i: {"tensor": i}
    one, two = torch.tensor([2, 0, -1]), torch.tensor([[1, 0], [3, -4]])
    flags = torch.tensor([True, False, True])
    plane = torch.tensor(
        [[True, False, True, False], [False, False, False, True], [True, True, False, False]]
    )
    advanced = [
        ("one", (3, 4), [one], [t(0)]),
        ("last axis", (3, 4), [two], [":", t(0)]),
        ("middle axis", (2, 4, 3), [two], [":", t(0)]),
        ("two beside each other", (3, 4, 2), [one, torch.tensor([3, 1, 0])], [t(0), t(1)]),
        ("two behind an axis", (2, 3, 4), [one, torch.tensor([3, 1, 0])], [":", t(0), t(1)]),
        ("two with an axis between", (3, 2, 4), [one, torch.tensor([3, 1, 0])], [t(0), ":", t(1)]),
        ("three", (3, 4, 2), [one, torch.tensor(1), torch.tensor([0, 1, 1])], [t(0), t(1), t(2)]),
        ("broadcast", (3, 4, 2), [one.unsqueeze(1), torch.tensor([0, -1])], [t(0), t(1)]),
        ("rank 0", (3, 4), [torch.tensor(1)], [t(0)]),
        ("a number in front", (2, 3, 4), [one], [0, ":", t(0)]),
        ("a number between", (3, 2, 4), [one, torch.tensor([3, 1, 0])], [t(0), 1, t(1)]),
        ("a range and a new axis", (5, 3, 4), [one], [[1, None, 2], None, t(0), [None, 2, None]]),
        ("a new axis between two", (3, 4), [one, torch.tensor([3, 1, 0])], [t(0), None, t(1)]),
        ("an ellipsis between two", (3, 2, 2, 4), [one, torch.tensor([3, 1, 0])], [t(0), "...", t(1)]),
        ("none", (3, 4), [torch.zeros(0, dtype=torch.int64)], [t(0)]),
        ("a mask of rows", (3, 4), [flags], [t(0)]),
        ("a mask of columns", (4, 3), [flags], [":", t(0)]),
        ("a mask of all", (3, 4), [plane], [t(0)]),
        ("a mask of two axes", (2, 3, 4), [plane], [":", t(0)]),
        ("a mask and indices", (3, 4), [flags, torch.tensor([3, 1])], [t(0), t(1)]),
        ("a mask of nothing", (3, 4), [torch.zeros(3, dtype=torch.bool)], [t(0)]),
    ]
    for name, shape, tensors, entries in advanced:
        case(f"at: {name}", "at", [shape, *tensors], entries=entries)
    case("at: int64 by indices", "at", [integers(0, 9, 3, 4), one], entries=[t(0)])
    case("at: bool by indices", "at", [booleans(3, 4), one, torch.tensor([3, 1, 0])], entries=[t(0), t(1)])
    case(
        "at: float16 by a mask",
        "at",
        [normal(3, dtype=torch.float16), flags],
        entries=[t(0)],
        differentiable=False,
    )

    puts = [
        ("a row", (3, 4), (4,), [], [1]),
        ("a column of one value", (3, 4), (), [], [":", -1]),
        ("a block", (4, 5), (2, 3), [], [[1, 3, None], [None, None, 2]]),
        ("broadcast rows", (3, 4), (1, 2), [], ["...", [0, 2, None]]),
        ("indices", (3, 4), (2, 4), [torch.tensor([2, 0])], [t(0)]),
        ("pairs of indices", (3, 4), (2,), [torch.tensor([2, 0]), torch.tensor([-1, 1])], [t(0), t(1)]),
        ("a mask", (3, 4), (5,), [plane], [t(0)]),
    ]
    for name, shape, values, tensors, entries in puts:
        case(f"index_put: {name}", "index_put", [shape, values, *tensors], entries=entries)
    repeated = torch.tensor([1, 1, 0])
    case("index_put: accumulated", "index_put", [(3, 4), (3, 4), repeated], entries=[t(0)], accumulate=True)
    case(
        "index_put: accumulated, int64",
        "index_put",
        [integers(0, 9, 3), integers(0, 9, 3), repeated],
        entries=[t(0)],
        accumulate=True,
    )
    case("index_put: bool", "index_put", [booleans(3, 4), torch.tensor(True)], entries=[":", [1, 3, None]])
    case("index_put: a row with an axis too many", "index_put", [(3, 4), (1, 1, 4)], entries=[1])
