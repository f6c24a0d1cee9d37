"""torch.nn.functional.rms_norm.

Recorded with PyTorch 2.15, since 1.13 has no such function: .venv-bench/bin/python record.py rms_norm.
"""

import torch
import torch.nn.functional as F

from recorder import OPS, case, positive

PYTORCH = "2.15"

OPS["rms_norm"] = lambda input, weight=None, *, normalized_shape, eps=None: F.rms_norm(
    input, normalized_shape, weight, eps
)


def with_dtype(dtype, *shape):
    return lambda generator: torch.randn(shape, generator=generator).to(dtype)


def record():
    for shape, last in [((2, 3, 6), 1), ((5,), 1), ((2, 3, 4), 2), ((1, 1), 1), ((0, 4), 1)]:
        normalized = list(shape[len(shape) - last :])
        label = f"rms_norm: {list(shape)}, last {last}"
        case(label, "rms_norm", [shape], normalized_shape=normalized)
        case(
            f"{label}, weight",
            "rms_norm",
            [shape, positive(*normalized)],
            normalized_shape=normalized,
            eps=1e-3,
        )
    double = [with_dtype(torch.float64, 2, 4), with_dtype(torch.float64, 4)]
    case("rms_norm: float64", "rms_norm", double, normalized_shape=[4])
    case(
        "rms_norm: small values",
        "rms_norm",
        [lambda g: torch.randn(2, 4, generator=g) * 1e-4],
        normalized_shape=[4],
    )
    case("second order: rms_norm", "rms_norm", [(2, 5), positive(5)], order=2, normalized_shape=[5], eps=1e-5)
