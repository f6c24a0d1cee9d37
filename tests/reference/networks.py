"""Records layers and blocks of convolutional networks, and how batch norm's running statistics move on.

Writes src/nn/fixtures/networks.json and networks.safetensors.

layers: convolutions with every padding mode, a transposed convolution called with an output size, group and
instance norm with running statistics: weights ("<name>.<parameter>"), input, output and the gradients
of the summed squares ("<name>.gradient.<parameter>", "<name>.gradient.input").

residual: a block as in ResNet (convolution, batch norm, relu, convolution, batch norm by cumulative mean,
strided shortcut) with a head, in a course of events: a step of SGD, a step on two accumulated batches,
a forward without gradients, two steps, an evaluation. After each event its losses and every buffer.

convnext: a block as in ConvNeXt (depthwise convolution, layer norm over channels, two linear layers, gelu,
scale, shortcut): output, gradients of all parameters, and second order gradients.
"""

import torch
from torch import nn
from torch.nn import functional as F

from recording import ROOT, compact_json, generator, randomize, save_tensors

FIXTURES = ROOT / "src/nn/fixtures"
tensors = {}


def sample(name, *shape):
    return torch.randn(shape, generator=generator(name))


def layer(name, module, *shape, arguments={}):
    randomize(module, name)
    x = sample(f"{name} input", *shape).requires_grad_()
    y = module(x, **arguments)
    y.square().sum().backward()
    for key, value in module.state_dict().items():
        tensors[f"{name}.{key}"] = value
    for key, value in module.named_parameters():
        tensors[f"{name}.gradient.{key}"] = value.grad
    tensors.update({f"{name}.input": x, f"{name}.output": y, f"{name}.gradient.input": x.grad})


def layers():
    for mode in ["zeros", "reflect", "replicate", "circular"]:
        layer(f"Conv1d {mode}", nn.Conv1d(2, 4, 3, padding=2, stride=2, padding_mode=mode), 2, 2, 7)
        layer(
            f"Conv2d {mode}", nn.Conv2d(2, 4, (3, 2), padding=(2, 1), groups=2, padding_mode=mode), 1, 2, 5, 4
        )
        layer(
            f"Conv2d same {mode}",
            nn.Conv2d(2, 2, (2, 3), padding="same", dilation=2, padding_mode=mode),
            1,
            2,
            6,
            5,
        )
    for mode in ["zeros", "replicate", "circular"]:
        layer(f"Conv3d {mode}", nn.Conv3d(1, 2, 2, padding=1, bias=False, padding_mode=mode), 1, 1, 3, 2, 3)
    layer(
        "ConvTranspose2d",
        nn.ConvTranspose2d(2, 4, 3, stride=(2, 3), padding=1, groups=2),
        1,
        2,
        3,
        2,
        arguments={"output_size": [6, 5]},
    )
    layer("ConvTranspose1d", nn.ConvTranspose1d(2, 3, 3, bias=False), 2, 2, 4)
    layer("ConvTranspose3d", nn.ConvTranspose3d(1, 2, 2, stride=2), 1, 1, 2, 2, 3)
    layer("InstanceNorm1d", nn.InstanceNorm1d(3, affine=True), 3, 5)
    layer(
        "InstanceNorm2d running",
        nn.InstanceNorm2d(2, affine=True, track_running_stats=True, momentum=0.3),
        2,
        2,
        3,
        2,
    )
    layer("GroupNorm", nn.GroupNorm(2, 4), 2, 4, 3)
    layer("LocalResponseNorm", nn.LocalResponseNorm(3, alpha=0.3), 1, 4, 2, 3)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(6, momentum=None)
        self.shortcut = nn.Conv2d(3, 6, 1, stride=2)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))
        return self.head(F.max_pool2d(y, 3, 2, 1).mean((2, 3)))


def residual():
    model = randomize(Residual(), "residual")
    for key, value in model.state_dict().items():
        tensors[f"residual.initial.{key}"] = value.clone()
    images = sample("residual images", 8, 4, 3, 7, 6)
    targets = sample("residual targets", 8, 4, 2)
    tensors.update({"residual.images": images, "residual.targets": targets})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    events = []

    def event(kind, batches):
        losses = []
        model.train(kind != "evaluate")
        optimizer.zero_grad()
        for batch in batches:
            if kind == "step":
                loss = F.mse_loss(model(images[batch]), targets[batch])
                loss.backward()
            else:
                with torch.no_grad():
                    loss = F.mse_loss(model(images[batch]), targets[batch])
            losses.append(loss.item())
        if kind == "step":
            optimizer.step()
        number = len(events)
        for key, value in model.named_buffers():
            tensors[f"residual.{number}.{key}"] = value.clone()
        events.append({"kind": kind, "batches": list(batches), "losses": losses})

    event("step", [0])
    event("step", [1, 2])
    event("no_grad", [3])
    event("step", [4])
    event("evaluate", [0, 5])
    event("step", [5])
    event("no_grad", [6, 7])
    event("evaluate", [1])
    return events


class ConvNext(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.layernorm = nn.LayerNorm(width, eps=1e-6)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.pwconv2 = nn.Linear(4 * width, width)
        self.layer_scale = nn.Parameter(torch.empty(width))

    def forward(self, x):
        y = self.layernorm(self.dwconv(x).permute(0, 2, 3, 1))
        y = self.layer_scale * self.pwconv2(F.gelu(self.pwconv1(y)))
        return x + y.permute(0, 3, 1, 2)


def convnext():
    model = randomize(ConvNext(4), "convnext")
    x = sample("convnext input", 2, 4, 6, 5).requires_grad_()
    y = model(x)
    parameters = dict(model.named_parameters())
    wanted = [x, *parameters.values()]
    names = ["input", *parameters]
    first = torch.autograd.grad(y.square().mean(), wanted, create_graph=True)
    second = torch.autograd.grad(sum(gradient.square().sum() for gradient in first), wanted)
    for key, value in parameters.items():
        tensors[f"convnext.{key}"] = value
    tensors.update({"convnext.input": x, "convnext.output": y})
    for name, one, two in zip(names, first, second):
        tensors[f"convnext.first.{name}"] = one
        tensors[f"convnext.second.{name}"] = two


if __name__ == "__main__":
    torch.set_num_threads(1)
    layers()
    events = residual()
    convnext()
    save_tensors(FIXTURES / "networks.safetensors", tensors)
    compact_json(FIXTURES / "networks.json", events)
    print(f"{len(tensors)} tensors, {len(events)} events")
