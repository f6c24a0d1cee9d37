"""Division without a fraction, and powers of ints."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, binary, case, integers, positive, scaled

OPS.update({name: binary(getattr(torch, name)) for name in "floor_divide remainder fmod".split()})

INTS = "int64 int32 int16 int8 uint8".split()


def record():
    divisors = [1, 2, 3, 5, 7, -1, -2, -3, -5, -7]
    for name in INTS:
        dtype = DTYPES[name]
        signed = name != "uint8"
        dividend = (torch.arange(20) - (9 if signed else 0)).to(dtype).reshape(2, 1, 10)
        divisor = torch.tensor(divisors if signed else [abs(d) for d in divisors], dtype=dtype)
        for op in ["floor_divide", "remainder", "fmod"]:
            case(f"{op}: {name}", op, [dividend, divisor])
        case(f"div: trunc of {name}", "div", [dividend, divisor], rounding_mode="trunc")
        case(f"div: floor of {name}", "div", [dividend, divisor], rounding_mode="floor")
        case(f"remainder: {name} by a number", "remainder", [dividend], other=3)
    wide = torch.tensor([2**62 + 1, -(2**62) - 1, 2**63 - 1, -(2**63) + 1])
    for op in ["floor_divide", "remainder", "fmod"]:
        case(f"{op}: int64 beyond 53 bits", op, [wide, torch.tensor([3, 5, -7, 2**31])])
        case(f"{op}: int64 by -1", op, [integers(-9, 9, 6)], other=-1)
        case(f"{op}: int64 by a fraction", op, [integers(-9, 9, 6)], other=2.5)
        case(f"{op}: a number by int32", op, [torch.tensor([2, -3, 5], dtype=torch.int32)], self=7)
        case(f"{op}: int32 and int8", op, [integers(-9, 9, 4, dtype=torch.int32), torch.tensor([2, -3, 4, -1], dtype=torch.int8)])
        case(f"{op}: empty", op, [(0, 3), (3,)], differentiable=False)

    exact = torch.tensor([6.0, -6.0, 0.75, 1.0, 0.3, 7.0, -7.0, 0.0, 5.5, 1e20])
    below = torch.tensor([3.0, 3.0, 0.25, 0.1, 0.1, -2.0, 2.0, 3.0, -2.0, 3.0])
    special = torch.tensor([1.0, -1.0, 0.0, inf, -inf, nan, 1.0, 1.0, -1.0])
    against = torch.tensor([0.0, 0.0, 0.0, 2.0, 2.0, 2.0, inf, nan, inf])
    for op in ["floor_divide", "remainder", "fmod"]:
        differentiable = op != "floor_divide"
        for dtype in [torch.float32, torch.float64]:
            label = str(dtype).removeprefix("torch.")
            case(f"{op}: exact quotients, {label}", op, [exact.to(dtype), below.to(dtype)], differentiable=False)
            case(f"{op}: infinities and NaN, {label}", op, [special.to(dtype), against.to(dtype)], differentiable=False)
        case(f"{op}: broadcast", op, [scaled(5.0, 2, 1, 4), positive(3, 1)], differentiable=differentiable)
        case(f"{op}: a number", op, [scaled(5.0, 7)], differentiable=differentiable, other=-1.5)
        case(f"{op}: of a number", op, [positive(5)], differentiable=differentiable, self=7.3)
    for mode in ["trunc", "floor"]:
        case(f"div: {mode}, gradient", "div", [scaled(5.0, 2, 3), positive(3)], rounding_mode=mode)
        case(f"div: {mode}, infinities and NaN", "div", [special, against], differentiable=False, rounding_mode=mode)

    for name in INTS:
        dtype = DTYPES[name]
        base = (torch.arange(10) - (4 if name != "uint8" else 0)).to(dtype)
        case(f"pow: {name} to {name}", "pow", [base, torch.arange(10).flip(0).to(dtype)])
        case(f"pow: every {name} to 0 to 5", "pow", [base, torch.arange(6).reshape(6, 1).to(dtype)])
        for exponent in [0, 1, 3, 6, 13]:
            case(f"pow: {name} to the power of {exponent}", "pow", [base], other=exponent)
        case(f"pow: 3 to the power of {name}", "pow", [torch.arange(8).to(dtype)], self=3)
        case(f"pow: {name} to the power of 0.5", "pow", [base.abs()], other=0.5)
    case("pow: int64 that overflows", "pow", [torch.tensor([3, -3, 7, 2, 2, 10]), torch.tensor([41, 41, 23, 63, 64, 19])])
    case("pow: int64 to large exponents", "pow", [torch.tensor([3, 2, -1, 5]), torch.tensor([2**40 + 1, 2**40, 2**62 + 1, 1000])])
    case("pow: int64 to negative exponents", "pow", [torch.tensor([1, -1, 2, 0, -1, -5]), torch.tensor([-2, -3, -1, -1, -2, -2])])
    case("pow: int64 and int8 of rank 0", "pow", [integers(-4, 5, 5), torch.tensor(3, dtype=torch.int8)])
    case("pow: at 0", "pow", [torch.tensor([0.0, 0.0, 0.0, 0.0]), torch.tensor([0.5, 1.0, 2.0, 0.0])])
    case("pow: 0 to the power of 0.5", "pow", [torch.tensor([0.0, 4.0])], other=0.5)
    case("pow: float64", "pow", [lambda g: positive(2, 3)(g).double(), lambda g: scaled(1.0, 3)(g).double()])
    case("mul: int64 that overflows", "mul", [torch.tensor([2**40, 3**39]), torch.tensor([2**30, 9])])
    for name in ["int8", "uint8", "int16", "int32"]:
        most = torch.iinfo(DTYPES[name]).max
        case(f"add: {name} that overflows", "add", [torch.tensor([most, 1], dtype=DTYPES[name])], other=1)
        case(f"sub: {name} that overflows", "sub", [torch.tensor([0, torch.iinfo(DTYPES[name]).min], dtype=DTYPES[name])], other=1)
