"""Losses."""

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers, log_probabilities, positive, probabilities, reduction, scaled

OPS.update(
    {
        **{
            name: getattr(F, name)
            for name in "cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss kl_div".split()
        },
        "binary_cross_entropy_with_logits": lambda input, target, weight=None, pos_weight=None, **options: (
            F.binary_cross_entropy_with_logits(input, target, weight, pos_weight=pos_weight, **options)
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
