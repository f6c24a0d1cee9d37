"""Softmax and layer norm."""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case, positive

OPS.update(
    {
        "softmax": F.softmax,
        "log_softmax": F.log_softmax,
        "layer_norm": lambda input, weight=None, bias=None, **options: F.layer_norm(
            input, weight=weight, bias=bias, **options
        ),
    }
)


def record():
    for op in ["softmax", "log_softmax"]:
        case(f"{op}: last axis", op, [(2, 3, 5)], dim=-1)
        case(f"{op}: middle axis", op, [(2, 3, 5)], dim=1)
        case(f"{op}: first axis", op, [(4, 3)], dim=0)
        case(f"{op}: size 1", op, [(3, 1)], dim=-1)
        case(f"{op}: rank 1", op, [(6,)], dim=0)
        case(f"{op}: rank 4", op, [(2, 2, 3, 3)], dim=-1)
        case(
            f"{op}: large values",
            op,
            [torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1000.0]])],
            dim=1,
        )
        case(f"{op}: empty", op, [(0, 4)], dim=1)
    case("softmax: minus infinity", "softmax", [torch.tensor([[-inf, 0.0, 1.0], [-inf, -inf, 2.0]])], dim=1)
    for shape, last in [
        ((2, 3, 6), 1),
        ((5,), 1),
        ((2, 3, 4), 2),
        ((2, 2, 3, 4), 2),
        ((1, 1), 1),
        ((0, 4), 1),
    ]:
        normalized = list(shape[len(shape) - last :])
        label = f"layer_norm: {list(shape)}, last {last}"
        case(label, "layer_norm", [shape], normalized_shape=normalized)
        case(
            f"{label}, weight",
            "layer_norm",
            [shape, positive(*normalized)],
            normalized_shape=normalized,
            eps=1e-12,
        )
        affine = [shape, positive(*normalized), tuple(normalized)]
        case(f"{label}, weight and bias", "layer_norm", affine, normalized_shape=normalized, eps=1e-3)
    case(
        "layer_norm: constant rows",
        "layer_norm",
        [torch.full((2, 4), 3.0), (4,), (4,)],
        normalized_shape=[4],
        eps=1e-5,
    )
    case(
        "layer_norm: far from zero",
        "layer_norm",
        [lambda g: torch.randn(2, 8, generator=g) + 100, (8,), (8,)],
        normalized_shape=[8],
        eps=1e-12,
    )
