"""Rotary position embedding, as Transformers 4.37 applies it in Llama and in GPT-J."""

import torch
from transformers.models.gptj.modeling_gptj import apply_rotary_pos_emb as gptj_rotary
from transformers.models.gptj.modeling_gptj import create_sinusoidal_positions
from transformers.models.llama.modeling_llama import (
    LlamaDynamicNTKScalingRotaryEmbedding,
    LlamaLinearScalingRotaryEmbedding,
    LlamaRotaryEmbedding,
    apply_rotary_pos_emb,
)

from recorder import OPS, case, integers


def rotated(x, cos, sin, position_ids=None, interleaved=False):
    """x: [batch, heads, length, head_dim]; cos, sin: half as wide as what is rotated."""
    if position_ids is None:
        position_ids = torch.arange(x.shape[2])[None]
    width = 2 * cos.shape[-1]
    turned, rest = x[..., :width], x[..., width:]
    if interleaved:
        at = lambda table: table[position_ids]
        turned = gptj_rotary(turned.transpose(1, 2), at(sin), at(cos)).transpose(1, 2)
    else:
        whole = lambda table: torch.cat((table, table), dim=-1)
        turned, _ = apply_rotary_pos_emb(turned, turned, whole(cos), whole(sin), position_ids)
    return torch.cat((turned, rest), dim=-1)


def tables(positions, dim, base=10000.0, scaling=None, factor=1.0, max_position_embeddings=2048):
    """The first halves of Llama's tables at some positions: its second halves repeat them."""
    if scaling == "linear":
        module = LlamaLinearScalingRotaryEmbedding(dim, max_position_embeddings, base, scaling_factor=factor)
    elif scaling == "dynamic":
        module = LlamaDynamicNTKScalingRotaryEmbedding(dim, max_position_embeddings, base, scaling_factor=factor)
    else:
        module = LlamaRotaryEmbedding(dim, max_position_embeddings, base)
    cos, sin = module(torch.zeros(1), seq_len=int(positions.max()) + 1)
    return cos[positions][..., : dim // 2], sin[positions][..., : dim // 2]


def gptj_tables(positions, dim):
    sin, cos = create_sinusoidal_positions(2048, dim)[positions].split(dim // 2, dim=-1)
    return cos, sin


OPS["rotary_embedding"] = rotated
OPS["rotary tables"] = tables
OPS["rotary tables of GPT-J"] = gptj_tables


def record():
    op = "rotary_embedding"
    heads = (2, 3, 5, 8)
    for interleaved in [False, True]:
        name = "neighbours" if interleaved else "halves"
        how = {"interleaved": interleaved}
        case(f"rotary: {name}", op, [heads, (5, 4), (5, 4)], **how)
        case(f"rotary: {name}, partial", op, [heads, (5, 3), (5, 3)], **how)
        case(f"rotary: {name}, one pair", op, [(1, 1, 1, 2), (1, 1), (1, 1)], **how)
        case(f"rotary: {name}, positions", op, [heads, (9, 4), (9, 4), integers(0, 9, 2, 5)], **how)
        case(f"rotary: {name}, positions of all", op, [heads, (9, 2), (9, 2), integers(0, 9, 1, 5)], **how)
        case(f"rotary: {name}, second order", op, [(1, 2, 3, 4), (3, 2), (3, 2)], order=2, **how)
    op = "rotary tables"
    case("rotary tables: first positions", op, [torch.arange(40)], dim=16)
    case("rotary tables: far positions", op, [torch.tensor([[100, 511], [1023, 2047]])], dim=64)
    case("rotary tables: another base", op, [torch.arange(12)], dim=10, base=500000.0)
    case("rotary tables: linear scaling", op, [torch.arange(12)], dim=8, scaling="linear", factor=4.0)
    case(
        "rotary tables: dynamic scaling",
        op,
        [torch.arange(20)],
        dim=8,
        scaling="dynamic",
        factor=2.0,
        max_position_embeddings=16,
    )
    case("rotary tables: GPT-J's", "rotary tables of GPT-J", [torch.arange(30)], dim=12)
