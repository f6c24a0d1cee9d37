"""Connectionist temporal classification."""

from math import inf

import torch
import torch.nn.functional as F

from recorder import OPS, case, integers, log_probabilities

OPS["ctc_loss"] = F.ctc_loss


def double(*shape):
    return lambda generator: torch.randn(shape, generator=generator, dtype=torch.float64).log_softmax(-1)


def record():
    op = "ctc_loss"
    lengths = lambda *values: torch.tensor(values)
    padded = torch.tensor([[1, 2, 2, 3], [4, 1, 0, 0], [2, 0, 0, 0]])
    three = [log_probabilities(9, 3, 5), padded, lengths(9, 7, 5), lengths(4, 2, 1)]
    for reduce in ["mean", "sum", "none"]:
        how = {"reduction": reduce}
        case(f"{op}: {reduce}", op, three, **how)
        case(f"{op}: {reduce}, all of one length", op, [log_probabilities(6, 2, 4), integers(1, 4, 2, 3), lengths(6, 6), lengths(3, 3)], **how)
        case(f"{op}: {reduce}, one after the other", op, [log_probabilities(8, 3, 5), torch.tensor([1, 2, 2, 4, 3]), lengths(8, 6, 8), lengths(2, 0, 3)], **how)
        fits = [log_probabilities(4, 3, 4), torch.tensor([[1, 1, 1], [1, 2, 3], [2, 3, 1]]), lengths(4, 4, 2), lengths(3, 3, 3)]
        case(f"{op}: {reduce}, too short for two of three, infinity as zero", op, fits, zero_infinity=True, **how)
    case(f"{op}: too short for two of three", op, fits, reduction="none")
    case(f"{op}: blank in the end", op, [log_probabilities(7, 2, 4), integers(0, 3, 2, 2), lengths(7, 6), lengths(2, 2)], blank=3)
    case(f"{op}: empty targets", op, [log_probabilities(4, 2, 3), torch.zeros(2, 0, dtype=torch.int64), lengths(4, 3), lengths(0, 0)], reduction="none")
    case(f"{op}: some empty targets", op, [log_probabilities(4, 3, 3), integers(1, 3, 3, 2), lengths(4, 3, 4), lengths(0, 2, 0)])
    case(f"{op}: one step, one label", op, [log_probabilities(1, 1, 2), torch.tensor([[1]]), lengths(1), lengths(1)])
    case(f"{op}: one sequence", op, [log_probabilities(6, 4), torch.tensor([1, 3, 3]), torch.tensor(6), torch.tensor(3)])
    case(f"{op}: one sequence, summed", op, [log_probabilities(6, 4), torch.tensor([1, 3]), torch.tensor(5), torch.tensor(2)], reduction="sum")
    case(f"{op}: numbers that are no log-probabilities", op, [(5, 2, 4), integers(1, 4, 2, 2), lengths(5, 4), lengths(2, 1)])
    case(f"{op}: float64", op, [double(6, 2, 4), integers(1, 4, 2, 2), lengths(6, 5), lengths(2, 2)])
    case(f"{op}: 300 steps", op, [log_probabilities(300, 2, 6), integers(1, 6, 2, 40), lengths(300, 250), lengths(40, 31)])
    case(f"{op}: certain classes", op, [lambda g: torch.tensor([[[0.0, -inf, -inf]], [[-inf, 0.0, -inf]], [[0.0, -inf, -inf]]]), torch.tensor([[1]]), lengths(3), lengths(1)], differentiable=False)
