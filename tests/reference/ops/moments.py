"""Variances and norms."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, case, integers, normal, positive


def norm(input, p="fro", dim=None, keepdim=False, dtype=None):
    order = 2 if p == "fro" else p
    return torch.linalg.vector_norm(input, order, dim, keepdim, dtype=dtype and DTYPES[dtype])


OPS.update(
    {
        "std": lambda input, dim=None, **options: torch.std(input, dim, **options),
        "var_mean": lambda input, dim=None, **options: torch.var_mean(input, dim, **options),
        "std_mean": lambda input, dim=None, **options: torch.std_mean(input, dim, **options),
        "norm": norm,
        "torch.norm": lambda input, p, dim: torch.norm(input, p, dim),
    }
)


def record():
    plans = [{}, {"dim": 0}, {"dim": [0, -1]}, {"dim": 1, "keepdim": True}, {"dim": 2, "correction": 0}]
    for op in ["std", "var_mean", "std_mean"]:
        for options in plans:
            case(f"{op}: {options or 'everything'}", op, [(2, 3, 5)], **options)
    for op in ["var", "std"]:
        case(f"{op}: equal elements", op, [torch.full((2, 3), 2.0)], dim=1)
        case(f"{op}: one element, correction 0", op, [(3, 1)], dim=1, correction=0)
        case(f"{op}: one element", op, [(3, 1)], dim=1, differentiable=False)
        case(f"{op}: fewer elements than the correction", op, [(3, 2)], dim=1, correction=3, differentiable=False)
        case(f"{op}: nothing", op, [(3, 0)], dim=1, differentiable=False)
        case(f"{op}: float64", op, [normal(3, 4, dtype=torch.float64)], dim=1)
        case(f"{op}: bfloat16", op, [normal(3, 4, dtype=torch.bfloat16)], dim=1, differentiable=False)
        case(f"{op}: large float16 values", op, [lambda g: (torch.randn(2, 5, generator=g) * 1000).half()], dim=1, differentiable=False)
        case(f"{op}: rank 0, correction 0", op, [()], correction=0, differentiable=False)

    for p in ["fro", 2, 1, 0.5, 1.5, 3, -1, "Infinity", "-Infinity"]:
        for options in [{}, {"dim": 1}, {"dim": [0, 2], "keepdim": True}]:
            case(f"norm: p {p}, {options or 'everything'}", "norm", [(2, 3, 4)], p=p, **options)
        case(f"norm: p {p}, float64", "norm", [normal(2, 3, dtype=torch.float64)], p=p, dim=1)
        case(f"norm: p {p}, zeros among them", "norm", [torch.tensor([[0.0, 2.0, -1.0], [3.0, 0.0, 0.0]])], p=p, dim=1)
        case(f"norm: p {p}, bfloat16", "norm", [normal(2, 3, dtype=torch.bfloat16)], p=p, dim=1, differentiable=False)
    for p in [2, 1, 0.5, 1.5, 3, "Infinity"]:
        case(f"norm: p {p} of zeros", "norm", [torch.zeros(2, 3)], p=p, dim=1)
        case(f"norm: p {p}, ties", "norm", [torch.tensor([2.0, -2.0, 1.0])], p=p)
    case("norm: p 0", "norm", [torch.tensor([[0.0, 2.0, -1.0], [3.0, 0.0, 0.0]])], p=0, dim=1, differentiable=False)
    case("norm: nothing", "norm", [(2, 0)], dim=1)
    case("norm: rank 0", "norm", [()], p=3)
    case("norm: dtype", "norm", [(2, 3)], p=2, dim=0, dtype="float64", differentiable=False)
    case("torch.norm: p 3", "torch.norm", [(2, 3)], p=3, dim=1)
