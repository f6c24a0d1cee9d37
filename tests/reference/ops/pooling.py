"""Pooling over one to three axes, with windows given or with sizes given."""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers


def with_dtype(dtype, *shape):
    return lambda generator: torch.randn(shape, generator=generator).to(dtype)


for rank in (1, 2, 3):
    for name in ("max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool"):
        OPS[f"{name}{rank}d"] = getattr(F, f"{name}{rank}d")


def record():
    maxima()
    means()
    adaptive()
    case("second order: max_pool2d", "square of max_pool2d", [(1, 2, 5, 5)], order=2, kernel_size=3, stride=2)
    case("second order: avg_pool2d", "square of avg_pool2d", [(1, 2, 5, 5)], order=2, kernel_size=3, stride=2)


OPS["square of max_pool2d"] = lambda input, **options: F.max_pool2d(input, **options).square()
OPS["square of avg_pool2d"] = lambda input, **options: F.avg_pool2d(input, **options).square()


def maxima():
    case("max_pool1d: plain", "max_pool1d", [(2, 3, 8)], kernel_size=2)
    case("max_pool1d: unbatched, rest", "max_pool1d", [(3, 8)], kernel_size=3)
    case(
        "max_pool1d: all options",
        "max_pool1d",
        [(2, 2, 10)],
        kernel_size=3,
        stride=2,
        padding=1,
        dilation=2,
        ceil_mode=True,
        return_indices=True,
    )
    case("max_pool2d: plain", "max_pool2d", [(2, 3, 4, 6)], kernel_size=2)
    case("max_pool2d: unbatched", "max_pool2d", [(3, 4, 6)], kernel_size=2, return_indices=True)
    case("max_pool2d: overlapping", "max_pool2d", [(2, 2, 7, 6)], kernel_size=3, stride=2, padding=1)
    case("max_pool2d: stride 1", "max_pool2d", [(1, 2, 4, 5)], kernel_size=3, stride=1, padding=1)
    case(
        "max_pool2d: by axis", "max_pool2d", [(2, 2, 7, 6)], kernel_size=[3, 2], stride=[1, 2], padding=[1, 0]
    )
    case("max_pool2d: dilation", "max_pool2d", [(1, 2, 7, 8)], kernel_size=2, stride=1, dilation=[2, 3])
    case("max_pool2d: ceil_mode", "max_pool2d", [(1, 2, 6, 7)], kernel_size=3, stride=2, ceil_mode=True)
    case("max_pool2d: ceil_mode without a rest", "max_pool2d", [(1, 2, 6, 8)], kernel_size=2, ceil_mode=True)
    case(
        "max_pool2d: ceil_mode, a window that would begin in the padding",
        "max_pool2d",
        [(1, 2, 5, 6)],
        kernel_size=2,
        stride=3,
        padding=1,
        ceil_mode=True,
    )
    case(
        "max_pool2d: ceil_mode, a dilated window that reaches far beyond",
        "max_pool2d",
        [(1, 2, 8, 7)],
        kernel_size=2,
        stride=3,
        dilation=4,
        ceil_mode=True,
        return_indices=True,
    )
    case(
        "max_pool2d: indices",
        "max_pool2d",
        [(2, 2, 5, 6)],
        kernel_size=3,
        stride=2,
        padding=1,
        return_indices=True,
    )
    case(
        "max_pool2d: equal entries",
        "max_pool2d",
        [integers(0, 2, 1, 2, 6, 6, dtype=torch.float32)],
        kernel_size=3,
        stride=1,
        return_indices=True,
    )
    case(
        "max_pool2d: minus infinity",
        "max_pool2d",
        [torch.tensor([[[[-inf, -inf, 1.0, -inf]] * 2]])],
        kernel_size=2,
    )
    case("max_pool2d: no images", "max_pool2d", [(0, 2, 4, 4)], kernel_size=2)
    case("max_pool2d: whole image", "max_pool2d", [(2, 2, 3, 4)], kernel_size=[3, 4])
    case(
        "max_pool2d: float64",
        "max_pool2d",
        [with_dtype(torch.float64, 1, 2, 5, 5)],
        kernel_size=3,
        stride=2,
        padding=1,
    )
    case(
        "max_pool2d: bfloat16",
        "max_pool2d",
        [with_dtype(torch.bfloat16, 1, 2, 5, 5)],
        kernel_size=2,
        stride=1,
        return_indices=True,
    )
    case("max_pool3d: plain", "max_pool3d", [(1, 2, 4, 4, 6)], kernel_size=2)
    case(
        "max_pool3d: options",
        "max_pool3d",
        [(1, 2, 5, 4, 6)],
        kernel_size=[3, 2, 2],
        stride=[2, 1, 2],
        padding=[1, 0, 1],
        ceil_mode=True,
        return_indices=True,
    )


