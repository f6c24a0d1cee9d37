"""Losses."""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers, log_probabilities, positive, probabilities, reduction, scaled

OPS.update(
    {
        **{
            name: getattr(F, name)
            for name in (
                "cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss kl_div huber_loss binary_cross_entropy"
                " poisson_nll_loss gaussian_nll_loss cosine_similarity cosine_embedding_loss margin_ranking_loss"
                " hinge_embedding_loss triplet_margin_loss multi_margin_loss"
            ).split()
        },
        "binary_cross_entropy_with_logits": lambda input, target, weight=None, pos_weight=None, **options: (
            F.binary_cross_entropy_with_logits(input, target, weight, pos_weight=pos_weight, **options)
        ),
        "multi_margin_loss weighted": lambda input, target, weight: F.multi_margin_loss(
            input, target, weight=weight
        ),
    }
)


def record():
    labels = torch.tensor([2, -100, 0, 4, -100, 1])
    for reduce in ["mean", "sum", "none"]:
        op = "cross_entropy"
        case(f"{op}: {reduce}", op, [(6, 5), integers(0, 5, 6)], reduction=reduce)
        case(f"{op}: {reduce}, ignored", op, [(6, 5), labels], reduction=reduce)
        case(
            f"{op}: {reduce}, other ignored index",
            op,
            [(6, 5), torch.tensor([0, 1, 2, 0, 4, 3])],
            ignore_index=0,
            reduction=reduce,
        )
        case(f"{op}: {reduce}, extra axes", op, [(2, 4, 3, 2), integers(0, 4, 2, 3, 2)], reduction=reduce)
        case(f"{op}: {reduce}, smoothed", op, [(6, 5), labels], label_smoothing=0.1, reduction=reduce)
        case(f"{op}: {reduce}, weight", op, [(6, 5), labels, positive(5)], constants=[2], reduction=reduce)
        case(
            f"{op}: {reduce}, weight, smoothed",
            op,
            [(6, 5), labels, positive(5)],
            constants=[2],
            label_smoothing=0.2,
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, probabilities",
            op,
            [(3, 5), probabilities(3, 5)],
            constants=[1],
            reduction=reduce,
        )
        op = "nll_loss"
        case(f"{op}: {reduce}", op, [log_probabilities(6, 5), labels], reduction=reduce)
        case(
            f"{op}: {reduce}, weight",
            op,
            [log_probabilities(6, 5), labels, positive(5)],
            constants=[2],
            reduction=reduce,
        )
        case(f"{op}: {reduce}, extra axes", op, [(2, 4, 3), integers(0, 4, 2, 3)], reduction=reduce)
        for op in ["mse_loss", "l1_loss", "smooth_l1_loss"]:
            case(f"{op}: {reduce}", op, [(2, 3), (2, 3)], reduction=reduce)
            case(f"{op}: {reduce}, rank 1", op, [(5,), (5,)], reduction=reduce)
        case(
            f"smooth_l1_loss: {reduce}, beta",
            "smooth_l1_loss",
            [scaled(2.0, 7), scaled(2.0, 7)],
            beta=0.5,
            reduction=reduce,
        )
        op = "binary_cross_entropy_with_logits"
        targets = lambda g: (torch.rand(4, 3, generator=g) > 0.5).float()
        case(f"{op}: {reduce}", op, [scaled(3.0, 4, 3), targets], constants=[1], reduction=reduce)
        case(
            f"{op}: {reduce}, soft targets",
            op,
            [(4, 3), lambda g: torch.rand(4, 3, generator=g)],
            constants=[1],
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, weight", op, [(4, 3), targets, positive(3)], constants=[1, 2], reduction=reduce
        )
        case(
            f"{op}: {reduce}, pos_weight",
            op,
            [(4, 3), targets, None, positive(3)],
            constants=[1, 3],
            reduction=reduce,
        )
        case(
            f"{op}: {reduce}, both weights",
            op,
            [(4, 3), targets, positive(4, 3), positive(3)],
            constants=[1, 2, 3],
            reduction=reduce,
        )
    for reduce in ["mean", "sum", "none", "batchmean"]:
        case(f"kl_div: {reduce}", "kl_div", [log_probabilities(3, 4), probabilities(3, 4)], reduction=reduce)
        case(
            f"kl_div: {reduce}, log target",
            "kl_div",
            [log_probabilities(3, 4), log_probabilities(3, 4)],
            log_target=True,
            reduction=reduce,
        )
    case(
        "kl_div: zero target",
        "kl_div",
        [log_probabilities(3), torch.tensor([0.0, 0.25, 0.75])],
        constants=[1],
        reduction="sum",
    )
    case("cross_entropy: one row", "cross_entropy", [(1, 3), torch.tensor([1])])
    case("cross_entropy: no batch axis", "cross_entropy", [(3,), torch.tensor(1)])
    case(
        "cross_entropy: everything ignored",
        "cross_entropy",
        [(2, 3), torch.tensor([-100, -100])],
        differentiable=False,
    )
    case(
        "cross_entropy: large values",
        "cross_entropy",
        [torch.tensor([[1000.0, 0.0, -1000.0], [0.0, 500.0, 499.0]]), torch.tensor([0, 2])],
    )
    case(
        "binary_cross_entropy_with_logits: large values",
        "binary_cross_entropy_with_logits",
        [torch.tensor([-500.0, 500.0, 500.0]), torch.tensor([0.0, 1.0, 0.0])],
        constants=[1],
    )
    more()


