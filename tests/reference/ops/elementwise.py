"""Operations element by element, their broadcasting, promotion and comparisons."""

from math import inf

import torch

from recorder import DTYPES, OPS, binary, booleans, case, integers, positive, scaled

def power_operand(dtype):
    return (
        positive(2, 3) if dtype == "float32" else integers(int(dtype != "bool"), 4, 2, 3, dtype=DTYPES[dtype])
    )


OPS.update(
    {
        **{
            name: getattr(torch, name)
            for name in """neg abs exp log sqrt rsqrt reciprocal square tanh sigmoid erf sin cos
            logical_not logical_and logical_or where masked_fill clamp""".split()
        },
        **{
            name: binary(getattr(torch, name))
            for name in "add sub mul div pow maximum minimum eq ne lt le gt ge".split()
        },
        "to": lambda input, dtype: input.to(DTYPES[dtype]),
    }
)


def record():
    edges = torch.tensor([-7.5, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 7.5])
    for op in ["neg", "abs", "exp", "square", "tanh", "sigmoid", "erf", "sin", "cos"]:
        for shape in [(5,), (2, 3, 4), ()]:
            case(f"{op}: shape {list(shape)}", op, [shape])
    for op in ["log", "sqrt", "rsqrt", "reciprocal"]:
        for shape in [(5,), (2, 3, 4), ()]:
            case(f"{op}: shape {list(shape)}", op, [positive(*shape)])
    for op in ["neg", "exp", "sqrt", "relu"]:
        case(f"{op}: empty", op, [(0, 3)])
    for op in ["neg", "abs", "square", "relu"]:
        case(f"{op}: int64", op, [integers(-5, 6, 2, 4)])
        case(f"{op}: int32", op, [integers(-5, 6, 3, dtype=torch.int32)])
    for op in ["exp", "sqrt", "tanh", "reciprocal"]:
        case(f"{op}: int64 becomes float32", op, [integers(1, 6, 2, 3)])
    case("reciprocal: negative", "reciprocal", [torch.tensor([-0.5, -2.0, 4.0])])
    case("log: zero and negative", "log", [torch.tensor([0.0, -1.0, 1.0])], differentiable=False)
    case("exp: overflow and underflow", "exp", [torch.tensor([-200.0, 0.0, 100.0])], differentiable=False)
    for op in ["abs", "tanh", "sigmoid", "erf"]:
        case(f"{op}: edges", op, [edges.clone()])

    shapes = [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 1, 4), (3, 1)),
        ((), (2, 2)),
        ((1,), (2, 3, 1)),
        ((0, 3), (1, 3)),
    ]
    for op in ["add", "sub", "mul", "div", "maximum", "minimum"]:
        for left, right in shapes:
            divisor = positive(*right) if op == "div" else right
            case(f"{op}: {list(left)} and {list(right)}", op, [left, divisor])
    for left, right in shapes:
        case(f"pow: {list(left)} and {list(right)}", "pow", [positive(*left), right])
    for op in ["add", "sub", "mul", "div"]:
        case(f"{op}: scalar", op, [(2, 3)], other=2.5)
        case(f"{op}: scalar on the left", op, [positive(2, 3)], self=1.5)
    for op in ["add", "sub", "mul"]:
        case(f"{op}: int64", op, [integers(-5, 5, 4), integers(-5, 5, 4)])
    case("add: alpha", "add", [(2, 3), (3,)], alpha=0.5)
    case("sub: alpha", "sub", [(2, 3), (3,)], alpha=2)
    for exponent in [2, 3, 0.5, -1, -0.5, 0, 1, 1.5]:
        case(f"pow: exponent {exponent}", "pow", [positive(2, 3)], other=exponent)
    for exponent in [2, 3, -2]:
        case(f"pow: exponent {exponent}, base of either sign", "pow", [(2, 3)], other=exponent)
    case("pow: scalar base", "pow", [(2, 3)], self=2.5)
    case("pow: int64", "pow", [integers(-4, 5, 6)], other=3)
    for op in ["maximum", "minimum"]:
        case(f"{op}: ties", op, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 5.0, -1.0])])
        case(f"{op}: int64", op, [integers(-4, 5, 6), integers(-4, 5, 6)])
    for mode in ["floor", "trunc"]:
        case(f"div: {mode} of int64", "div", [integers(-9, 9, 7), integers(1, 4, 7)], rounding_mode=mode)
        case(
            f"div: {mode} of float32",
            "div",
            [scaled(5.0, 7)],
            differentiable=False,
            other=2.0,
            rounding_mode=mode,
        )

    made = {
        "float32": (2, 3),
        "int64": integers(-4, 5, 2, 3),
        "int32": integers(-4, 5, 2, 3, dtype=torch.int32),
        "bool": booleans(2, 3),
    }
    names = list(made)
    for op in ["add", "mul"]:
        for left in names:
            for right in names:
                if left != right or left == "bool":
                    case(f"{op}: {left} and {right}", op, [made[left], made[right]])
    for left in names:
        for right in names:
            if {left, right} != {"float32"}:
                case(f"maximum: {left} with {right}", "maximum", [made[left], made[right]])
    for left, right in [("int64", "float32"), ("float32", "int32"), ("int32", "int64"), ("bool", "int64")]:
        case(f"pow: {left} and {right}", "pow", [power_operand(left), power_operand(right)])
        case(f"minimum: {left} with {right}", "minimum", [made[left], made[right]])
        if left != "bool":  # PyTorch refuses to subtract from a bool
            case(f"sub: {left} and {right}", "sub", [made[left], made[right]])
    for left, right in [
        ("int64", "int64"),
        ("int32", "int32"),
        ("bool", "int64"),
        ("float32", "int64"),
        ("int64", "bool"),
    ]:
        divisor = (
            torch.ones(2, 3, dtype=torch.bool)
            if right == "bool"
            else integers(1, 5, 2, 3, dtype=DTYPES[right])
        )
        case(f"div: {left} by {right}", "div", [made[left], divisor])
    case("add: int64 and a fractional scalar", "add", [made["int64"]], other=0.5)
    case("mul: int32 and an integral scalar", "mul", [made["int32"]], other=3)
    case("mul: bool and an integral scalar", "mul", [made["bool"]], other=3)
    case("add: bool and a fractional scalar", "add", [made["bool"]], other=1.5)
    case("add: int64 tensor and int32 of rank 0", "add", [made["int64"], integers(1, 5, dtype=torch.int32)])
    case("add: int32 tensor and int64 of rank 0", "add", [made["int32"], integers(1, 5)])
    case("add: int32 tensor and float32 of rank 0", "add", [made["int32"], ()])
    case("add: float32 tensor and int64 of rank 0", "add", [made["float32"], integers(1, 5)])
    case("mul: bool tensor and int64 of rank 0", "mul", [made["bool"], integers(1, 5)])

    for op in ["eq", "ne", "lt", "le", "gt", "ge"]:
        case(f"{op}: int64, broadcast", op, [integers(0, 3, 2, 4), integers(0, 3, 4)])
        case(f"{op}: float32", op, [(2, 1, 3), (4, 1)])
        case(f"{op}: scalar", op, [integers(0, 4, 7)], other=2)
        case(
            f"{op}: int64 and float32",
            op,
            [integers(-1, 2, 6), torch.tensor([-1.0, 0.0, 1.0, 0.5, -0.5, 0.0])],
        )
        case(
            f"{op}: infinities and not a number",
            op,
            [torch.tensor([inf, -inf, float("nan"), 1.0])],
            other=1.0,
        )
    for op in ["eq", "ne"]:
        case(f"{op}: bool", op, [booleans(5), booleans(5)])
    for op in ["logical_and", "logical_or"]:
        case(f"{op}: bool, broadcast", op, [booleans(2, 4), booleans(4)])
        case(f"{op}: int64 and float32", op, [integers(0, 2, 5), torch.tensor([0.0, 1.0, -2.0, 0.0, 0.5])])
    case("logical_not: bool", "logical_not", [booleans(2, 4)])
    case("logical_not: float32", "logical_not", [torch.tensor([0.0, 1.0, -2.0])])
    case("logical_not: int64", "logical_not", [integers(0, 2, 5)])

    case("where: same shape", "where", [booleans(2, 3), (2, 3), (2, 3)])
    case("where: broadcast condition", "where", [booleans(3, 1), (2, 1, 4), (1,)])
    case("where: rank 0", "where", [booleans(2, 3), (), (2, 3)])
    case("where: int64", "where", [booleans(2, 3), integers(0, 9, 2, 3), integers(0, 9, 3)])
    case("where: int64 and float32", "where", [booleans(4), integers(0, 9, 4), (4,)])
    case("masked_fill: same shape", "masked_fill", [(2, 3), booleans(2, 3)], value=-2.5)
    case("masked_fill: broadcast mask", "masked_fill", [(2, 3, 4), booleans(3, 1)], value=0.0)
    case("masked_fill: minus infinity", "masked_fill", [(2, 3), booleans(3)], value="-Infinity")
    case("masked_fill: int64", "masked_fill", [integers(0, 9, 5), booleans(5)], value=-100)
    case("clamp: both", "clamp", [scaled(2.0, 3, 4)], min=-1.0, max=1.5)
    case("clamp: min", "clamp", [scaled(2.0, 7)], min=0.25)
    case("clamp: max", "clamp", [scaled(2.0, 7)], max=0.25)
    case("clamp: at the bounds", "clamp", [torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])], min=-1.0, max=1.0)
    case("clamp: int64", "clamp", [integers(-9, 9, 7)], min=0, max=5)
    case("clamp: min above max", "clamp", [(5,)], min=1.0, max=-1.0)

    fractions = torch.tensor([-2.75, -1.0, -0.5, 0.0, 0.5, 1.0, 2.75])
    for dtype in ["int64", "int32", "bool"]:
        case(f"to: float32 to {dtype}", "to", [fractions.clone()], dtype=dtype)
        case(f"to: {dtype} to float32", "to", [integers(0, 2, 2, 3, dtype=DTYPES[dtype])], dtype="float32")
    case("to: float32 to float32", "to", [(2, 3)], dtype="float32")
    case("to: int64 to int32", "to", [integers(-9, 9, 5)], dtype="int32")
    case("to: bool to int64", "to", [booleans(5)], dtype="int64")
    case("to: int64 to bool", "to", [integers(-1, 2, 5)], dtype="bool")
