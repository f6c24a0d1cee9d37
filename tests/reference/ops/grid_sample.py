"""Sampling at places of a grid, and the grids of affine maps."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, scaled

OPS["grid_sample"] = F.grid_sample
OPS["affine_grid"] = F.affine_grid


def double(*shape):
    return lambda generator: torch.randn(shape, generator=generator, dtype=torch.float64)


def record():
    op = "grid_sample"
    image, places = (2, 3, 4, 5), scaled(0.9, 2, 3, 2, 2)
    volume, inside = (1, 2, 3, 4, 2), scaled(0.9, 1, 2, 3, 2, 3)
    corners = lambda generator: torch.tensor([-1.0, 1.0]).repeat(2)[torch.randint(0, 4, (1, 3, 3, 2), generator=generator)]
    for mode in ["bilinear", "nearest", "bicubic"]:
        for padding in ["zeros", "border", "reflection"]:
            for align in [False, True]:
                how = {"mode": mode, "padding_mode": padding, "align_corners": align}
                name = f"{mode}, {padding}, corners {'aligned' if align else 'free'}"
                case(f"{name}: image", op, [image, places], **how)
                case(f"{name}: far outside", op, [(1, 1, 3, 2), scaled(4.0, 1, 3, 2, 2)], **how)
                case(f"{name}: one value", op, [(1, 2, 1, 1), scaled(2.0, 1, 2, 2, 2)], **how)
                # On a corner PyTorch's slopes depend on how its position was rounded.
                case(f"{name}: corners", op, [(1, 1, 2, 3), corners], constants=[1], **how)
                if mode != "bicubic":
                    case(f"{name}: volume", op, [volume, inside], **how)
    case("bilinear: float64", op, [double(1, 2, 3, 4), double(1, 2, 2, 2)], align_corners=False)
    op = "affine_grid"
    for align in [False, True]:
        how = {"align_corners": align}
        name = "corners aligned" if align else "corners free"
        case(f"affine_grid: {name}, image", op, [(2, 2, 3)], size=[2, 1, 3, 4], **how)
        case(f"affine_grid: {name}, one row", op, [(1, 2, 3)], size=[1, 3, 1, 5], **how)
        case(f"affine_grid: {name}, volume", op, [(2, 3, 4)], size=[2, 1, 2, 3, 2], **how)