def inside(*shape):
    """Probabilities that are neither 0 nor 1."""
    return lambda generator: torch.rand(shape, generator=generator) * 0.9 + 0.05


def signs(*shape):
    """Targets of 1 and -1."""
    return lambda generator: torch.randint(0, 2, shape, generator=generator) * 2 - 1


def counts(*shape):
    return lambda generator: torch.randint(0, 6, shape, generator=generator).float()


def double(*shape):
    return lambda generator: torch.randn(shape, generator=generator, dtype=torch.float64)


def more():
    for reduce in ["mean", "sum", "none"]:
        how = {"reduction": reduce}
        case(f"huber_loss: {reduce}", "huber_loss", [scaled(2.0, 3, 4), scaled(2.0, 3, 4)], **how)
        case(f"huber_loss: {reduce}, delta", "huber_loss", [(7,), (7,)], delta=0.4, **how)
        op = "binary_cross_entropy"
        case(f"{op}: {reduce}", op, [inside(3, 4), inside(3, 4)], **how)
        case(f"{op}: {reduce}, weight", op, [inside(3, 4), inside(3, 4), positive(4)], constants=[1, 2], **how)
        op = "poisson_nll_loss"
        case(f"{op}: {reduce}", op, [(3, 4), counts(3, 4)], constants=[1], **how)
        case(f"{op}: {reduce}, full", op, [(3, 4), counts(3, 4)], constants=[1], full=True, **how)
        case(f"{op}: {reduce}, plain", op, [positive(5), counts(5)], constants=[1], log_input=False, **how)
        op = "gaussian_nll_loss"
        case(f"{op}: {reduce}", op, [(3, 4), (3, 4), positive(3, 4)], **how)
        case(f"{op}: {reduce}, one variance a row", op, [(3, 4), (3, 4), positive(3)], full=True, **how)
        op = "cosine_embedding_loss"
        case(f"{op}: {reduce}", op, [(5, 3), (5, 3), signs(5)], **how)
        case(f"{op}: {reduce}, margin", op, [(6, 2), (6, 2), signs(6)], margin=0.3, **how)
        op = "margin_ranking_loss"
        case(f"{op}: {reduce}", op, [(7,), (7,), signs(7)], **how)
        case(f"{op}: {reduce}, margin, broadcast", op, [(3, 4), (1, 4), signs(3, 1)], margin=0.5, **how)
        op = "hinge_embedding_loss"
        case(f"{op}: {reduce}", op, [scaled(2.0, 3, 4), signs(3, 4)], **how)
        case(f"{op}: {reduce}, margin", op, [scaled(2.0, 3, 4), signs(3, 4)], margin=2.5, **how)
        op = "triplet_margin_loss"
        case(f"{op}: {reduce}", op, [(4, 3), (4, 3), (4, 3)], **how)
        case(f"{op}: {reduce}, swap", op, [(4, 3), (4, 3), (4, 3)], swap=True, margin=2.0, **how)
        case(f"{op}: {reduce}, p", op, [(4, 3), (4, 3), (4, 3)], p=3, **how)
        case(f"{op}: {reduce}, p 1", op, [(2, 4, 3), (2, 4, 3), (2, 4, 3)], p=1, **how)
        op = "multi_margin_loss"
        case(f"{op}: {reduce}", op, [(5, 4), integers(0, 4, 5)], **how)
        case(f"{op}: {reduce}, p 2, margin", op, [(5, 4), integers(0, 4, 5)], p=2, margin=0.6, **how)
    case("multi_margin_loss: weight", "multi_margin_loss weighted", [(5, 4), integers(0, 4, 5), positive(4)], constants=[2])
    case("multi_margin_loss: no batch axis", "multi_margin_loss", [(4,), torch.tensor(2)])
    case(
        "binary_cross_entropy: certain",
        "binary_cross_entropy",
        [torch.tensor([0.0, 1.0, 0.0, 1.0, 1e-20]), torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0])],
        constants=[1],
        reduction="none",
    )
    case("poisson_nll_loss: full, plain", "poisson_nll_loss", [positive(5), counts(5)], constants=[1], full=True, log_input=False, eps=1e-3)
    case("gaussian_nll_loss: last axis of 1", "gaussian_nll_loss", [(2, 3, 4), (2, 3, 4), positive(2, 3, 1)])
    case(
        "gaussian_nll_loss: variance below eps",
        "gaussian_nll_loss",
        [torch.tensor([1.0, 2.0]), torch.tensor([1.0001, 2.0]), torch.tensor([1e-9, 0.5])],
        eps=1e-3,
        reduction="none",
    )
    case("huber_loss: float64", "huber_loss", [double(2, 3), double(2, 3)])
    case("binary_cross_entropy_with_logits: float64", "binary_cross_entropy_with_logits", [double(2, 3), double(2, 3)])
    case("cross_entropy: float64, smoothed", "cross_entropy", [double(4, 3), integers(0, 3, 4)], label_smoothing=0.1)
    case("cross_entropy: one class", "cross_entropy", [(3, 1), torch.tensor([0, -100, 0])])
    case(
        "cross_entropy: probabilities, weight, smoothed, extra axes",
        "cross_entropy",
        [(2, 3, 4), lambda g: torch.rand(2, 3, 4, generator=g), positive(3)],
        constants=[2],
        label_smoothing=0.3,
    )
    case("cross_entropy: no rows, summed", "cross_entropy", [(0, 3), integers(0, 3, 0)], reduction="sum")
    case("cross_entropy: no rows", "cross_entropy", [(0, 3), integers(0, 3, 0)])
    case("cross_entropy: second order", "cross_entropy", [(4, 3), integers(0, 3, 4)], order=2)
    case("cross_entropy: second order, smoothed", "cross_entropy", [(4, 3), integers(0, 3, 4)], order=2, label_smoothing=0.2)
    case("cross_entropy: an infinite logit of an ignored row", "cross_entropy", [torch.tensor([[0.5, 1.0], [inf, 0.0]]), torch.tensor([1, -100])], differentiable=False)
    op = "cosine_similarity"
    case(f"{op}: axis 1", op, [(3, 4), (3, 4)])
    case(f"{op}: last of three", op, [(2, 3, 4), (2, 3, 4)], dim=-1)
    case(f"{op}: broadcast", op, [(2, 1, 4), (3, 4)], dim=-1)
    case(f"{op}: along a broadcast axis", op, [(2, 1, 4), (2, 3, 4)], dim=1)
    case(f"{op}: rank 1", op, [(4,), (4,)], dim=0)
    # The gradient of a length below eps is that of a length changed in place in 1.13, and no longer in 2.15.
    case(f"{op}: eps", op, [scaled(1e-3, 2, 3), (2, 3)], eps=0.5, differentiable=False)
    case(f"{op}: a vector of zeros", op, [torch.tensor([[0.0, 0.0], [1.0, 2.0]]), (2, 2)])
