"""Elements by index."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers

OPS.update(
    {
        "embedding": F.embedding,
        "one_hot": F.one_hot,
        "gather": lambda input, index, dim: input.gather(dim, index),
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
