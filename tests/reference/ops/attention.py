"""Attention."""

from math import inf, sqrt

import torch

from recorder import OPS, case

def attention(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """softmax(query key^T scale + mask) value; a boolean mask says where to attend."""
    scores = query @ key.transpose(-1, -2) * (1 / sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        scores = scores.masked_fill(~attn_mask, -inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    return scores.softmax(-1) @ value


OPS["scaled_dot_product_attention"] = attention


def record():
    op = "scaled_dot_product_attention"
    heads = (2, 2, 3, 4)
    longer = (2, 2, 5, 4)
    additive = lambda g: torch.where(torch.rand(2, 1, 1, 5, generator=g) > 0.7, -10000.0, 0.0)
    attend = lambda g: (torch.rand(2, 1, 1, 5, generator=g) > 0.4).index_fill(3, torch.tensor([0]), True)
    case("attention: plain", op, [heads, heads, heads])
    case("attention: rank 3", op, [(2, 3, 4), (2, 5, 4), (2, 5, 4)])
    case("attention: rank 2", op, [(3, 4), (5, 4), (5, 2)])
    case("attention: longer keys, wider values", op, [heads, longer, (2, 2, 5, 6)])
    case("attention: additive mask", op, [heads, longer, longer, additive])
    case("attention: additive bias of full shape", op, [heads, longer, longer, (2, 2, 3, 5)])
    case("attention: boolean mask", op, [heads, longer, longer, attend])
    case("attention: causal", op, [heads, heads, heads], is_causal=True)
    case("attention: causal, longer keys", op, [heads, longer, longer], is_causal=True)
    case("attention: scale", op, [heads, longer, longer], scale=0.3)
    case("attention: additive mask and scale", op, [heads, longer, longer, additive], scale=1.0)
    case("attention: one query", op, [(2, 2, 1, 4), longer, longer])
