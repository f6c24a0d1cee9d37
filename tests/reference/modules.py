"""Records containers, activation modules, weight normalisation and initialisers of torch.nn.

Writes into src/nn/fixtures/:
nonlinearities.json, .safetensors: each module with its arguments; input, output and gradients.
weight-norm.json, .safetensors: g of a given weight, and for other g and v the weight and its gradients.
containers.json, .safetensors: names and values of a module with containers, and its output.
init.json: where identity initialisers put their ones; gains; and the mean and deviation of many drawn
numbers, which are PyTorch's own draws but for trunc_normal_, whose exact moments are given (PyTorch's
method is inexact in the tails, as its warning says).
"""

import math
from collections import OrderedDict

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from recording import ROOT, compact_json, generator, save_tensors

FOLDER = ROOT / "src/nn/fixtures"


def normal(name, shape):
    return torch.randn(shape, generator=generator(f"modules {name}"))


def nonlinearities():
    plans = [
        ("ReLU", [], (3, 4)),
        ("ReLU6", [], (3, 4)),
        ("LeakyReLU", [], (3, 4)),
        ("LeakyReLU", [0.3], (3, 4)),
        ("PReLU", [], (3, 4)),
        ("PReLU", [4, 0.6], (3, 4)),
        ("ELU", [], (3, 4)),
        ("ELU", [0.5], (3, 4)),
        ("CELU", [1.5], (3, 4)),
        ("SELU", [], (3, 4)),
        ("GELU", [], (3, 4)),
        ("GELU", ["tanh"], (3, 4)),
        ("SiLU", [], (3, 4)),
        ("Mish", [], (3, 4)),
        ("Hardswish", [], (3, 4)),
        ("Hardsigmoid", [], (3, 4)),
        ("Hardtanh", [], (3, 4)),
        ("Hardtanh", [-0.5, 2.0], (3, 4)),
        ("Sigmoid", [], (3, 4)),
        ("LogSigmoid", [], (3, 4)),
        ("Tanh", [], (3, 4)),
        ("Softsign", [], (3, 4)),
        ("Softplus", [], (3, 4)),
        ("Softplus", [2.0, 1.0], (3, 4)),
        ("Softmax", [1], (2, 3, 4)),
        ("LogSoftmax", [-1], (2, 3, 4)),
        ("GLU", [], (3, 4)),
        ("GLU", [1], (2, 4, 3)),
    ]
    tensors, cases = {}, []
    for number, (name, arguments, shape) in enumerate(plans):
        module = getattr(nn, name)(*arguments)
        x = (normal(f"nonlinearity {number}", shape) * 3).requires_grad_()
        output = module(x)
        cotangent = normal(f"cotangent {number}", output.shape)
        gradients = torch.autograd.grad(output, [x, *module.parameters()], cotangent)
        entries = {"input": x, "output": output, "cotangent": cotangent, "gradient": gradients[0]}
        if len(gradients) > 1:
            entries["weight.gradient"] = gradients[1]
        tensors |= {f"{number}.{key}": value for key, value in entries.items()}
        cases.append({"module": name, "arguments": arguments})
    compact_json(FOLDER / "nonlinearities.json", cases)
    save_tensors(FOLDER / "nonlinearities.safetensors", tensors)


def weight_norm():
    tensors, cases = {}, []
    for shape in [(4, 3), (4, 2, 3)]:
        for dim in [0, len(shape) - 1, 1, None, -1]:
            number = len(cases)
            module = nn.Module()
            module.weight = nn.Parameter(normal(f"weight {number}", shape))
            module.forward = lambda module=module: module.weight
            tensors[f"{number}.initial"] = module.weight.detach().clone()
            nn.utils.weight_norm(module, dim=dim)
            tensors[f"{number}.initial.g"] = module.weight_g.detach().clone()
            with torch.no_grad():
                module.weight_g.copy_(normal(f"g {number}", module.weight_g.shape))
                module.weight_v.copy_(normal(f"v {number}", module.weight_v.shape))
            weight = module()
            cotangent = normal(f"weight cotangent {number}", shape)
            g, v = torch.autograd.grad(weight, [module.weight_g, module.weight_v], cotangent)
            entries = {"g": module.weight_g, "v": module.weight_v, "weight": weight, "cotangent": cotangent}
            entries |= {"g.gradient": g, "v.gradient": v}
            tensors |= {f"{number}.{key}": value for key, value in entries.items()}
            cases.append({"shape": shape, "dim": dim})
    compact_json(FOLDER / "weight-norm.json", cases)
    save_tensors(FOLDER / "weight-norm.safetensors", tensors)


