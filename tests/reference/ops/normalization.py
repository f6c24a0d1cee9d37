"""Softmax, and normalisation over axes, groups of channels and batches."""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case, positive


def batch_norm(input, running_mean=None, running_var=None, weight=None, bias=None, **options):
    return F.batch_norm(input, running_mean, running_var, weight, bias, **options)


def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, **options):
    return F.instance_norm(input, running_mean, running_var, weight, bias, **options)


OPS.update(
    {
        "group_norm": lambda input, weight=None, bias=None, **options: F.group_norm(
            input, weight=weight, bias=bias, **options
        ),
        "batch_norm": batch_norm,
        "instance_norm": instance_norm,
        "local_response_norm": F.local_response_norm,
        "softmax": F.softmax,
        "log_softmax": F.log_softmax,
        "layer_norm": lambda input, weight=None, bias=None, **options: F.layer_norm(
            input, weight=weight, bias=bias, **options
        ),
    }
)


def with_dtype(dtype, *shape):
    return lambda generator: torch.randn(shape, generator=generator).to(dtype)


def record():
    over_axes()
    over_channels()
    over_batches()


def over_channels():
    for shape in [(2, 6, 5), (2, 6), (1, 6, 2, 3), (2, 6, 2, 1, 3)]:
        for groups in [1, 2, 6]:
            if groups == 6 and len(shape) == 2:
                continue  # one number each
            case(f"group_norm: {list(shape)}, {groups} groups", "group_norm", [shape], num_groups=groups)
        affine = [shape, positive(6), (6,)]
        case(f"group_norm: {list(shape)}, weight and bias", "group_norm", affine, num_groups=3, eps=1e-3)
    case("group_norm: weight alone", "group_norm", [(2, 4, 3), positive(4)], num_groups=2)
    case("group_norm: no examples", "group_norm", [(0, 4, 3), positive(4), (4,)], num_groups=2)
    double = [with_dtype(torch.float64, 2, 4, 3), with_dtype(torch.float64, 4), with_dtype(torch.float64, 4)]
    case("group_norm: float64", "group_norm", double, num_groups=2)
    case("second order: group_norm", "group_norm", [(2, 4, 3), positive(4), (4,)], order=2, num_groups=2)

    for shape in [(2, 3, 5), (2, 3, 2, 4), (1, 2, 2, 3, 2)]:
        channels = shape[1]
        case(f"instance_norm: {list(shape)}", "instance_norm", [shape])
        affine = [shape, None, None, positive(channels), (channels,)]
        case(f"instance_norm: {list(shape)}, weight and bias", "instance_norm", affine, eps=1e-3)
    running = [(2, 3, 5), (3,), positive(3), positive(3), (3,)]
    case(
        "instance_norm: running statistics", "instance_norm", running, constants=(1, 2), use_input_stats=False
    )

    for size in [1, 2, 3, 5]:
        case(f"local_response_norm: size {size}", "local_response_norm", [(2, 4, 3)], size=size)
    case(
        "local_response_norm: options",
        "local_response_norm",
        [(2, 6, 2, 3)],
        size=3,
        alpha=0.5,
        beta=0.5,
        k=2,
    )
    case("local_response_norm: 3 spatial axes", "local_response_norm", [(1, 3, 2, 2, 2)], size=2, alpha=0.1)


def over_batches():
    for shape in [(4, 3), (3, 2, 4), (2, 3, 2, 4), (1, 2, 2, 3, 2)]:
        channels = shape[1]
        affine = [shape, None, None, positive(channels), (channels,)]
        running = [shape, (channels,), positive(channels)]
        case(f"batch_norm: {list(shape)}, training", "batch_norm", [shape], training=True)
        case(
            f"batch_norm: {list(shape)}, training, weight and bias",
            "batch_norm",
            affine,
            training=True,
            eps=1e-3,
        )
        case(f"batch_norm: {list(shape)}", "batch_norm", running, constants=(1, 2))
        all_of_it = [*running, positive(channels), (channels,)]
        case(
            f"batch_norm: {list(shape)}, weight and bias", "batch_norm", all_of_it, constants=(1, 2), eps=1e-3
        )
    case(
        "batch_norm: training, weight alone",
        "batch_norm",
        [(3, 2, 4), None, None, positive(2)],
        training=True,
    )
    case("batch_norm: no examples", "batch_norm", [(0, 2, 4), (2,), positive(2)], constants=(1, 2))
    double = [
        with_dtype(torch.float64, 3, 2, 4),
        None,
        None,
        with_dtype(torch.float64, 2),
        with_dtype(torch.float64, 2),
    ]
    case("batch_norm: float64, training", "batch_norm", double, training=True)
    case(
        "second order: batch_norm",
        "batch_norm",
        [(3, 2, 4), None, None, positive(2), (2,)],
        order=2,
        training=True,
    )
    case(
        "second order: batch_norm, fixed",
        "batch_norm",
        [(3, 2), (2,), positive(2), positive(2), (2,)],
        constants=(1, 2),
        order=2,
    )


def over_axes():
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
