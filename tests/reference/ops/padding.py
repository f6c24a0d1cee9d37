"""Entries put around tensors."""

import torch
import torch.nn.functional as F

from recorder import OPS, booleans, case, integers, normal

OPS.update({"pad": F.pad})


def record():
    for pad in [[1, 2], [0, 0], [3, 0], [-1, 1], [-1, -2], [1, 0, 2, 1], [-1, 2, 1, -2], [1, 1, 0, 0, 2, 1]]:
        case(f"pad: {pad}", "pad", [(2, 3, 4)], pad=pad)
        case(f"pad: {pad} with 1.5", "pad", [(2, 3, 4)], pad=pad, value=1.5)
    case("pad: all taken away", "pad", [(2, 3)], pad=[-1, -2])
    case("pad: nothing padded", "pad", [(0, 3)], pad=[1, 0, 2, 0])
    case("pad: infinity", "pad", [(3,)], pad=[1, 1], value="-Infinity")
    case("pad: int64", "pad", [integers(0, 9, 2, 3)], pad=[1, 1], value=-7)
    case("pad: int16", "pad", [integers(0, 9, 2, 3, dtype=torch.int16)], pad=[1, 1], value=3)
    case("pad: uint8", "pad", [integers(0, 9, 3, dtype=torch.uint8)], pad=[0, 2], value=255)
    case("pad: bool", "pad", [booleans(2, 3)], pad=[1, 1], value=True)
    case("pad: float16", "pad", [normal(2, 3, dtype=torch.float16)], pad=[1, -1])
    case("pad: bfloat16", "pad", [normal(2, 3, dtype=torch.bfloat16)], pad=[1, 1], value=2)
    case("pad: float64", "pad", [normal(2, 3, dtype=torch.float64)], pad=[1, 1])
    for mode in ["reflect", "replicate", "circular"]:
        case(f"pad: {mode}, one axis", "pad", [(1, 2, 5)], pad=[2, 3], mode=mode)
        case(f"pad: {mode}, one side", "pad", [(1, 2, 5)], pad=[0, 2], mode=mode)
        case(f"pad: {mode}, two axes", "pad", [(2, 2, 3, 4)], pad=[1, 2, 2, 1], mode=mode)
        case(f"pad: {mode}, three axes", "pad", [(1, 2, 3, 2, 3)], pad=[1, 2, 1, 0, 2, 1], mode=mode)
        case(f"pad: {mode}, padded and cropped", "pad", [(1, 2, 5)], pad=[-1, 2], mode=mode)
        case(f"pad: {mode}, cropped", "pad", [(1, 2, 3, 4)], pad=[-1, 0, 1, -1], mode=mode)
        case(f"pad: {mode}, float64", "pad", [normal(1, 2, 4, dtype=torch.float64)], pad=[1, 2], mode=mode)
    case("pad: reflect, as far as it goes", "pad", [(1, 1, 4)], pad=[3, 3], mode="reflect")
    case("pad: circular, all round", "pad", [(1, 1, 3)], pad=[3, 3], mode="circular")
    case("pad: replicate, one entry", "pad", [(1, 2, 1)], pad=[2, 3], mode="replicate")
    case("pad: circular, int64", "pad", [integers(0, 9, 1, 2, 3)], pad=[1, 2], mode="circular")
