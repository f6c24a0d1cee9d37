"""Convolutions and transposed convolutions over one to three axes."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers, positive, scaled


def with_dtype(dtype, *shape):
    return lambda generator: torch.randn(shape, generator=generator).to(dtype)


OPS.update({f"conv{rank}d": getattr(F, f"conv{rank}d") for rank in (1, 2, 3)})
OPS.update({f"conv_transpose{rank}d": getattr(F, f"conv_transpose{rank}d") for rank in (1, 2, 3)})


def residual_block(input, weight, scale, shift, second_weight):
    """Convolution, batch norm, tanh, a strided convolution beside a strided shortcut, pooling."""
    inner = F.batch_norm(F.conv2d(input, weight, padding=1), None, None, scale, shift, training=True, eps=1)
    outer = F.conv2d(inner.tanh(), second_weight, stride=2, padding=1)
    return F.max_pool2d((outer + input[:, :, ::2, ::2]).tanh(), 2, stride=1)


OPS["residual block"] = residual_block


def record():
    convolutions()
    transposed()
    second_order()


def convolutions():
    case("conv1d: plain", "conv1d", [(2, 3, 9), (4, 3, 3)])
    case("conv1d: bias", "conv1d", [(2, 3, 9), (4, 3, 3), (4,)])
    case("conv1d: unbatched", "conv1d", [(3, 9), (4, 3, 3), (4,)])
    case("conv1d: stride 3, padding 2", "conv1d", [(2, 3, 10), (4, 3, 4), (4,)], stride=3, padding=2)
    case("conv1d: dilation 2", "conv1d", [(2, 3, 9), (2, 3, 3)], dilation=2)
    case("conv1d: depthwise", "conv1d", [(2, 4, 8), (4, 1, 3), (4,)], groups=4, padding=1)
    case("conv1d: same, even kernel", "conv1d", [(1, 2, 7), (2, 2, 4)], padding="same")
    case("conv1d: kernel of the whole length", "conv1d", [(2, 2, 5), (3, 2, 5)])
    case("conv1d: stride beyond the kernel", "conv1d", [(2, 2, 11), (3, 2, 2)], stride=4)
    case("conv1d: padding beyond the kernel", "conv1d", [(2, 2, 4), (3, 2, 2)], padding=3)

    case("conv2d: plain", "conv2d", [(2, 2, 5, 4), (3, 2, 3, 3)])
    case("conv2d: bias", "conv2d", [(2, 2, 5, 4), (3, 2, 3, 3), (3,)])
    case("conv2d: unbatched", "conv2d", [(3, 6, 5), (4, 3, 3, 2), (4,)], stride=2, padding=1)
    case("conv2d: 1x1", "conv2d", [(2, 3, 4, 5), (5, 3, 1, 1), (5,)])
    case("conv2d: 1x1, few positions", "conv2d", [(3, 6, 1, 2), (8, 6, 1, 1)])
    case("conv2d: 1x1, stride 2", "conv2d", [(2, 3, 5, 6), (4, 3, 1, 1)], stride=2)
    case("conv2d: 1x1, padding 1", "conv2d", [(2, 3, 3, 4), (4, 3, 1, 1)], padding=1)
    case("conv2d: 1x1, groups 2", "conv2d", [(2, 4, 3, 4), (6, 2, 1, 1)], groups=2)
    case("conv2d: padding 1", "conv2d", [(2, 3, 5, 4), (4, 3, 3, 3), (4,)], padding=1)
    case("conv2d: large image, few filters", "conv2d", [(1, 2, 7, 7), (3, 2, 3, 3), (3,)], padding=1)
    case("conv2d: large image, few filters, groups", "conv2d", [(1, 4, 8, 8), (4, 2, 3, 2)], groups=2)
    case(
        "conv2d: large image, few filters, dilation",
        "conv2d",
        [(1, 2, 8, 7), (2, 2, 3, 2), (2,)],
        padding=[2, 1],
        dilation=[2, 3],
    )
    case(
        "conv2d: padding beyond the kernel, large image",
        "conv2d",
        [(1, 2, 8, 8), (2, 2, 3, 1)],
        padding=[1, 2],
    )
    case("conv2d: stride 2, padding 1", "conv2d", [(2, 2, 7, 6), (3, 2, 3, 3)], stride=2, padding=1)
    case("conv2d: stride 2, rest on one axis", "conv2d", [(1, 2, 7, 8), (3, 2, 3, 3)], stride=2, padding=1)
    case(
        "conv2d: stride 2, kernel 7, padding 3", "conv2d", [(1, 2, 9, 10), (2, 2, 7, 7)], stride=2, padding=3
    )
    case("conv2d: patches", "conv2d", [(1, 2, 9, 7), (3, 2, 3, 3), (3,)], stride=3)
    case("conv2d: stride by axis", "conv2d", [(1, 2, 8, 9), (2, 2, 3, 2)], stride=[3, 1], padding=[1, 0])
    case("conv2d: dilation by axis", "conv2d", [(1, 2, 8, 9), (2, 2, 3, 3)], dilation=[2, 3])
    case(
        "conv2d: stride, dilation and padding",
        "conv2d",
        [(1, 2, 10, 9), (2, 2, 3, 3), (2,)],
        stride=[2, 3],
        dilation=[2, 1],
        padding=[3, 2],
    )
    case("conv2d: groups", "conv2d", [(1, 4, 5, 4), (4, 2, 3, 3), (4,)], groups=2, padding=1)
    case("conv2d: groups and stride", "conv2d", [(1, 6, 6, 5), (3, 2, 3, 3)], groups=3, stride=2)
    case("conv2d: depthwise", "conv2d", [(1, 4, 5, 4), (4, 1, 3, 3), (4,)], groups=4, padding=1)
    case("conv2d: depthwise, two filters each", "conv2d", [(1, 3, 6, 5), (6, 1, 3, 3)], groups=3, stride=2)
    case("conv2d: more channels than taps", "conv2d", [(1, 6, 4, 5), (3, 6, 3, 3)], padding=1)
    case("conv2d: same", "conv2d", [(1, 2, 5, 6), (3, 2, 3, 5), (3,)], padding="same")
    case(
        "conv2d: same, even kernel and dilation",
        "conv2d",
        [(1, 2, 7, 8), (3, 2, 2, 4)],
        padding="same",
        dilation=[3, 1],
    )
    case("conv2d: valid", "conv2d", [(1, 2, 5, 6), (3, 2, 3, 5)], padding="valid")
    case("conv2d: size 1", "conv2d", [(1, 1, 1, 1), (1, 1, 1, 1), (1,)])
    case("conv2d: no images", "conv2d", [(0, 2, 4, 4), (3, 2, 3, 3), (3,)], padding=1)
    case(
        "conv2d: float64",
        "conv2d",
        [
            with_dtype(torch.float64, 1, 4, 5, 6),
            with_dtype(torch.float64, 2, 2, 3, 3),
            with_dtype(torch.float64, 2),
        ],
        groups=2,
        stride=2,
        padding=1,
        dilation=[1, 2],
    )
    case("conv2d: int64", "conv2d", [integers(-9, 9, 2, 3, 5, 5), integers(-9, 9, 4, 3, 3, 3)], padding=1)
    case(
        "conv2d: int32",
        "conv2d",
        [integers(-9, 9, 1, 2, 4, 4, dtype=torch.int32), integers(-9, 9, 2, 2, 2, 2, dtype=torch.int32)],
    )

    case("conv3d: plain", "conv3d", [(2, 2, 3, 4, 4), (2, 2, 2, 3, 3)])
    case("conv3d: bias, padding 1", "conv3d", [(1, 2, 3, 2, 4), (2, 2, 3, 3, 3), (2,)], padding=1)
    case("conv3d: unbatched", "conv3d", [(2, 3, 4, 5), (3, 2, 2, 2, 2)])
    case(
        "conv3d: stride and dilation by axis",
        "conv3d",
        [(1, 2, 4, 5, 5), (2, 2, 2, 3, 2)],
        stride=[1, 2, 3],
        dilation=[2, 1, 2],
        padding=[1, 0, 2],
    )
    case("conv3d: groups", "conv3d", [(1, 4, 2, 3, 3), (4, 2, 2, 2, 3), (4,)], groups=2)
    case("conv3d: depthwise", "conv3d", [(1, 2, 3, 4, 3), (2, 1, 3, 3, 3)], groups=2, padding=1)
    case("conv3d: same", "conv3d", [(1, 1, 3, 4, 5), (2, 1, 2, 3, 3)], padding="same")


def transposed():
    case("conv_transpose1d: plain", "conv_transpose1d", [(2, 3, 5), (3, 4, 3)])
    case("conv_transpose1d: unbatched", "conv_transpose1d", [(3, 5), (3, 4, 3), (4,)])
    case(
        "conv_transpose1d: all options",
        "conv_transpose1d",
        [(2, 4, 5), (4, 3, 3), (6,)],
        stride=3,
        padding=2,
        output_padding=1,
        groups=2,
        dilation=2,
    )
    case("conv_transpose2d: plain", "conv_transpose2d", [(2, 2, 3, 4), (2, 3, 3, 3)])
    case("conv_transpose2d: bias", "conv_transpose2d", [(2, 2, 3, 4), (2, 3, 3, 3), (3,)], padding=1)
    case("conv_transpose2d: unbatched", "conv_transpose2d", [(3, 4, 5), (3, 2, 2, 2)], stride=2)
    case("conv_transpose2d: stride 2", "conv_transpose2d", [(1, 3, 4, 3), (3, 2, 3, 3)], stride=2, padding=1)
    case(
        "conv_transpose2d: output_padding",
        "conv_transpose2d",
        [(1, 3, 4, 3), (3, 2, 3, 3), (2,)],
        stride=2,
        padding=1,
        output_padding=1,
    )
    case(
        "conv_transpose2d: by axis",
        "conv_transpose2d",
        [(1, 2, 4, 3), (2, 3, 3, 2)],
        stride=[2, 3],
        padding=[1, 0],
        output_padding=[0, 2],
        dilation=[2, 1],
    )
    case("conv_transpose2d: patches", "conv_transpose2d", [(1, 3, 3, 2), (3, 2, 2, 2), (2,)], stride=2)
    case(
        "conv_transpose2d: stride beyond the kernel",
        "conv_transpose2d",
        [(1, 2, 3, 3), (2, 3, 2, 2)],
        stride=3,
    )
    case(
        "conv_transpose2d: groups", "conv_transpose2d", [(1, 4, 3, 4), (4, 2, 3, 3), (4,)], groups=2, stride=2
    )
    case("conv_transpose2d: depthwise", "conv_transpose2d", [(1, 3, 4, 4), (3, 1, 3, 3)], groups=3)
    case("conv_transpose2d: large image", "conv_transpose2d", [(1, 2, 6, 7), (2, 3, 3, 3), (3,)], padding=1)
    case(
        "conv_transpose2d: large image, dilation and output_padding",
        "conv_transpose2d",
        [(1, 2, 6, 7), (2, 2, 3, 2), (2,)],
        dilation=3,
        padding=[2, 0],
        output_padding=[2, 1],
    )
    case("conv_transpose2d: large image, groups", "conv_transpose2d", [(1, 4, 7, 6), (4, 2, 3, 2)], groups=2)
    case("conv_transpose2d: no images", "conv_transpose2d", [(0, 2, 4, 4), (2, 3, 3, 3), (3,)], stride=2)
    case(
        "conv_transpose2d: float64",
        "conv_transpose2d",
        [
            with_dtype(torch.float64, 1, 2, 4, 3),
            with_dtype(torch.float64, 2, 1, 3, 3),
            with_dtype(torch.float64, 2),
        ],
        groups=2,
        stride=2,
        padding=1,
        output_padding=1,
    )
    case(
        "conv_transpose2d: int64",
        "conv_transpose2d",
        [integers(-9, 9, 1, 2, 4, 4), integers(-9, 9, 2, 3, 3, 3)],
        stride=2,
    )
    case("conv_transpose3d: plain", "conv_transpose3d", [(1, 2, 3, 3, 2), (2, 3, 2, 3, 2)])
    case(
        "conv_transpose3d: options",
        "conv_transpose3d",
        [(1, 2, 3, 2, 3), (2, 2, 3, 2, 2), (2,)],
        stride=[2, 1, 2],
        padding=[1, 0, 0],
        output_padding=[1, 0, 1],
    )


def second_order():
    case("second order: conv2d", "conv2d", [(2, 2, 5, 4), (3, 2, 3, 3), (3,)], order=2, padding=1)
    case(
        "second order: conv2d, stride and groups",
        "conv2d",
        [(1, 4, 6, 5), (4, 2, 3, 2)],
        order=2,
        stride=2,
        groups=2,
    )
    case("second order: conv2d, 1x1", "conv2d", [(2, 3, 4, 4), (2, 3, 1, 1)], order=2)
    case("second order: conv1d", "conv1d", [(2, 2, 8), (3, 2, 3)], order=2, stride=2, dilation=2)
    case(
        "second order: conv_transpose2d",
        "conv_transpose2d",
        [(1, 2, 3, 4), (2, 3, 3, 3)],
        order=2,
        stride=2,
        padding=1,
    )
    case("second order: conv3d", "conv3d", [(1, 2, 3, 4, 3), (2, 2, 2, 2, 2)], order=2)
    block = [(2, 2, 6, 5), scaled(0.3, 2, 2, 3, 3), positive(2), (2,), scaled(0.3, 2, 2, 3, 3)]
    case("first order: residual block", "residual block", block)
    case("second order: residual block", "residual block", block, order=2)
