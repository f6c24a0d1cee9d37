"""Records the loss curves of two small networks, trained 200 steps by PyTorch.

Writes tests/fixtures/curves/: transformer.json, transformer.safetensors, convolution.json and
convolution.safetensors. The JSON holds the settings, the loss of each step and the loss of the last
batch in evaluation after training; the tensors are "initial.<name>" (the weights before the first step) and
the batches, whose bytes stand for small whole numbers: "inputs" and "targets" [batches, ...], taken in turn.

transformer: token and position embeddings, two layers (layer norm before attention and before the
feed-forward layer, gelu), layer norm, the token embedding as head; AdamW in two groups, clipping, a
linear schedule with warm-up. It learns sequences in which a token follows from the one before.

convolution: conv, batch norm, relu, max pool, conv, global average pool, linear; SGD with Nesterov's
momentum and a cosine schedule. It learns images like those of handwritten digits: 8x8, 17 levels, a
pattern for each of 10 classes under noise.

Keys have no bias: it would have no influence, and its gradient would be nothing but rounding.
"""

import torch
import transformers
from torch import nn
from torch.nn import functional as F

from recording import ROOT, compact_json, generator, randomize, save_tensors

FOLDER = ROOT / "tests/fixtures/curves"
STEPS = 200


class Block(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def forward(self, x):
        batch, length, width = x.shape
        split = lambda x: x.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
        h = self.attention_norm(x)
        query, key, value = split(self.query(h)), split(self.key(h)), split(self.value(h))
        scores = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        context = scores.masked_fill(future, float("-inf")).softmax(-1) @ value
        x = x + self.out(context.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.norm(x))))


class Transformer(nn.Module):
    def __init__(self, vocabulary, length, width, heads, inner, layers):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(length, width)
        self.layers = nn.ModuleList([Block(width, heads, inner) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        for layer in self.layers:
            x = layer(x)
        return self.norm(x) @ self.tokens.weight.T


class Convolution(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        first, second = channels
        self.features = nn.Sequential(
            nn.Conv2d(1, first, 3, padding=1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(first, second, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.head = nn.Linear(second, classes)

    def forward(self, images):
        return self.head(self.features(images).flatten(1))


def sequences(batches, size, length, vocabulary):
    """Each token follows from the one before; one in eight is drawn instead."""
    draw = generator("curves sequences")
    ids = torch.randint(0, vocabulary, (batches, size, length + 1), generator=draw)
    keep = torch.rand(ids.shape, generator=draw) < 0.125
    for position in range(1, length + 1):
        following = (ids[..., position - 1] * 5 + 7) % vocabulary
        ids[..., position] = torch.where(keep[..., position], ids[..., position], following)
    return ids[..., :-1], ids[..., 1:]


def digits(batches, size, classes):
    """Levels 0 to 16: a pattern for each class, shifted in brightness, under noise."""
    draw = generator("curves digits")
    patterns = (torch.rand(classes, 8, 8, generator=draw) < 0.4) * 12.0
    targets = torch.randint(0, classes, (batches, size), generator=draw)
    noise = 3 * torch.randn(batches, size, 8, 8, generator=draw)
    return (patterns[targets] + noise).round().clamp(0, 16).unsqueeze(2), targets


def train(name, model, settings, optimizer, schedule, inputs, targets, max_norm=None):
    initial = {f"initial.{key}": value.clone() for key, value in model.state_dict().items()}
    model.train()

    def loss_of(batch):
        logits = model(inputs[batch])
        return F.cross_entropy(logits.flatten(0, -2), targets[batch].flatten())

    losses = []
    for step in range(STEPS):
        loss = loss_of(step % len(inputs))
        optimizer.zero_grad()
        loss.backward()
        if max_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    evaluated = loss_of((STEPS - 1) % len(inputs)).item()
    document = {"steps": STEPS, "settings": settings, "losses": losses, "evaluated": evaluated}
    compact_json(FOLDER / f"{name}.json", document)
    batches = {"inputs": inputs.to(torch.uint8), "targets": targets.to(torch.uint8)}
    save_tensors(FOLDER / f"{name}.safetensors", initial | batches)
    print(name, " ".join(f"{loss:.3f}" for loss in losses[::20]), f"evaluated {evaluated:.3f}")


def transformer():
    sizes = dict(vocabulary=29, length=12, width=32, heads=4, inner=48, layers=2)
    settings = dict(
        **sizes,
        lr=5e-3,
        eps=1e-6,
        weight_decay=0.05,
        max_norm=1.0,
        num_warmup_steps=20,
        num_training_steps=STEPS,
    )
    model = randomize(Transformer(**sizes), "curves transformer")
    decayed = [value for value in model.parameters() if value.dim() > 1]
    others = [value for value in model.parameters() if value.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=settings["lr"], eps=settings["eps"])
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 20, STEPS)
    inputs, targets = sequences(STEPS, 8, sizes["length"], sizes["vocabulary"])
    train("transformer", model, settings, optimizer, schedule, inputs, targets, settings["max_norm"])


def convolution():
    sizes = dict(channels=[8, 16], classes=10)
    steps = dict(num_warmup_steps=10, num_training_steps=STEPS)
    settings = dict(**sizes, lr=0.05, momentum=0.9, weight_decay=1e-3, **steps)
    model = randomize(Convolution(**sizes), "curves convolution")
    optimizer = torch.optim.SGD(
        model.parameters(), lr=settings["lr"], momentum=0.9, nesterov=True, weight_decay=1e-3
    )
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, 10, STEPS)
    images, targets = digits(50, 16, sizes["classes"])
    train("convolution", model, settings, optimizer, schedule, images, targets)


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformer()
    convolution()
