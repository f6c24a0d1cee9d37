"""Products."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers, normal

OPS.update(
    {
        "matmul": torch.matmul,
        **{
            name: getattr(torch, name) for name in "mm bmm mv dot outer addmm baddbmm tensordot cdist".split()
        },
        "einsum": lambda *inputs, equation: torch.einsum(equation, *inputs),
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

    # What came later; the cases above keep their numbers.
    double = torch.float64
    large = lambda *shape: integers(-(2**40), 2**40, *shape)
    case("matmul: int64, beyond 2^53", "matmul", [large(3, 4), integers(-(2**20), 2**20, 4, 2)])
    case("matmul: int64 batches", "matmul", [integers(-9, 9, 2, 3, 4), integers(-9, 9, 4, 2)])
    case(
        "matmul: int32",
        "matmul",
        [integers(-9, 9, 3, 4, dtype=torch.int32), integers(-9, 9, 4, dtype=torch.int32)],
    )
    case(
        "matmul: int16 that wraps",
        "matmul",
        [integers(-999, 999, 3, 4, dtype=torch.int16), integers(-999, 999, 4, 2, dtype=torch.int16)],
    )
    case(
        "matmul: int8",
        "matmul",
        [integers(-99, 99, 2, 4, dtype=torch.int8), integers(-99, 99, 4, 2, dtype=torch.int8)],
    )
    case(
        "matmul: uint8",
        "matmul",
        [integers(0, 9, 2, 3, dtype=torch.uint8), integers(0, 9, 3, 2, dtype=torch.uint8)],
    )
    case("matmul: float64", "matmul", [normal(2, 3, 4, dtype=double), normal(4, 2, dtype=double)])
    case(
        "matmul: bfloat16", "matmul", [normal(2, 1, dtype=torch.bfloat16), normal(1, 2, dtype=torch.bfloat16)]
    )
    case("matmul: batches of nothing", "matmul", [(2, 3, 0), (2, 0, 4)])
    case("matmul: no batches", "matmul", [(0, 2, 3), (3, 4)])
    case("matmul: no batches beside one", "matmul", [(0, 2, 3), (1, 3, 4)])
    case("matmul: no rows and no columns", "matmul", [(0, 3), (3, 0)])
    case(
        "linear: float64",
        "linear",
        [normal(2, 3, dtype=double), normal(4, 3, dtype=double), normal(4, dtype=double)],
    )
    case("linear: no inputs", "linear", [(2, 0), (3, 0), (3,)])
    case("mm: matrices", "mm", [(2, 3), (3, 4)])
    case("bmm: batches", "bmm", [(2, 3, 4), (2, 4, 5)])
    case("bmm: no batches", "bmm", [(0, 3, 4), (0, 4, 5)])
    case("bmm: of nothing", "bmm", [(3, 2, 0), (3, 0, 2)])
    case("bmm: int64", "bmm", [integers(-9, 9, 2, 1, 3), integers(-9, 9, 2, 3, 2)])
    case("mv: a matrix and a vector", "mv", [(3, 4), (4,)])
    case("dot: vectors", "dot", [(4,), (4,)])
    case("dot: int64", "dot", [integers(-9, 9, 3), integers(-9, 9, 3)])
    case("dot: of nothing", "dot", [(0,), (0,)])
    case("outer: vectors", "outer", [(2,), (3,)])
    case("outer: int64", "outer", [integers(-9, 9, 2), integers(-9, 9, 3)])
    case("addmm: a bias", "addmm", [(4,), (2, 3), (3, 4)])
    case("addmm: factors", "addmm", [(2, 4), (2, 3), (3, 4)], beta=0.5, alpha=-2)
    case(
        "addmm: int64",
        "addmm",
        [integers(-9, 9, 2, 2), integers(-9, 9, 2, 3), integers(-9, 9, 3, 2)],
        beta=2,
        alpha=3,
    )
    case(
        "addmm: nothing of NaN",
        "addmm",
        [torch.full((2, 2), torch.nan), (2, 3), (3, 2)],
        constants=[0],
        beta=0,
    )
    case("baddbmm: batches", "baddbmm", [(2, 1, 4), (2, 3, 2), (2, 2, 4)], beta=0.25, alpha=0.5)
    case("tensordot: one axis", "tensordot", [(2, 3), (3, 4)], dims=1)
    case("tensordot: two axes", "tensordot", [(2, 3, 4), (3, 4, 5)], dims=2)
    case("tensordot: none", "tensordot", [(2,), (3,)], dims=0)
    case("tensordot: lists", "tensordot", [(2, 3, 4), (4, 5, 2)], dims=[[2, 0], [0, 2]])
    case("tensordot: negative, all axes", "tensordot", [(2, 3), (3, 2)], dims=[[-1, 0], [0, -1]])
    case("tensordot: int64", "tensordot", [integers(-9, 9, 2, 3), integers(-9, 9, 3)], dims=1)
    case("cdist: p 0.0", "cdist", [(3, 4), (2, 4)], p=0.0, differentiable=False)
    for p in [0.5, 1.0, 1.5, 2.0, 3.0]:
        case(f"cdist: p {p}", "cdist", [(3, 4), (2, 4)], p=p)
    case("cdist: batches", "cdist", [(2, 1, 3, 4), (5, 2, 4)])
    case("cdist: distances of 0", "cdist", [torch.ones(2, 3), torch.ones(2, 3)])

    products = [
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("ij,jk", (2, 3), (3, 4)),
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
        ("bhid,bhjd->bhij", (2, 2, 3, 4), (2, 2, 5, 4)),
        ("bhij,bhjd->bhid", (2, 2, 3, 5), (2, 2, 5, 4)),
        ("bihd,bjhd->bhij", (2, 3, 2, 4), (2, 5, 2, 4)),
        ("bihd,bjhd->bhji", (2, 3, 2, 4), (2, 5, 2, 4)),
        ("...i,oi->...o", (2, 3, 4), (5, 4)),
        ("...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)),
        ("...ij,...jk", (2, 3, 4), (4, 5)),
        ("i...,i...->...", (2, 3, 4), (2, 4)),
        ("i,j->ij", (2,), (3,)),
        ("i,i->", (3,), (3,)),
        ("i,i->i", (3,), (3,)),
        (",ij->ij", (), (2, 3)),
        ("ij,ij->ij", (2, 3), (2, 3)),
        ("ij,kl->ljik", (2, 3), (4, 5)),
        ("ii->i", (3, 3)),
        ("ii", (3, 3)),
        ("iij->ji", (3, 3, 2)),
        ("iji->j", (3, 2, 3)),
        ("...ii->...i", (2, 3, 3)),
        ("ij->ji", (2, 3)),
        ("ba", (2, 3)),
        ("ij->", (2, 3)),
        ("ijk->j", (2, 3, 4)),
        ("...->", (2, 3)),
        ("i...->i", (2, 3, 4)),
        ("...", (2, 3)),
        ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
        ("i,ij,j->", (2,), (2, 3), (3,)),
        ("ij,ik,il->jkl", (2, 3), (2, 4), (2, 5)),
        ("bi,ijk,bk->bj", (2, 3), (3, 4, 5), (2, 5)),
        ("ij,jk->ik", (2, 1), (3, 4)),
        ("bij,bjk->bik", (1, 3, 4), (2, 4, 1)),
        ("ij,j,jk->ik", (2, 1), (3,), (1, 4)),
        ("aBc,Bc->Ba", (2, 3, 4), (3, 4)),
        ("Ab,bA", (2, 3), (3, 2)),
        ("aB,bA", (2, 3), (4, 5)),
        ("bqh,bkh->bqk", (2, 3, 0), (2, 4, 0)),
        ("ij,jk->ik", (0, 3), (3, 4)),
        (" i j , j k -> k i ", (2, 3), (3, 4)),
    ]
    for number, (equation, *shapes) in enumerate(products):
        case(f"einsum: {number}, {equation} of {shapes}", "einsum", list(shapes), equation=equation)
    case("einsum: int64", "einsum", [integers(-9, 9, 2, 3), integers(-9, 9, 3, 2)], equation="ij,jk->ki")
    case(
        "einsum: float64", "einsum", [normal(2, 3, dtype=double), normal(3, dtype=double)], equation="ij,j->i"
    )
    case("second order: einsum", "einsum", [(2, 3, 4), (2, 4, 5)], order=2, equation="bij,bjk->bik")
    case("second order: einsum of three", "einsum", [(2, 3), (3, 4), (4,)], order=2, equation="ij,jk,k->i")
    case("second order: addmm", "addmm", [(4,), (2, 3), (3, 4)], order=2, alpha=0.5)
