"""ResNet-50's forward pass in eager PyTorch, with the weights that harness/resnet-weights.ts makes."""

import math

import torch
from torch import nn

from side import mean_milliseconds, read_options, serve


def elements(count, seed, scale):
    index = torch.arange(count, dtype=torch.int64)
    return ((((index * 7919 + seed * 104_729) % 2003).double() / 1001.5 - 1) * scale).float()


class Convolution(nn.Sequential):
    """A convolution without bias and its batch norm."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False),
            nn.BatchNorm2d(outputs),
        )


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.reduce = Convolution(inputs, width, 1)
        self.middle = Convolution(width, width, 3, stride)
        self.grow = Convolution(width, 4 * width, 1)
        self.shortcut = Convolution(inputs, 4 * width, 1, stride) if inputs != 4 * width or stride > 1 else None

    def forward(self, x):
        residual = x if self.shortcut is None else self.shortcut(x)
        return (self.grow(self.middle(self.reduce(x).relu_()).relu_()) + residual).relu_()


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Convolution(3, 64, 7, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        blocks, inputs = [], 64
        for stage, depth in enumerate([3, 4, 6, 3]):
            for i in range(depth):
                blocks.append(Bottleneck(inputs, 64 << stage, 2 if i == 0 and stage > 0 else 1))
                inputs = 256 << stage
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(2048, 1000)

    def forward(self, x):
        x = self.blocks(self.pool(self.stem(x).relu_()))
        return self.classifier(x.mean((2, 3)))


options = read_options()
torch.set_num_threads(options.threads)
model = ResNet().eval()
seed = 0
with torch.no_grad():
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            count = module.weight.numel()
            fan_in = count // module.out_channels
            module.weight.copy_(elements(count, seed, math.sqrt(6 / fan_in)).reshape(module.weight.shape))
        elif isinstance(module, nn.BatchNorm2d):
            size = module.num_features
            module.weight.copy_(0.6 + elements(size, seed, 0.2))
            module.bias.copy_(elements(size, seed + 1, 0.1))
            module.running_mean.copy_(elements(size, seed + 2, 0.1))
            module.running_var.copy_(1.5 + elements(size, seed + 3, 0.5))
        elif isinstance(module, nn.Linear):
            module.weight.copy_(elements(2048 * 1000, seed, 0.02).reshape(1000, 2048))
            module.bias.copy_(elements(1000, seed + 1, 0.02))
        else:
            continue
        seed += 4
image = elements(options.batch * 3 * 224 * 224, 12345, 1.0).reshape(options.batch, 3, 224, 224)


def call():
    with torch.inference_mode():
        return model(image)


logits = call()
contiguous = mean_milliseconds(1, call)
# The better of the two layouts is taken, as a user would.
model.to(memory_format=torch.channels_last)
image = image.contiguous(memory_format=torch.channels_last)
if mean_milliseconds(1, call) > contiguous:
    model.to(memory_format=torch.contiguous_format)
    image = image.contiguous()
serve(logits.flatten().tolist(), lambda: mean_milliseconds(options.calls, call))
