"""Functions of one element that elementwise.py does not have: exact ones near 0, rounding, questions."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, booleans, case, integers, positive, scaled

OPS.update(
    {
        **{
            name: getattr(torch, name)
            for name in "expm1 log1p tan ceil floor trunc round frac sign isnan isinf isfinite".split()
        },
        # A tiny value over its argument shows whether all its digits are right.
        "expm1 over x": lambda input: torch.expm1(input) / input,
        "log1p over x": lambda input: torch.log1p(input) / input,
    }
)

INTS = "int64 int32 int16 int8 uint8".split()


def record():
    for op in ["expm1", "tan", "ceil", "floor", "trunc", "round", "frac", "sign"]:
        for shape in [(5,), (2, 3, 4), ()]:
            case(f"{op}: shape {list(shape)}", op, [scaled(0.7, *shape)])
        case(f"{op}: float64", op, [lambda g: scaled(1.0, 3, 3)(g).double()])
    for shape in [(5,), (2, 3, 4), ()]:
        case(f"log1p: shape {list(shape)}", "log1p", [positive(*shape)])
    case("log1p: float64", "log1p", [lambda g: positive(3, 3)(g).double()])
    tiny = torch.tensor([1e-30, -1e-20, 1e-8, -1e-7, 1e-4, 0.01, -0.3, 0.6, 3.0])
    for op in ["expm1", "log1p"]:
        case(f"{op} over x: tiny", f"{op} over x", [tiny], differentiable=False)
        case(f"{op} over x: tiny float64", f"{op} over x", [tiny.double()], differentiable=False)
        case(f"{op}: empty", op, [(0, 2)])
    edges = torch.tensor([-inf, -100.0, -1.0, -0.0, 0.0, 1.0, 88.0, 100.0, inf, nan])
    case("expm1: edges", "expm1", [edges], differentiable=False)
    case("log1p: edges", "log1p", [torch.tensor([-inf, -2.0, -1.0, -0.0, 0.0, 1e30, inf, nan])], differentiable=False)
    case("expm1: edges, float64", "expm1", [edges.double()], differentiable=False)
    case("log1p: edges, float64", "log1p", [torch.tensor([-2.0, -1.0, 0.0, 1e300, inf, nan]).double()], differentiable=False)
    halves = torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.4999, -3.5001, 0.0, 8388609.0])
    for op in ["ceil", "floor", "trunc", "round", "frac"]:
        case(f"{op}: halves", op, [halves.clone()])
    for op in ["ceil", "floor", "trunc", "round"]:
        case(f"{op}: infinities and NaN", op, [torch.tensor([inf, -inf, nan])], differentiable=False)
        for name in INTS:
            case(f"{op}: {name}", op, [integers(0, 9, 4, dtype=DTYPES[name])])
    for decimals in [1, 2, 3, -1, -2]:
        case(f"round: {decimals} decimals", "round", [scaled(200.0, 7)], decimals=decimals)
        case(f"round: {decimals} decimals of float64", "round", [lambda g: scaled(200.0, 7)(g).double()], decimals=decimals)
    case("sign: edges", "sign", [torch.tensor([-inf, -2.0, -0.0, 0.0, 1e-30, inf])])
    case("sign: NaN", "sign", [torch.tensor([nan, 1.0])], differentiable=False)
    case("sign: bool", "sign", [booleans(4)])
    for name in INTS:
        case(f"sign: {name}", "sign", [integers(0 if name == "uint8" else -2, 3, 6, dtype=DTYPES[name])])
        case(f"neg: {name}", "neg", [integers(0 if name == "uint8" else -9, 9, 6, dtype=DTYPES[name])])
        case(f"abs: {name}", "abs", [integers(0 if name == "uint8" else -9, 9, 6, dtype=DTYPES[name])])
        case(f"square: {name}", "square", [integers(0, 20, 6, dtype=DTYPES[name])])
        case(f"exp: {name}", "exp", [integers(0, 4, 4, dtype=DTYPES[name])])
    for op in ["exp", "expm1", "log1p", "sqrt", "sin", "cos", "tan", "tanh", "sigmoid", "erf"]:
        case(f"{op}: bool becomes float32", op, [booleans(4)])
        case(f"{op}: int32 becomes float32", op, [integers(0, 3, 4, dtype=torch.int32)])
    case("square: bool", "square", [booleans(4)])
    case("neg: int64, the smallest", "neg", [torch.tensor([-(2**63), 2**62])])
    case("sqrt: at 0", "sqrt", [torch.tensor([0.0, 4.0])])
    case("rsqrt: at 0", "rsqrt", [torch.tensor([4.0, 0.25])])
    for op in ["exp", "log", "sqrt", "rsqrt", "reciprocal"]:
        case(f"{op}: float64", op, [lambda g: positive(2, 3)(g).double()])
    for op in ["neg", "abs", "square", "sin", "cos", "tanh", "sigmoid", "erf"]:
        case(f"{op}: float64", op, [lambda g: scaled(1.0, 2, 5)(g).double()])
    far = torch.tensor([-7.0, -5.9, -4.1, -3.9, -0.47, -0.46875, -1e-9, 0.0, 1e-300, 0.3, 0.46, 0.47, 2.0, 3.99, 4.01, 5.99, 6.1, 30.0])
    case("erf: float64, far", "erf", [far.double()])
    case("erf: float64, edges", "erf", [torch.tensor([inf, -inf, nan]).double()], differentiable=False)

    asked = torch.tensor([nan, inf, -inf, 0.0, -1.5])
    for op in ["isnan", "isinf", "isfinite"]:
        case(f"{op}: float32", op, [asked.clone()])
        case(f"{op}: float64", op, [asked.double().reshape(5, 1)])
        case(f"{op}: bfloat16", op, [asked.bfloat16()])
        case(f"{op}: float16", op, [asked.half()])
        case(f"{op}: int64", op, [torch.tensor([2**62, -3])])
        case(f"{op}: bool", op, [booleans(2)])
