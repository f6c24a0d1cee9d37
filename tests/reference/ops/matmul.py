"""Products."""

import torch
import torch.nn.functional as F

from recorder import OPS, case

OPS.update(
    {
        "matmul": torch.matmul,
        "linear": F.linear,
        "tanh of matmul chain": lambda a, b, c: torch.tanh(a @ b) @ c,
    }
)


def record():
    shapes = [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3, 4)),
        ((1, 1), (1, 5)),
        ((2, 3, 4), (4, 5)),
        ((2, 3, 4), (2, 4, 5)),
        ((2, 3, 4), (1, 4, 5)),
        ((3, 4), (2, 4, 5)),
        ((2, 1, 3, 4), (3, 4, 2)),
        ((2, 2, 3, 5), (2, 2, 5, 3)),
        ((4,), (2, 4, 3)),
        ((2, 3, 4), (4,)),
        ((2, 0), (0, 3)),
        ((0, 2), (2, 3)),
        ((2, 0, 4), (2, 4, 3)),
    ]
    for left, right in shapes:
        case(f"matmul: {list(left)} by {list(right)}", "matmul", [left, right])
    for shape in [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4), (0, 4)]:
        case(f"linear: {list(shape)}", "linear", [shape, (5, 4)])
        case(f"linear: {list(shape)} with bias", "linear", [shape, (5, 4), (5,)])
    case("linear: one output", "linear", [(2, 3, 4), (1, 4), (1,)])
