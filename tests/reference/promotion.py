"""Records the dtype that every two operands come to.

Writes src/tensor/fixtures/promotion.json: for each pair of dtypes the result for two tensors with axes,
for a tensor with axes and one without, the other way round, and for two without; for each dtype the result
for a tensor with axes, and for one without, beside a whole number and beside a fraction.
"""

import torch

from recording import ROOT, compact_json

DTYPES = "float32 float16 bfloat16 float64 int64 int32 int16 int8 uint8 bool".split()


def name(dtype):
    return str(dtype).removeprefix("torch.")


def operand(dtype, rank):
    return torch.ones([2] * rank, dtype=getattr(torch, dtype))


if __name__ == "__main__":
    pairs = [
        {
            "a": a,
            "b": b,
            "results": [
                name(torch.result_type(operand(a, rank_a), operand(b, rank_b)))
                for rank_a, rank_b in [(1, 1), (1, 0), (0, 1), (0, 0)]
            ],
        }
        for a in DTYPES
        for b in DTYPES
    ]
    numbers = [
        {
            "a": a,
            "number": number,
            "results": [name(torch.result_type(operand(a, rank), number)) for rank in (1, 0)],
        }
        for a in DTYPES
        for number in (2, 2.5)
    ]
    compact_json(ROOT / "src/tensor/fixtures/promotion.json", pairs + numbers)
