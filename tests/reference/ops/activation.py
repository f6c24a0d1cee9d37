"""Activations."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, scaled

OPS.update(
    {
        "relu": torch.relu,
        **{
            name: getattr(F, name) for name in "leaky_relu gelu silu mish relu6 elu softplus".split()
        },
        "quick_gelu": lambda input: input * torch.sigmoid(1.702 * input),
    }
)


def record():
    edges = torch.tensor([-7.5, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 7.5])
    large = torch.tensor([-200.0, -100.0, -30.0, 30.0, 60.0])
    activations = [
        ("relu", {}),
        ("leaky_relu", {}),
        ("leaky_relu", {"negative_slope": 0.2}),
        ("gelu", {}),
        ("gelu", {"approximate": "none"}),
        ("gelu", {"approximate": "tanh"}),
        ("silu", {}),
        ("quick_gelu", {}),
        ("mish", {}),
        ("relu6", {}),
        ("elu", {}),
        ("elu", {"alpha": 0.5}),
        ("softplus", {}),
        ("softplus", {"beta": 2.0, "threshold": 5.0}),
    ]
    for op, options in activations:
        label = ", ".join([op, *(f"{key}={value}" for key, value in options.items())])
        for shape in [(7,), (2, 3, 3), ()]:
            case(f"{label}: shape {list(shape)}", op, [scaled(2.0, *shape)], **options)
        case(f"{label}: edges", op, [edges.clone()], **options)
    for op in ["gelu", "silu", "softplus", "mish", "elu", "sigmoid", "tanh"]:
        case(f"{op}: large values", op, [large.clone()])
