"""BertForSequenceClassification's forward pass in PyTorch, eager, with its scaled-dot-product attention."""

import torch
from transformers import BertForSequenceClassification

from side import fixed_input, mean_milliseconds, read_options, serve

options = read_options()
torch.set_num_threads(options.threads)
model = BertForSequenceClassification.from_pretrained(options.folder, attn_implementation="sdpa").eval()
batch = fixed_input(options.batch, options.sequence, model.config.vocab_size)


def call() -> torch.Tensor:
    with torch.inference_mode():
        return model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits


logits = call()
for _ in range(3):
    call()
serve(logits.flatten().tolist(), lambda: mean_milliseconds(options.calls, call))
