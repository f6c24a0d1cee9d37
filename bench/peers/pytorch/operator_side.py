"""One operator at one shape in PyTorch, forward or with its gradients."""

import json
import time

import torch
import torch.nn.functional as F

from side import mean_milliseconds, read_options, serve


def elements(shape, seed, scale=1.0):
    """The same numbers as harness/operator-spec.ts makes."""
    count = int(torch.tensor(shape).prod()) if len(shape) > 0 else 1
    index = torch.arange(count, dtype=torch.int64)
    values = ((index * 7919 + seed * 104_729) % 2003).double() / 1001.5 - 1
    return (values * scale).float().reshape(shape)


options = read_options()
torch.set_num_threads(options.threads)
spec = json.loads(options.spec)
keywords = spec.get("options", {})
weights = spec.get("weights", [])
inputs = [
    elements(shape, i, spec.get("scale", 1.0) if i in weights else 1.0)
    for i, shape in enumerate(spec["shapes"])
]
limit = spec["shapes"][0][0] if spec["op"] == "embedding" else spec["shapes"][0][-1]
index = torch.arange(spec.get("ids", 1), dtype=torch.int64)
numbers = (index * index * 31 + 7) % limit

OPERATORS = {
    "linear": lambda x, weight, bias: F.linear(x, weight, bias),
    "matmul": torch.matmul,
    "conv2d": lambda x, weight: F.conv2d(x, weight, **keywords),
    "layer_norm": lambda x, weight, bias: F.layer_norm(x, x.shape[-1:], weight, bias),
    "softmax": lambda x: x.softmax(-1),
    "gelu": F.gelu,
    "attention": lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True, **keywords),
    "embedding": lambda table: F.embedding(numbers, table),
    "cross_entropy": lambda logits: F.cross_entropy(logits, numbers),
    "interpolate": lambda x: F.interpolate(x, **keywords),
}
operator = OPERATORS[spec["op"]]


def forward():
    with torch.inference_mode():
        return [operator(*inputs)]


def backward():
    leaves = [x.detach().requires_grad_() for x in inputs]
    output = operator(*leaves)
    output.backward(cotangent)
    return [output.detach(), *(leaf.grad for leaf in leaves)]


call = backward if spec.get("backward") else forward
cotangent = elements(forward()[0].shape, 99)
check = [float(value) for result in call() for value in result.flatten()[:16]]
begin = time.perf_counter()
call()
once = (time.perf_counter() - begin) * 1000
serve(check, lambda: mean_milliseconds(max(2, round(300 / once)), call))
