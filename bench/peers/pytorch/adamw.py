"""The update of AdamW alone, over as many parameters as BERT-base has."""

import time

import torch

from side import read_options, serve

COUNT, SIZE = 110, 1_000_000
BYTES = COUNT * SIZE * 4 * 7  # parameter, gradient and two moments read; parameter and moments written

options = read_options()
torch.set_num_threads(options.threads)
parameters = [torch.full((SIZE,), 0.5).requires_grad_() for _ in range(COUNT)]
for i, parameter in enumerate(parameters):
    parameter.grad = torch.full((SIZE,), 0.01 * (i + 1))
optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01, fused=True)
optimizer.step()


def run_round():
    optimizer.step()
    begin = time.perf_counter()
    for _ in range(options.calls):
        optimizer.step()
    return BYTES * options.calls / (time.perf_counter() - begin) / 1e9


serve([float(parameter[0]) for parameter in parameters], run_round)
