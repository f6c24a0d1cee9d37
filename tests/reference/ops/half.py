"""float16 and bfloat16, of which the reference's PyTorch computes little on the CPU."""

import torch

from recorder import DTYPES, case, integers

PYTORCH = "2.15"


def of(dtype, *shape, low=None):
    """Normal numbers, or uniform ones from `low`."""
    if low is None:
        return lambda generator: torch.randn(shape, generator=generator).to(dtype)
    return lambda generator: (torch.rand(shape, generator=generator) * 2 + low).to(dtype)


def record():
    for name in ["float16", "bfloat16"]:
        dtype = DTYPES[name]
        for op in """neg abs sign exp expm1 square sin cos tan tanh sigmoid erf floor ceil round trunc frac relu relu6 elu
        selu celu silu gelu mish hardswish hardsigmoid hardtanh softplus logsigmoid softsign leaky_relu glu""".split():
            case(f"{op}: {name}", op, [of(dtype, 3, 4)])
        for op in ["log", "log1p", "sqrt", "rsqrt", "reciprocal"]:
            case(f"{op}: {name}", op, [of(dtype, 3, 4, low=0.25)])
        case(f"gelu: tanh, {name}", "gelu", [of(dtype, 3, 4)], approximate="tanh")
        case(f"prelu: {name}", "prelu", [of(dtype, 2, 3), of(dtype, 3)])
        case(f"round: 1 decimal, {name}", "round", [of(dtype, 6)], decimals=1)
        for op in ["add", "sub", "mul", "div", "maximum", "minimum", "remainder", "fmod", "floor_divide"]:
            differentiable = op != "floor_divide"
            case(f"{op}: {name}", op, [of(dtype, 2, 3), of(dtype, 3, low=0.25)], differentiable=differentiable)
        for op in ["add", "mul", "div"]:
            case(f"{op}: {name} and a number", op, [of(dtype, 2, 3)], other=1.7)
            case(f"{op}: {name} and int64", op, [of(dtype, 4), integers(1, 9, 4)])
        case(f"pow: {name}", "pow", [of(dtype, 2, 3, low=0.25), of(dtype, 3)])
        case(f"pow: {name} to the power of 3", "pow", [of(dtype, 2, 3)], other=3)
        case(f"clamp: {name}", "clamp", [of(dtype, 7)], min=-0.5, max=0.7)
        case(f"clamp: {name} between tensors", "clamp between tensors", [of(dtype, 2, 3), of(dtype, 3), None])
        case(f"eye: {name}", "eye", [], n=3, m=3, dtype=name)
        for op in ["sum", "mean", "prod", "amax", "amin", "logsumexp", "var", "std"]:
            case(f"{op}: {name}", op, [of(dtype, 3, 5)], dim=1)
            case(f"{op}: {name}, everything", op, [of(dtype, 2, 3, 4)], **({"dim": [0, 1, 2]} if op == "logsumexp" else {}))
        for op in ["cumsum", "cumprod"]:
            case(f"{op}: {name}", op, [of(dtype, 2, 6)], dim=1)
        for op in ["max with indices", "min with indices"]:
            case(f"{op}: {name}", op, [of(dtype, 3, 4)], dim=1)
        for op in ["argmax", "argmin"]:
            case(f"{op}: {name}", op, [of(dtype, 3, 4)], dim=1)
        for p in [1, 2, 3, "Infinity"]:
            case(f"norm: p {p}, {name}", "norm", [of(dtype, 3, 4)], p=p, dim=1)
        case(f"sum: {name} as float32", "sum as dtype", [of(dtype, 3, 4)], dim=0, dtype="float32")
        case(f"count_nonzero: {name}", "count_nonzero", [integers(0, 2, 6, dtype=dtype)], differentiable=False)
    case("add: float16 and bfloat16", "add", [of(torch.float16, 2, 3), of(torch.bfloat16, 3)])
    case("mul: float16 and float32 of rank 0", "mul", [of(torch.float16, 4), ()])
    case("norm: large float16 values", "norm", [lambda g: (torch.randn(2, 5, generator=g) * 1000).half()], dim=1, differentiable=False)
    case("sum: many float16", "sum", [lambda g: torch.rand(3000, generator=g).half()], differentiable=False)
    case("mean: many float16 that overflow in sum", "mean", [torch.full((50,), 30000.0).half()], differentiable=False)
