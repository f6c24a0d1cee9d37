"""Interpolation: images, signals and volumes in another size."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers

OPS["interpolate"] = F.interpolate


def double(*shape):
    return lambda generator: torch.randn(shape, generator=generator, dtype=torch.float64)


def record():
    op = "interpolate"
    image, signal, volume = (1, 2, 4, 5), (1, 2, 7), (1, 2, 3, 4, 2)
    for mode in ["nearest", "nearest-exact", "area"]:
        how = {"mode": mode}
        case(f"{mode}: signal larger", op, [signal], size=10, **how)
        case(f"{mode}: signal smaller", op, [signal], size=[3], **how)
        case(f"{mode}: signal, factor", op, [signal], scale_factor=2.3, **how)
        case(f"{mode}: image", op, [image], size=[7, 3], **how)
        case(f"{mode}: image, one row", op, [image], size=[1, 9], **how)
        case(f"{mode}: image, both doubled", op, [image], scale_factor=2.0, **how)
        case(f"{mode}: image, factors", op, [image], scale_factor=[1.7, 0.6], **how)
        # PyTorch's gradient takes images whose sizes stay for unchanged here, though their values move.
        case(f"{mode}: image, factors near 1", op, [image], scale_factor=[1.1, 1.15], differentiable=False, **how)
        case(f"{mode}: image, factor from sizes", op, [image], scale_factor=1.3, recompute_scale_factor=True, **how)
        case(f"{mode}: volume", op, [volume], size=[5, 2, 6], **how)
        case(f"{mode}: volume, factor", op, [volume], scale_factor=3.0, **how)
        case(f"{mode}: the same size", op, [image], size=[4, 5], **how)
    case("nearest: tripled in one axis", op, [image], scale_factor=[1.0, 3.0], mode="nearest")
    case("nearest: by a factor whose inverse is rounded down", op, [(1, 1, 1, 3)], scale_factor=[1.0, 41.0], mode="nearest")
    case("nearest: uint8", op, [integers(0, 256, 1, 2, 3, 4, dtype=torch.uint8)], size=[5, 6], mode="nearest")
    case("nearest: float64", op, [double(1, 2, 3, 4)], size=[5, 6], mode="nearest")
    linear = [("linear", signal, [10], [3], 1.7), ("bilinear", image, [7, 8], [3, 2], [1.7, 0.6])]
    for mode, shape, larger, smaller, factor in [*linear, ("trilinear", volume, [5, 6, 3], [2, 2, 1], [1.5, 0.8, 2.0])]:
        for corners in [False, True]:
            how = {"mode": mode, "align_corners": corners}
            name = f"{mode}, corners {'aligned' if corners else 'free'}"
            case(f"{name}: larger", op, [shape], size=larger, **how)
            case(f"{name}: smaller", op, [shape], size=smaller, **how)
            case(f"{name}: factor", op, [shape], scale_factor=factor, **how)
            case(f"{name}: factor from sizes", op, [shape], scale_factor=factor, recompute_scale_factor=True, **how)
            case(f"{name}: to 1", op, [shape], size=1, **how)
            case(f"{name}: from 1", op, [(2, 1) + (1,) * len(larger)], size=larger, **how)
            case(f"{name}: doubled", op, [shape], scale_factor=2.0, **how)
    for corners in [False, True]:
        how = {"mode": "bicubic", "align_corners": corners}
        name = f"bicubic, corners {'aligned' if corners else 'free'}"
        case(f"{name}: larger", op, [image], size=[9, 11], **how)
        case(f"{name}: smaller", op, [image], size=[2, 3], **how)
        case(f"{name}: one axis", op, [image], size=[4, 9], **how)
        case(f"{name}: factor", op, [image], scale_factor=[1.7, 0.6], **how)
        case(f"{name}: to 1", op, [image], size=1, **how)
        case(f"{name}: from 1 and 2", op, [(1, 2, 1, 2)], size=[3, 5], **how)
        case(f"{name}: position embeddings", op, [(1, 4, 7, 7)], size=[8, 6], **how)
        for mode in ["bilinear", "bicubic"]:
            how = {"mode": mode, "align_corners": corners, "antialias": True}
            name = f"{mode}, antialiased, corners {'aligned' if corners else 'free'}"
            case(f"{name}: smaller", op, [(1, 2, 9, 12)], size=[4, 5], **how)
            case(f"{name}: larger", op, [image], size=[7, 8], **how)
            case(f"{name}: smaller and larger", op, [image], size=[2, 9], **how)
            case(f"{name}: factor", op, [(1, 1, 8, 9)], scale_factor=[0.6, 0.3], **how)
            case(f"{name}: to 1", op, [image], size=1, **how)
    case("bilinear: float64", op, [double(1, 2, 3, 4)], size=[5, 6], mode="bilinear")
    case("bicubic: float64", op, [double(1, 2, 3, 4)], size=[5, 6], mode="bicubic")
    case("bilinear: no batch", op, [(0, 2, 3, 4)], size=[5, 6], mode="bilinear")
