"""Windows, blocks of images, and pixels exchanged with channels."""

import torch
import torch.nn.functional as F

from recorder import OPS, booleans, case, integers, normal

OPS.update(
    {
        "Tensor.unfold": lambda input, dimension, size, step: input.unfold(dimension, size, step),
        "unfold": F.unfold,
        "fold": F.fold,
        "pixel_shuffle": F.pixel_shuffle,
        "pixel_unshuffle": F.pixel_unshuffle,
    }
)


def record():
    windows = [(0, 3, 1), (1, 2, 2), (-1, 3, 2), (1, 4, 3), (1, 2, 3), (1, 9, 1), (1, 1, 1), (0, 5, 5)]
    for dimension, size, step in windows:
        options = {"dimension": dimension, "size": size, "step": step}
        case(f"Tensor.unfold: {dimension}, {size} every {step}", "Tensor.unfold", [(5, 9)], **options)
    case("Tensor.unfold: wide windows", "Tensor.unfold", [(2, 24)], dimension=1, size=20, step=1)
    case("Tensor.unfold: middle axis", "Tensor.unfold", [(2, 7, 3)], dimension=1, size=3, step=2)
    case("Tensor.unfold: bool", "Tensor.unfold", [booleans(5)], dimension=0, size=2, step=1)
    case("Tensor.unfold: int64, wide", "Tensor.unfold", [integers(0, 9, 20)], dimension=0, size=18, step=1)

    blocks = [
        ({}, (2, 3, 4, 5), [2, 3]),
        ({"padding": 1}, (1, 2, 4, 4), 3),
        ({"stride": 2}, (1, 2, 5, 6), 2),
        ({"stride": [2, 3], "padding": [1, 0]}, (2, 1, 5, 7), [3, 2]),
        ({"dilation": 2}, (1, 2, 6, 5), 2),
        ({"dilation": [1, 2], "stride": [3, 2], "padding": [2, 1]}, (1, 2, 5, 6), [2, 3]),
        ({"stride": 3}, (1, 1, 8, 8), 2),
        ({}, (3, 4, 4), 2),
        ({}, (1, 2, 2, 2), 2),
    ]
    for options, shape, kernel_size in blocks:
        name = f"{list(shape)}, {kernel_size}, {options}"
        case(f"unfold: {name}", "unfold", [shape], kernel_size=kernel_size, **options)
        columns = F.unfold(torch.zeros(shape), kernel_size, **options).shape
        case(
            f"fold: {name}",
            "fold",
            [tuple(columns)],
            output_size=shape[-2:],
            kernel_size=kernel_size,
            **options,
        )
    double = torch.float64
    case("unfold: float64", "unfold", [normal(1, 2, 3, 4, dtype=double)], kernel_size=2)
    case("fold: float64", "fold", [normal(1, 8, 6, dtype=double)], output_size=[3, 4], kernel_size=2)
    case(
        "fold: float64, strides",
        "fold",
        [normal(1, 8, 6, dtype=double)],
        output_size=[5, 6],
        kernel_size=2,
        stride=2,
        padding=[0, 1],
        dilation=[2, 3],
    )
    case(
        "unfold: bfloat16",
        "unfold",
        [normal(1, 1, 3, 3, dtype=torch.bfloat16)],
        kernel_size=2,
        stride=2,
        differentiable=False,
    )

    case("pixel_shuffle: 2", "pixel_shuffle", [(2, 8, 3, 2)], upscale_factor=2)
    case("pixel_shuffle: 3, no batch", "pixel_shuffle", [(9, 2, 1)], upscale_factor=3)
    case("pixel_shuffle: more axes", "pixel_shuffle", [(2, 1, 4, 2, 3)], upscale_factor=2)
    case("pixel_shuffle: int64", "pixel_shuffle", [integers(0, 9, 1, 4, 2, 2)], upscale_factor=2)
    case("pixel_unshuffle: 2", "pixel_unshuffle", [(2, 2, 4, 6)], downscale_factor=2)
    case("pixel_unshuffle: 3, no batch", "pixel_unshuffle", [(1, 3, 6)], downscale_factor=3)

    case("unfold: blocks side by side", "unfold", [(2, 3, 4, 6)], kernel_size=[2, 3], stride=[2, 3])
    case("fold: blocks side by side", "fold", [(2, 12, 6)], output_size=[4, 6], kernel_size=2, stride=2)
    case("unfold: blocks side by side, padded", "unfold", [(1, 1, 2, 4)], kernel_size=2, stride=2, padding=1)
