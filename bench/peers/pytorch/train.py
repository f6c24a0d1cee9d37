"""A training step of BertForSequenceClassification in eager PyTorch: forward, backward, AdamW."""

import time

import torch
from transformers import BertForSequenceClassification

from side import fixed_input, read_options, serve

LEARNING_RATE = 5e-5
WARM_UP_STEPS = 3

options = read_options()
torch.set_num_threads(options.threads)
model = BertForSequenceClassification.from_pretrained(
    options.folder,
    attn_implementation="sdpa",
    hidden_dropout_prob=options.dropout,
    attention_probs_dropout_prob=options.dropout,
).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
batch = fixed_input(options.batch, options.sequence, model.config.vocab_size)


def step() -> float:
    loss = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask, labels=batch.labels).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def run_round() -> float:
    begin = time.perf_counter()
    for _ in range(options.calls):
        step()
    return (time.perf_counter() - begin) / options.calls * 1000


serve([step() for _ in range(WARM_UP_STEPS)], run_round)
