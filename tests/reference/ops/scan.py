"""Running sums and products; counts; the dtype that a reduction is asked for."""

from math import inf, nan

import torch

from recorder import DTYPES, OPS, booleans, case, integers, normal, positive


def typed(function):
    """Takes the dtype by name."""
    return lambda input, dim=None, dtype=None, **options: (
        function(input, **options, dtype=dtype and DTYPES[dtype])
        if dim is None
        else function(input, dim, **options, dtype=dtype and DTYPES[dtype])
    )


def product(input, dim=None, keepdim=False):
    """torch.prod over several axes, which it has one at a time."""
    if dim is None:
        return torch.prod(input)
    for axis in sorted([dim] if isinstance(dim, int) else dim, reverse=True):
        input = torch.prod(input, axis, keepdim)
    return input


OPS.update(
    {
        "prod": product,
        "cumprod": torch.cumprod,
        "count_nonzero": torch.count_nonzero,
        **{f"{name} as dtype": typed(getattr(torch, name)) for name in "sum mean prod cumsum cumprod".split()},
    }
)

NUMBERS = "float32 float16 bfloat16 float64 int64 int32 int16 int8 uint8".split()


def record():
    for options in [{}, {"dim": 0}, {"dim": -1, "keepdim": True}, {"dim": [0, 2]}, {"dim": [0, 1, 2], "keepdim": True}]:
        if "dim" in options and isinstance(options["dim"], list):
            options["dim"] = [axis % 3 for axis in options["dim"]]
        case(f"prod: {options or 'everything'}", "prod", [(2, 3, 4)], **options)
    case("prod: one zero", "prod", [torch.tensor([[2.0, 0.0, 3.0], [1.0, 2.0, 4.0]])], dim=1)
    case("prod: two zeros", "prod", [torch.tensor([[0.0, 0.0, 3.0], [0.0, 2.0, 0.0]])], dim=1)
    case("prod: one zero of all", "prod", [torch.tensor([2.0, 0.0, 3.0])])
    case("prod: nothing", "prod", [(2, 0)], dim=1)
    case("prod: rank 0", "prod", [()])
    case("prod: size 1", "prod", [(3, 1)], dim=1)
    case("prod: int64 that overflows", "prod", [torch.tensor([3**20, 3**19, 9])])
    case("sum: int64 beyond 53 bits", "sum", [torch.tensor([2**60, 1, 2])])
    for name in "int64 int32 int16 int8 uint8 bool".split():
        made = booleans(2, 3) if name == "bool" else integers(1, 9, 2, 3, dtype=DTYPES[name])
        case(f"prod: {name}", "prod", [made], dim=1)
        case(f"sum: {name}", "sum", [made], dim=1)
        case(f"cumsum: {name}", "cumsum", [made], dim=1)
        case(f"cumprod: {name}", "cumprod", [made], dim=1)
        case(f"count_nonzero: {name}", "count_nonzero", [made], dim=0)
        case(f"any: {name}", "any", [made], dim=0)
        case(f"all: {name}", "all", [made], dim=0)
        case(f"logsumexp: {name}", "logsumexp", [made], dim=1)
    for op in ["sum", "mean", "prod", "cumsum", "cumprod", "logsumexp"]:
        case(f"{op}: float64", op, [lambda g: positive(2, 5)(g).double()], dim=1)
    for name in ["float64", "bfloat16"]:
        case(f"count_nonzero: {name}", "count_nonzero", [integers(0, 2, 2, 3, dtype=DTYPES[name])])
        case(f"all: {name}", "all", [integers(0, 2, 2, 3, dtype=DTYPES[name])])
    case("count_nonzero: everything", "count_nonzero", [torch.tensor([[0.0, nan, -1.0], [inf, 0.0, -0.0]])], differentiable=False)
    case("count_nonzero: two axes", "count_nonzero", [integers(0, 2, 2, 3, 4)], dim=[0, 2])
    case("count_nonzero: nothing", "count_nonzero", [integers(0, 2, 0, 3)], dim=0)

    for shape, dim in [((4, 3), 0), ((2, 3, 5), -1), ((3, 1), 1), ((7,), 0), ((2, 8), 1), ((), 0), ((2, 0), 1), ((0, 3), 1)]:
        case(f"cumprod: {list(shape)}, axis {dim}", "cumprod", [shape], dim=dim)
    case("cumprod: one zero", "cumprod", [torch.tensor([2.0, 3.0, 0.0, 5.0, 7.0])], dim=0)
    case("cumprod: two zeros", "cumprod", [torch.tensor([[2.0, 0.0, 3.0, 0.0, 5.0], [0.0, 1.0, 2.0, 3.0, 4.0]])], dim=1)
    case("cumsum: empty axis", "cumsum", [(2, 0)], dim=1)
    case("cumsum: rank 0", "cumsum", [()], dim=0)

    case("sum: as float64", "sum as dtype", [(2, 3)], dim=1, dtype="float64")
    case("sum: as int64", "sum as dtype", [torch.tensor([1.75, 2.75])], dtype="int64", differentiable=False)
    case("sum: int64 as float32", "sum as dtype", [integers(0, 9, 2, 3)], dim=0, dtype="float32", keepdim=True)
    case("sum: uint8 as uint8", "sum as dtype", [torch.tensor([200, 100], dtype=torch.uint8)], dtype="uint8")
    case("sum: bool as int32", "sum as dtype", [booleans(5)], dtype="int32")
    case("mean: int64 as float32", "mean as dtype", [integers(0, 9, 2, 3)], dim=1, dtype="float32")
    case("mean: float32 as float64", "mean as dtype", [(2, 3)], dtype="float64")
    case("prod: int8 as int32", "prod as dtype", [integers(1, 9, 2, 3, dtype=torch.int8)], dim=1, dtype="int32")
    case("cumsum: int64 as float32", "cumsum as dtype", [integers(0, 9, 5)], dim=0, dtype="float32")
    case("cumsum: uint8 as uint8", "cumsum as dtype", [torch.tensor([200, 100], dtype=torch.uint8)], dim=0, dtype="uint8")
    case("cumprod: float32 as float64", "cumprod as dtype", [(2, 3)], dim=1, dtype="float64")
