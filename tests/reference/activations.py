"""Records every activation that a configuration can name (ACT2FN), with its gradient.

Writes src/nn/fixtures/activations.safetensors: "input", "cotangent", and for each name
"<name>.output" and "<name>.gradient".
"""

import torch
from transformers.activations import ACT2FN

from recording import ROOT, generator, save_tensors

if __name__ == "__main__":
    edges = torch.tensor([-20.0, -10.0, -6.0, -3.0, -1.0, -0.1, 0.0, 0.1, 1.0, 3.0, 6.0, 10.0, 20.0])
    values = torch.cat([edges, torch.randn(24, generator=generator("activations")) * 2])
    cotangent = torch.randn(values.shape, generator=generator("activations cotangent"))
    tensors = {"input": values, "cotangent": cotangent}
    for name in sorted(ACT2FN):
        x = values.clone().requires_grad_()
        output = ACT2FN[name](x)
        (gradient,) = torch.autograd.grad(output, x, cotangent)
        tensors.update({f"{name}.output": output, f"{name}.gradient": gradient})
    save_tensors(ROOT / "src/nn/fixtures/activations.safetensors", tensors)
    print(f"{len(ACT2FN)} activations: {' '.join(sorted(ACT2FN))}")