class Containers(nn.Module):
    def __init__(self):
        super().__init__()
        self.numbered = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Identity(), nn.Linear(5, 4))
        self.named = nn.Sequential(OrderedDict(dense=nn.Linear(4, 4, bias=False), activation=nn.Tanh()))
        self.listed = nn.ModuleList([Conv1D(4, 4) for _ in range(11)])
        self.chosen = nn.ModuleDict({"en_XX": nn.Linear(4, 4), "de_DE": nn.Linear(4, 4)})
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(4)), nn.Parameter(torch.ones(1))])

    def forward(self, x):
        x = self.named(self.numbered(x))
        for layer in self.listed:
            x = layer(x).tanh()
        for scale in self.scales:
            x = x * scale
        return self.chosen["de_DE"](x)


def containers():
    module = Containers()
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(normal(name, parameter.shape))
    x = normal("containers", (2, 3, 4))
    names = {"names": list(module.state_dict()), "modules": [name for name, _ in module.named_modules()]}
    state = {f"state.{name}": value for name, value in module.state_dict().items()}
    compact_json(FOLDER / "containers.json", names)
    save_tensors(FOLDER / "containers.safetensors", state | {"input": x, "output": module(x)})


def truncated_moments(mean, std, a, b):
    """Mean and deviation of a normal distribution between two bounds: Johnson et al., chapter 13.10.1."""
    low, high = (a - mean) / std, (b - mean) / std
    density = lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    above = lambda x: math.erfc(x / math.sqrt(2)) / 2
    share = above(low) - above(high)
    shift = (density(low) - density(high)) / share
    spread = 1 + (low * density(low) - high * density(high)) / share - shift * shift
    return mean + std * shift, std * math.sqrt(spread)


def initialisers():
    ones = []
    for name, arguments, dims in [
        ("eye_", [], (2, 3)),
        ("eye_", [], (3, 2)),
        ("dirac_", [], (4, 2, 3)),
        ("dirac_", [], (2, 3, 4)),
        ("dirac_", [2], (4, 2, 2, 3)),
        ("dirac_", [], (2, 2, 3, 2, 3)),
        ("dirac_", [3], (6, 1, 5)),
    ]:
        weight = getattr(nn.init, name)(torch.empty(dims), *arguments)
        assert set(weight.unique().tolist()) <= {0, 1}
        positions = weight.flatten().nonzero().flatten().tolist()
        ones.append({"function": name, "arguments": arguments, "dims": dims, "ones": positions})

    kinds = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
    kinds += [f"conv{transpose}{n}d" for transpose in ("", "_transpose") for n in (1, 2, 3)]
    gains = [[kind, None, float(nn.init.calculate_gain(kind))] for kind in kinds]
    for slope in (0.0, 0.3, 5**0.5):
        gains.append(["leaky_relu", slope, nn.init.calculate_gain("leaky_relu", slope)])

    draws = []
    for name, options, dims in [
        ("xavier_uniform_", {}, (150, 250)),
        ("xavier_uniform_", dict(gain=3.0), (60, 40, 3, 4)),
        ("xavier_normal_", {}, (150, 250)),
        ("xavier_normal_", dict(gain=0.5), (60, 40, 3, 4)),
        ("kaiming_uniform_", {}, (150, 250)),
        ("kaiming_uniform_", dict(a=5**0.5), (60, 40, 3, 4)),
        ("kaiming_uniform_", dict(mode="fan_out", nonlinearity="relu"), (60, 40, 3, 4)),
        ("kaiming_uniform_", dict(nonlinearity="tanh"), (40, 1000)),
        ("kaiming_normal_", {}, (150, 250)),
        ("kaiming_normal_", dict(mode="fan_out", a=0.5), (60, 40, 3, 4)),
        ("kaiming_normal_", dict(nonlinearity="selu"), (40, 1000)),
    ]:
        torch.manual_seed(0)
        weight = getattr(nn.init, name)(torch.empty(dims), **options)
        moments = {"std": weight.std().item(), "largest": weight.abs().max().item()}
        draws.append({"function": name, "options": options, "dims": dims, **moments})

    truncated = []
    for arguments in [
        [0, 1, -2, 2],
        [1, 0.5, 0.8, 1.7],
        [0, 1, -0.5, 0.3],
        [0, 1, 2, 9],
        [0, 1, 3, 3.2],
        [5, 2, -9, 0],
        [0, 0.02, -2, 2],
        [0, 1, -0.1, 4],
    ]:
        mean, std = truncated_moments(*arguments)
        truncated.append({"arguments": arguments, "mean": mean, "std": std})
    compact_json(FOLDER / "init.json", {"ones": ones, "gains": gains, "draws": draws, "truncated": truncated})


if __name__ == "__main__":
    torch.set_num_threads(1)
    nonlinearities()
    weight_norm()
    containers()
    initialisers()
