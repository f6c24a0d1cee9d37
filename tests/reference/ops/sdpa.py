"""torch.nn.functional.scaled_dot_product_attention itself.

Recorded with PyTorch 2.15, since 1.13 has no such function: .venv-bench/bin/python record.py sdpa.
From 2.5 on a query that the mask closes to every key gives 0 and no gradient.
"""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case

PYTORCH = "2.15"

OPS["scaled_dot_product_attention itself"] = lambda query, key, value, attn_mask=None, **options: (
    F.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask, **options)
)


def allowed(*shape):
    """A mask that leaves something open in every row but the first one."""

    def make(generator):
        mask = torch.rand(shape, generator=generator) > 0.4
        mask[..., -1] = True
        mask[..., 0, :] = False
        return mask

    return make


def closing(*shape):
    """The same as numbers to add."""
    return lambda generator: torch.zeros(shape).masked_fill(~allowed(*shape)(generator), -inf)


def record():
    op = "scaled_dot_product_attention itself"
    heads, longer = (2, 4, 3, 4), (2, 4, 5, 4)
    few, fewer = (2, 2, 5, 4), (2, 1, 5, 4)
    gqa = {"enable_gqa": True}
    case("sdpa: plain", op, [heads, longer, (2, 4, 5, 6)])
    case("sdpa: boolean mask, rows closed throughout", op, [heads, longer, longer, allowed(3, 5)])
    case("sdpa: boolean mask of full shape", op, [heads, longer, longer, allowed(2, 4, 3, 5)])
    case("sdpa: additive mask, rows closed throughout", op, [heads, longer, longer, closing(2, 1, 3, 5)], constants=[3])
    case("sdpa: additive bias with gradient", op, [heads, longer, longer, (1, 4, 3, 5)])
    case("sdpa: bias with gradient, of one row", op, [heads, longer, longer, (2, 1, 1, 5)])
    case("sdpa: mask over all keys at once", op, [heads, longer, longer, closing(2, 1, 3, 1)], constants=[3])
    case("sdpa: grouped heads", op, [heads, few, few], **gqa)
    case("sdpa: one key head, wider values", op, [heads, fewer, (2, 1, 5, 6)], **gqa)
    case("sdpa: grouped heads, mask over heads", op, [heads, few, few, allowed(2, 4, 3, 5)], **gqa)
    case("sdpa: grouped heads, mask of one head", op, [heads, few, few, allowed(2, 1, 3, 5)], **gqa)
    case("sdpa: grouped heads, bias of one row", op, [heads, few, few, (2, 1, 1, 5)], **gqa)
    case("sdpa: grouped heads, causal", op, [(2, 4, 5, 4), few, few], is_causal=True, **gqa)
    case("sdpa: causal, fewer keys", op, [longer, heads, heads], is_causal=True)
    case("sdpa: causal, more keys", op, [heads, longer, longer], is_causal=True, scale=0.7)
    case("sdpa: causal, several blocks of rows", op, [(1, 2, 150, 4), (1, 1, 150, 4), (1, 1, 150, 2)], is_causal=True, **gqa)
    case("sdpa: causal, blocks beyond the keys", op, [(1, 1, 270, 3), (1, 1, 140, 3), (1, 1, 140, 3)], is_causal=True)
    case("sdpa: five axes", op, [(2, 2, 2, 3, 4), (2, 2, 2, 5, 4), (2, 2, 2, 5, 4), allowed(2, 1, 1, 3, 5)])
    case("sdpa: rank 3, mask of rank 3", op, [(2, 3, 4), (2, 5, 4), (2, 5, 4), allowed(2, 3, 5)])
    case("sdpa: rank 2, mask", op, [(3, 4), (5, 4), (5, 4), allowed(3, 5)])
    case("sdpa: one query, one key", op, [(1, 1, 1, 4), (1, 1, 1, 4), (1, 1, 1, 4)])
    case("sdpa: no keys", op, [(1, 2, 3, 4), (1, 2, 0, 4), (1, 2, 0, 5)])
    case("sdpa: no queries", op, [(1, 2, 0, 4), (1, 2, 3, 4), (1, 2, 3, 5)])
    double = lambda *shape: lambda g: torch.randn(shape, generator=g, dtype=torch.float64)
    case("sdpa: float64", op, [double(2, 2, 3, 4), double(2, 2, 5, 4), double(2, 2, 5, 4), allowed(3, 5)])
