"""Elements by index."""

import torch
import torch.nn.functional as F

from recorder import OPS, booleans, case, integers, normal

OPS.update(
    {
        "embedding": F.embedding,
        "one_hot": F.one_hot,
        "gather": lambda input, index, dim: input.gather(dim, index),
        "take": torch.take,
        "take_along_dim": torch.take_along_dim,
        "index_select": lambda input, index, dim: input.index_select(dim, index),
        "scatter_add": lambda input, index, src, dim: input.scatter_add(dim, index, src),
    }
)


def record():
    case("embedding: rank 1", "embedding", [integers(0, 6, 5), (6, 4)])
    case("embedding: repeated ids", "embedding", [torch.tensor([[1, 1, 2], [2, 1, 0]]), (4, 3)])
    case(
        "embedding: padding row",
        "embedding",
        [torch.tensor([[1, 0, 2, 0], [2, 1, 0, 3]]), (4, 3)],
        padding_idx=0,
    )
    case(
        "embedding: negative padding row", "embedding", [torch.tensor([[1, 3, 2, 3]]), (4, 3)], padding_idx=-1
    )
    case("embedding: rank 0", "embedding", [torch.tensor(2), (4, 3)])
    case("embedding: rank 3, int32", "embedding", [integers(0, 6, 2, 1, 3, dtype=torch.int32), (6, 2)])
    case("embedding: no ids", "embedding", [integers(0, 6, 2, 0), (6, 2)])
    case("gather: last axis", "gather", [(3, 5), integers(0, 5, 3, 2)], dim=1)
    case("gather: first axis", "gather", [(4, 3), integers(0, 4, 6, 2)], dim=0)
    case("gather: rank 3", "gather", [(2, 3, 4), integers(0, 3, 2, 5, 4)], dim=1)
    case("gather: -1, one per row", "gather", [(2, 3, 6), integers(0, 6, 2, 3, 1)], dim=-1)
    case("gather: int64", "gather", [integers(0, 9, 5), integers(0, 5, 7)], dim=0)
    case("index_select: rows", "index_select", [(4, 3), torch.tensor([3, 0, 0])], dim=0)
    case("index_select: last axis", "index_select", [(2, 3, 5), torch.tensor([4, 1])], dim=-1)
    case("index_select: none", "index_select", [(4, 3), torch.zeros(0, dtype=torch.int64)], dim=0)
    case("scatter_add: rows", "scatter_add", [(3, 4), integers(0, 3, 2, 4), (2, 4)], dim=0)
    case(
        "scatter_add: last axis, repeated",
        "scatter_add",
        [(2, 4), torch.tensor([[0, 0, 3], [1, 1, 1]]), (2, 3)],
        dim=1,
    )
    case(
        "scatter_add: int64", "scatter_add", [integers(0, 9, 5), integers(0, 5, 7), integers(0, 9, 7)], dim=0
    )
    case("one_hot: classes given", "one_hot", [integers(0, 4, 2, 3)], num_classes=5)
    case("one_hot: rank 0", "one_hot", [torch.tensor(1)], num_classes=3)
    case("one_hot: classes inferred", "one_hot", [torch.tensor([0, 3, 1])])

    # What came later; the cases above keep their numbers.
    half, bfloat, double = torch.float16, torch.bfloat16, torch.float64
    case("embedding: few rows hit often", "embedding", [integers(0, 3, 4, 5), (3, 4)], padding_idx=2)
    case("embedding: many rows", "embedding", [torch.tensor([[7, 190, 7], [3, 199, 0]]), (200, 3)])
    case(
        "embedding: many rows, one padded", "embedding", [torch.tensor([9, 4, 4, 9]), (50, 2)], padding_idx=9
    )
    case("embedding: float64", "embedding", [integers(0, 40, 5), normal(40, 2, dtype=double)])
    case(
        "embedding: float16", "embedding", [integers(0, 4, 5), normal(4, 2, dtype=half)], differentiable=False
    )
    case(
        "embedding: bfloat16, many rows", "embedding", [torch.tensor([3, 40, 9]), normal(50, 2, dtype=bfloat)]
    )
    case("index_select: middle axis", "index_select", [(2, 30, 3), torch.tensor([3, 28, 3])], dim=1)
    case("index_select: bool", "index_select", [booleans(4, 2), torch.tensor([1, 1, 3])], dim=0)
    case(
        "index_select: uint8",
        "index_select",
        [integers(0, 200, 4, dtype=torch.uint8), torch.tensor([3, 0])],
        dim=0,
    )
    case("index_select: int32 indices", "index_select", [(4, 2), torch.tensor([1, 3]).int()], dim=0)
    case("gather: bool", "gather", [booleans(3, 4), integers(0, 4, 3, 2)], dim=1)
    case(
        "gather: float16",
        "gather",
        [normal(3, 4, dtype=half), integers(0, 3, 2, 4)],
        dim=0,
        differentiable=False,
    )
    case("gather: float64", "gather", [normal(3, 4, dtype=double), integers(0, 3, 2, 4)], dim=0)
    case("gather: none", "gather", [(3, 4), torch.zeros(3, 0, dtype=torch.int64)], dim=1)
    case("take: a matrix of positions", "take", [(3, 4), torch.tensor([[0, 11], [-1, 5], [0, 0]])])
    case("take: one position", "take", [(3, 4), torch.tensor(-12)])
    case("take: int8", "take", [integers(-9, 9, 2, 3, dtype=torch.int8), torch.tensor([5, 1])])
    case("take_along_dim: as gather", "take_along_dim", [(3, 4), integers(0, 4, 3, 2)], dim=1)
    case("take_along_dim: broadcast indices", "take_along_dim", [(2, 3, 4), integers(0, 4, 1, 3, 2)], dim=-1)
    case("take_along_dim: broadcast tensor", "take_along_dim", [(1, 4), integers(0, 4, 3, 2)], dim=1)
    case("take_along_dim: flattened", "take_along_dim", [(3, 4), integers(0, 12, 2, 2)])
