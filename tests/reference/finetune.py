"""Records thirty training steps of a tiny BERT classifier.

Writes tests/fixtures/finetune/: initial/ (config.json, model.safetensors), batches.safetensors
("<step>.input_ids", ...), steps.json (loss, learning rate and gradient norm before clipping of
each step, and the settings) and final.safetensors (the weights after the last step).

The key biases of attention have no influence, since softmax ignores what all keys share: their exact
gradient is zero, and AdamW blows the rounding error up to steps of its full size. steps.json lists
them as "indeterminate"; their final values mean nothing.
"""

import torch
from transformers import BertConfig, BertForSequenceClassification, get_linear_schedule_with_warmup

from recording import ROOT, compact_json, generator, save_tensors

FOLDER = ROOT / "tests/fixtures/finetune"
STEPS, WARMUP, LEARNING_RATE, WEIGHT_DECAY, MAX_NORM = 30, 5, 5e-3, 0.01, 1.0
NO_DECAY = ["bias", "LayerNorm.weight"]
SHAPES = [(4, 8), (3, 5)]  # batch, sequence; in turn


def batch(step):
    """Sentences whose label can be learned: the first token's third of the vocabulary."""
    size, length = SHAPES[step % len(SHAPES)]
    draw = generator(f"batch {step}")
    ids = torch.randint(1, 31, (size, length), generator=draw)
    lengths = torch.randint(2, length + 1, (size,), generator=draw)
    mask = (torch.arange(length)[None] < lengths[:, None]).long()
    return dict(
        input_ids=ids * mask,
        attention_mask=mask,
        token_type_ids=(ids % 2) * mask,
        labels=(ids[:, 0] - 1) // 10,
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=31,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=27,
        max_position_embeddings=12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        num_labels=3,
        initializer_range=0.2,
    )
    model = BertForSequenceClassification(config).train()
    model.save_pretrained(FOLDER / "initial")
    (FOLDER / "initial/model.safetensors").chmod(0o644)

    decays = lambda name: not any(part in name for part in NO_DECAY)
    named = list(model.named_parameters())
    groups = [
        {"params": [value for name, value in named if decays(name)], "weight_decay": WEIGHT_DECAY},
        {"params": [value for name, value in named if not decays(name)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE)
    scheduler = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    batches, steps = {}, []
    for step in range(STEPS):
        inputs = batch(step)
        batches.update({f"{step}.{name}": value for name, value in inputs.items()})
        loss = model(**inputs).loss
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        steps.append({"loss": loss.item(), "lr": scheduler.get_last_lr()[0], "grad_norm": norm.item()})
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()

    save_tensors(FOLDER / "batches.safetensors", batches)
    save_tensors(FOLDER / "final.safetensors", dict(named))
    settings = {
        "optimizer": "AdamW",
        "lr": LEARNING_RATE,
        "betas": optimizer.defaults["betas"],
        "eps": optimizer.defaults["eps"],
        "weight_decay": WEIGHT_DECAY,
        "no_decay": NO_DECAY,
        "max_grad_norm": MAX_NORM,
        "schedule": "linear",
        "num_warmup_steps": WARMUP,
        "num_training_steps": STEPS,
    }
    indeterminate = [name for name, _ in named if name.endswith("self.key.bias")]
    compact_json(
        FOLDER / "steps.json", {"settings": settings, "indeterminate": indeterminate, "steps": steps}
    )
    print(" ".join(f"{step['loss']:.3f}" for step in steps))
    print(" ".join(f"{step['grad_norm']:.2f}" for step in steps))
