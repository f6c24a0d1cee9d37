"""One of several values: where with numbers, masked_fill, clamp between tensors; comparisons of other dtypes."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, booleans, case, integers, normal, scaled


def where(condition, *inputs, self=None, other=None):
    chosen = list(inputs)
    if self is not None:
        chosen.insert(0, self)
    if other is not None:
        chosen.append(other)
    return torch.where(condition, *chosen)


OPS.update(
    {
        "where with numbers": where,
        "masked_fill by a tensor": lambda input, mask, value: input.masked_fill(mask, value),
        "clamp between tensors": lambda input, min=None, max=None: torch.clamp(input, min, max),
    }
)

NUMBERS = "float32 float16 bfloat16 float64 int64 int32 int16 int8 uint8".split()


def record():
    case("where: two whole numbers", "where with numbers", [booleans(2, 3)], self=1, other=0)
    case("where: two fractions", "where with numbers", [booleans(2, 3)], self=1.5, other=0.25)
    case("where: a whole number and a fraction", "where with numbers", [booleans(4)], self=1, other=0.5)
    for name in NUMBERS + ["bool"]:
        made = booleans(4) if name == "bool" else integers(0, 9, 4, dtype=DTYPES[name])
        case(f"where: {name} and a whole number", "where with numbers", [booleans(3, 1), made], other=2, differentiable=False)
        case(f"where: a fraction and {name}", "where with numbers", [booleans(3, 1), made], self=0.5, differentiable=False)
        case(f"where: {name} and {name}", "where", [booleans(4), made, made], differentiable=False)
    case("where: a number's gradient", "where with numbers", [booleans(3, 1), (2, 1, 4)], other=0.5)
    case("where: int8 and uint8", "where", [booleans(3), integers(-5, 5, 3, dtype=torch.int8), integers(0, 9, 3, dtype=torch.uint8)])
    case("where: empty", "where", [booleans(0, 3), (0, 3), (3,)], differentiable=False)
    case("where: float64 and float32", "where", [booleans(3), normal(3, dtype=torch.float64), (3,)])

    for name in NUMBERS + ["bool"]:
        made = booleans(2, 3) if name == "bool" else integers(0, 9, 2, 3, dtype=DTYPES[name])
        case(f"masked_fill: {name}", "masked_fill", [made, booleans(3)], value=3, differentiable=False)
    case("masked_fill: int64, a fraction dropped", "masked_fill", [integers(0, 9, 4), booleans(4)], value=2.75)
    case("masked_fill: by rank 0", "masked_fill by a tensor", [(2, 3), booleans(2, 3), ()])
    case("masked_fill: float32 by rank 0 of int64", "masked_fill by a tensor", [(4,), booleans(4), torch.tensor(3)])
    case("masked_fill: infinity", "masked_fill", [(2, 3), booleans(2, 1)], value="Infinity")

    case("clamp: between tensors", "clamp between tensors", [scaled(2.0, 3, 4), (4,), lambda g: torch.rand(3, 1, generator=g) + 1])
    case("clamp: below a tensor", "clamp between tensors", [scaled(2.0, 3, 4), None, (4,)])
    case("clamp: above a tensor", "clamp between tensors", [scaled(2.0, 3, 4), (3, 1)])
    steps = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
    case("clamp: at bounds of tensors", "clamp between tensors", [steps.clone(), torch.tensor(-1.0), torch.tensor(1.0)])
    case("clamp: tensors that cross", "clamp between tensors", [steps.clone(), torch.tensor(1.0), torch.tensor(-1.0)])
    case("clamp: tensors that are equal", "clamp between tensors", [steps.clone(), torch.tensor(1.0), torch.tensor(1.0)])
    case("clamp: NaN", "clamp between tensors", [torch.tensor([nan, 1.0, inf]), torch.tensor([0.0, nan, 0.0]), torch.tensor([2.0, 2.0, 2.0])], differentiable=False)
    case("clamp: int64 between float32", "clamp between tensors", [integers(-9, 9, 5), torch.tensor([0.5, -0.5, 1.0, 2.0, -3.0])], differentiable=False)
    case("clamp: int32 between int32 of rank 0", "clamp between tensors", [integers(-9, 9, 5, dtype=torch.int32), torch.tensor(-2, dtype=torch.int32), torch.tensor(3, dtype=torch.int32)])
    case("clamp: bool between numbers", "clamp", [booleans(4)], min=0, max=1)
    case("clamp: int64 between fractions", "clamp", [integers(-9, 9, 5)], min=-0.5, max=2.5)
    for name in NUMBERS:
        if name == "float16":  # half.py has it
            continue
        case(f"clamp: {name}", "clamp", [integers(0, 9, 5, dtype=DTYPES[name])], min=2, max=6, differentiable=False)

    made = {name: integers(0, 3, 6, dtype=DTYPES[name]) for name in NUMBERS}
    made["bool"] = booleans(6)
    for op in ["eq", "ne", "lt", "le", "gt", "ge"]:
        for name in made:
            case(f"{op}: {name} with itself", op, [made[name], made[name]], differentiable=False)
        case(f"{op}: int64 beyond 53 bits", op, [torch.tensor([2**60, 2**60, 2**60]), torch.tensor([2**60, 2**60 + 1, 2**60 - 1])])
        case(f"{op}: bool and a number", op, [booleans(4)], other=1)
        case(f"{op}: int8 and float64", op, [made["int8"], made["float64"]], differentiable=False)
    for op in ["maximum", "minimum"]:
        for name in made:
            case(f"{op}: {name} with itself", op, [made[name], made[name]], differentiable=False)
        case(f"{op}: NaN", op, [torch.tensor([nan, 1.0, inf]), torch.tensor([1.0, nan, -inf])], differentiable=False)
        case(f"{op}: int64 beyond 53 bits", op, [torch.tensor([2**60, -(2**60)]), torch.tensor([2**60 + 1, -(2**60) - 1])])
