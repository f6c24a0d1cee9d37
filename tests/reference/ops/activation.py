"""Activations."""

import torch
import torch.nn.functional as F

from recorder import DTYPES, OPS, case, integers, scaled

OPS.update(
    {
        "relu": torch.relu,
        **{
            name: getattr(F, name)
            for name in """leaky_relu gelu silu mish relu6 elu softplus selu celu hardswish hardsigmoid hardtanh
            logsigmoid softsign prelu glu""".split()
        },
        "quick_gelu": lambda input: input * torch.sigmoid(1.702 * input),
        # -1 with all its digits, where the sigmoid is next to 1.
        "logsigmoid times exp": lambda input: F.logsigmoid(input) * torch.exp(input),
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

    # What came later; the cases above keep their numbers.
    for op, options in [
        ("selu", {}),
        ("celu", {}),
        ("celu", {"alpha": 0.5}),
        ("celu", {"alpha": 2.0}),
        ("hardswish", {}),
        ("hardsigmoid", {}),
        ("hardtanh", {}),
        ("hardtanh", {"min_val": -0.5, "max_val": 3.0}),
        ("logsigmoid", {}),
        ("softsign", {}),
        ("glu", {}),
    ]:
        label = ", ".join([op, *(f"{key}={value}" for key, value in options.items())])
        for shape in [(8,), (2, 3, 4), ()]:
            if op != "glu" or shape:
                case(f"{label}: shape {list(shape)}", op, [scaled(2.0, *shape)], **options)
        case(f"{label}: edges", op, [edges.clone()], **options)
        case(f"{label}: float64", op, [lambda g: scaled(2.0, 2, 4)(g).double()], **options)
        case(f"{label}: empty", op, [(0, 2)], **options)
    for op, options in activations:
        label = ", ".join([op, *(f"{key}={value}" for key, value in options.items())])
        if op != "quick_gelu":
            case(f"{label}: float64", op, [lambda g: scaled(2.0, 2, 4)(g).double()], **options)
            case(f"{label}: float64, edges", op, [edges.double()], **options)
    for op in ["selu", "celu", "hardswish", "hardsigmoid", "hardtanh", "logsigmoid", "softsign", "relu6", "leaky_relu"]:
        case(f"{op}: large values", op, [large.clone()])
    for op in ["gelu", "silu", "softplus", "mish", "elu", "selu", "celu", "logsigmoid"]:
        case(f"{op}: large values of float64", op, [large.double()])
    for op in ["relu", "relu6", "hardtanh"]:
        for name in ["int64", "int32", "int8"]:
            case(f"{op}: {name}", op, [integers(-9, 9, 6, dtype=DTYPES[name])])
    case("softsign: int64", "softsign", [integers(-9, 9, 6)])
    case("hardtanh: int64 between whole numbers", "hardtanh", [integers(-9, 9, 6)], min_val=-3, max_val=4)
    case("prelu: one weight", "prelu", [(2, 3, 4), (1,)])
    case("prelu: a weight for each channel", "prelu", [(2, 3, 4), (3,)])
    case("prelu: rank 1", "prelu", [(5,), (1,)])
    case("prelu: rank 2", "prelu", [(2, 3), (3,)])
    case("prelu: edges", "prelu", [edges.clone(), torch.tensor([0.25])])
    case("prelu: float64", "prelu", [lambda g: scaled(2.0, 2, 3)(g).double(), torch.tensor([0.25, 0.5, -0.5]).double()])
    case("glu: first axis", "glu", [(4, 3)], dim=0)
    case("glu: middle axis", "glu", [(2, 6, 3)], dim=1)
    tiny = torch.tensor([15.0, 20.0, 30.0, 60.0])
    case("logsigmoid times exp: the tail", "logsigmoid times exp", [tiny], differentiable=False)
