"""What every room's recordings share: the operations' table, inputs by maker, and `case`.

Each case draws its inputs from a generator that is seeded with the case's name, so that adding a
case leaves all others as they were. A gradient is the vector-Jacobian product with a recorded
cotangent of each floating-point output; with order=2 it is the gradient of the summed squares
of those first gradients.
"""

import sys
from math import inf
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recording import ROOT, compact_json, generator as seeded, save_tensors

FIXTURES = ROOT / "src/tensor/fixtures/ops"
DTYPES = {
    name: getattr(torch, name)
    for name in "float32 float16 bfloat16 float64 int64 int32 int16 int8 uint8 bool".split()
}

# The operations by the name that cases give them: functions of tensors and of PyTorch's keywords.
OPS = {}

cases = []
tensors = {}


def start_room():
    cases.clear()
    tensors.clear()


def write_room(room):
    save_tensors(FIXTURES / f"{room}.safetensors", tensors)
    compact_json(FIXTURES / f"{room}.json", cases)
    print(f"{room}: {len(cases)} cases, {len(tensors)} tensors")


# --- how PyTorch's functions become operations --------------------------------------------------


def binary(function):
    """A function of two tensors, or of a tensor and the scalar option `other` (or `self`, on the left)."""

    def call(*inputs, other=None, self=None, **options):
        if self is not None:  # of rank 0, which takes part in promotion as a scalar does
            return function(torch.tensor(self), *inputs, **options)
        return function(*inputs, **options) if other is None else function(*inputs, other, **options)

    return call


def reduction(function):
    def call(input, dim=None, **options):
        result = function(input, **options) if dim is None else function(input, dim, **options)
        return result if isinstance(result, torch.Tensor) else result.values

    return call


# --- inputs: a tuple is the shape of a normal sample, a function makes one from the generator ------


def normal(*shape, dtype=torch.float32):
    return lambda generator: torch.randn(shape, generator=generator).to(dtype)


def positive(*shape):
    return lambda generator: torch.rand(shape, generator=generator) * 2 + 0.25


def scaled(factor, *shape):
    return lambda generator: torch.randn(shape, generator=generator) * factor


def integers(low, high, *shape, dtype=torch.int64):
    return lambda generator: torch.randint(low, high, shape, generator=generator).to(dtype)


def booleans(*shape):
    return lambda generator: torch.rand(shape, generator=generator) > 0.4


def probabilities(*shape):
    return lambda generator: torch.randn(shape, generator=generator).softmax(-1)


def log_probabilities(*shape):
    return lambda generator: torch.randn(shape, generator=generator).log_softmax(-1)


def draw(spec, generator):
    if isinstance(spec, tuple):
        return torch.randn(spec, generator=generator)
    return spec(generator) if callable(spec) else spec


def case(name, op, inputs, constants=(), order=1, differentiable=True, **options):
    """Runs one case and records it. `constants` are the positions of inputs that need no gradient."""
    assert all(name != other["name"] for other in cases), name
    number = len(cases)
    generator = seeded(name)

    def keep(kind, values):
        keys = []
        for position, value in enumerate(values):
            key = None if value is None else f"{number}.{kind}.{position}"
            if value is not None:
                tensors[key] = value.detach()
            keys.append(key)
        return keys

    inputs = [draw(spec, generator) for spec in inputs]
    for position, value in enumerate(inputs):
        if differentiable and value is not None and value.is_floating_point() and position not in constants:
            value.requires_grad_()
    infinities = {"-Infinity": -inf, "Infinity": inf}
    call_options = {
        key: infinities.get(value, value) if isinstance(value, str) else value for key, value in options.items()
    }
    result = OPS[op](*inputs, **call_options)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]

    cotangents = [
        torch.randn(output.shape, generator=generator).to(output.dtype) if output.requires_grad else None
        for output in outputs
    ]
    wanted = [value for value in inputs if value is not None and value.requires_grad]
    gradients = []
    if wanted and any(cotangent is not None for cotangent in cotangents):
        gradients = torch.autograd.grad(
            [output for output in outputs if output.requires_grad],
            wanted,
            [cotangent for cotangent in cotangents if cotangent is not None],
            create_graph=order == 2,
            allow_unused=True,
        )
    if order == 2:
        gradients = torch.autograd.grad(
            sum(gradient.square().sum() for gradient in gradients), wanted, allow_unused=True
        )
    gradient_of = dict(zip(map(id, wanted), gradients))
    entry = {
        "name": name,
        "op": op,
        "inputs": keep("input", inputs),
        "options": options,
        "outputs": keep("output", outputs),
        "cotangents": keep("cotangent", cotangents),
        "gradients": keep("gradient", [gradient_of.get(id(value)) for value in inputs]),
    }
    cases.append(entry if order == 1 else {**entry, "order": order})