def means():
    case("avg_pool1d: plain", "avg_pool1d", [(2, 3, 8)], kernel_size=2)
    case("avg_pool1d: unbatched", "avg_pool1d", [(3, 9)], kernel_size=3, stride=2, padding=1)
    case(
        "avg_pool1d: ceil_mode, padding not counted",
        "avg_pool1d",
        [(2, 2, 8)],
        kernel_size=3,
        stride=2,
        padding=1,
        ceil_mode=True,
        count_include_pad=False,
    )
    case("avg_pool2d: plain", "avg_pool2d", [(2, 3, 4, 6)], kernel_size=2)
    case("avg_pool2d: unbatched", "avg_pool2d", [(3, 4, 6)], kernel_size=2)
    case("avg_pool2d: overlapping", "avg_pool2d", [(2, 2, 7, 6)], kernel_size=3, stride=2)
    case("avg_pool2d: padding", "avg_pool2d", [(2, 2, 5, 6)], kernel_size=3, stride=2, padding=1)
    case(
        "avg_pool2d: padding not counted",
        "avg_pool2d",
        [(2, 2, 5, 6)],
        kernel_size=3,
        stride=2,
        padding=1,
        count_include_pad=False,
    )
    case(
        "avg_pool2d: by axis", "avg_pool2d", [(2, 2, 7, 6)], kernel_size=[3, 2], stride=[1, 2], padding=[1, 0]
    )
    case("avg_pool2d: ceil_mode", "avg_pool2d", [(1, 2, 6, 7)], kernel_size=3, stride=2, ceil_mode=True)
    case(
        "avg_pool2d: ceil_mode and padding",
        "avg_pool2d",
        [(1, 2, 6, 8)],
        kernel_size=4,
        stride=3,
        padding=[2, 1],
        ceil_mode=True,
    )
    case(
        "avg_pool2d: ceil_mode and padding not counted",
        "avg_pool2d",
        [(1, 2, 6, 8)],
        kernel_size=4,
        stride=3,
        padding=[2, 1],
        ceil_mode=True,
        count_include_pad=False,
    )
    case(
        "avg_pool2d: divisor_override",
        "avg_pool2d",
        [(1, 2, 6, 7)],
        kernel_size=3,
        stride=2,
        padding=1,
        ceil_mode=True,
        divisor_override=5,
    )
    case("avg_pool2d: no images", "avg_pool2d", [(0, 2, 4, 4)], kernel_size=2)
    case(
        "avg_pool2d: float64",
        "avg_pool2d",
        [with_dtype(torch.float64, 1, 2, 5, 5)],
        kernel_size=3,
        stride=2,
        padding=1,
        count_include_pad=False,
    )
    case("avg_pool2d: bfloat16", "avg_pool2d", [with_dtype(torch.bfloat16, 1, 2, 4, 6)], kernel_size=2)
    case("avg_pool3d: plain", "avg_pool3d", [(1, 2, 4, 4, 6)], kernel_size=2)
    case(
        "avg_pool3d: options",
        "avg_pool3d",
        [(1, 2, 5, 4, 6)],
        kernel_size=[3, 2, 2],
        stride=[2, 1, 2],
        padding=[1, 0, 1],
        ceil_mode=True,
        count_include_pad=False,
    )
    case("avg_pool3d: divisor_override", "avg_pool3d", [(1, 1, 3, 4, 4)], kernel_size=2, divisor_override=3)


def adaptive():
    for name in ("adaptive_avg_pool", "adaptive_max_pool"):
        case(f"{name}1d: even", f"{name}1d", [(2, 3, 8)], output_size=4)
        case(f"{name}1d: uneven", f"{name}1d", [(2, 3, 7)], output_size=3)
        case(f"{name}1d: unbatched", f"{name}1d", [(3, 7)], output_size=5)
        case(f"{name}2d: to 1", f"{name}2d", [(2, 3, 5, 4)], output_size=1)
        case(f"{name}2d: even", f"{name}2d", [(2, 3, 6, 4)], output_size=[3, 2])
        case(f"{name}2d: uneven", f"{name}2d", [(2, 2, 7, 5)], output_size=[3, 4])
        case(f"{name}2d: unbatched", f"{name}2d", [(2, 7, 5)], output_size=[3, 5])
        case(f"{name}2d: one axis kept", f"{name}2d", [(2, 2, 5, 7)], output_size=[None, 3])
        case(f"{name}2d: larger than the input", f"{name}2d", [(1, 2, 3, 2)], output_size=[5, 4])
        case(f"{name}2d: float64", f"{name}2d", [with_dtype(torch.float64, 1, 2, 5, 4)], output_size=[2, 3])
        case(f"{name}3d: even", f"{name}3d", [(1, 2, 4, 4, 6)], output_size=[2, 4, 3])
        case(f"{name}3d: uneven", f"{name}3d", [(1, 2, 5, 4, 6)], output_size=[2, 3, 4])
    for shape, output_size in [((2, 2, 7, 5), [3, 4]), ((2, 2, 6, 4), [3, 2]), ((2, 5, 7), [None, 3])]:
        case(
            f"adaptive_max_pool2d: indices of {list(shape)} to {output_size}",
            "adaptive_max_pool2d",
            [shape],
            output_size=output_size,
            return_indices=True,
        )
    case(
        "adaptive_max_pool3d: indices",
        "adaptive_max_pool3d",
        [(1, 1, 5, 4, 3)],
        output_size=[2, 3, 2],
        return_indices=True,
    )
