"""Bits."""

import torch

from recorder import DTYPES, OPS, binary, booleans, case, integers

OPS.update(
    {
        "bitwise_not": torch.bitwise_not,
        "logical_xor": torch.logical_xor,
        **{
            f"bitwise_{name}": binary(getattr(torch, f"bitwise_{name}"))
            for name in "and or xor left_shift right_shift".split()
        },
    }
)

INTS = "int64 int32 int16 int8 uint8".split()


def record():
    for op in ["bitwise_and", "bitwise_or", "bitwise_xor"]:
        for name in INTS:
            low = 0 if name == "uint8" else -100
            made = integers(low, 100, 2, 5, dtype=DTYPES[name])
            case(f"{op}: {name}", op, [made, integers(low, 100, 5, dtype=DTYPES[name])])
            case(f"{op}: {name} and a number", op, [made], other=6)
        case(f"{op}: bool", op, [booleans(2, 4), booleans(4)])
        case(f"{op}: bool and int64", op, [booleans(4), integers(-5, 5, 4)])
        case(f"{op}: int8 and int32", op, [integers(-5, 5, 4, dtype=torch.int8), integers(-99, 99, 4, dtype=torch.int32)])
        case(f"{op}: int64 beyond 53 bits", op, [torch.tensor([2**62 + 5, -(2**62) - 7]), torch.tensor([2**61 - 1, 2**63 - 2])])
    for name in INTS:
        case(f"bitwise_not: {name}", "bitwise_not", [integers(0 if name == "uint8" else -100, 100, 5, dtype=DTYPES[name])])
    case("bitwise_not: bool", "bitwise_not", [booleans(4)])
    case("bitwise_not: rank 0", "bitwise_not", [torch.tensor(5)])

    # Distances that reach the width are recorded where PyTorch 1.13 and today's agree.
    for name, bits in [("int64", 64), ("int32", 32), ("int16", 16), ("int8", 8), ("uint8", 8)]:
        dtype = DTYPES[name]
        values = torch.tensor([0, 1, 3, 100] if name == "uint8" else [0, 1, -1, 77, -100], dtype=dtype)
        within = torch.tensor([0, 1, 2, bits // 2, bits - 2, bits - 1], dtype=dtype).reshape(-1, 1)
        for op in ["bitwise_left_shift", "bitwise_right_shift"]:
            case(f"{op}: {name}", op, [values, within])
            case(f"{op}: {name} by a number", op, [values], other=3)
            if bits == 8:
                case(f"{op}: {name}, to the width and beyond", op, [values, torch.tensor([[8], [9]], dtype=dtype)])
        case(f"bitwise_left_shift: 1 by {name}", "bitwise_left_shift", [within], self=1)
    case("bitwise_left_shift: bool by a number", "bitwise_left_shift", [booleans(4)], other=2)
    case("bitwise_right_shift: int8 by int64", "bitwise_right_shift", [integers(-99, 99, 4, dtype=torch.int8), torch.tensor([1, 2, 3, 4])])
    case("logical_xor: bool, broadcast", "logical_xor", [booleans(2, 4), booleans(4)])
    case("logical_xor: int64 and float32", "logical_xor", [integers(0, 2, 5), torch.tensor([0.0, 1.0, -2.0, 0.0, 0.5])])
