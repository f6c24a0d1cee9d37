"""Convolution, pooling and normalisation in float16 and bfloat16, which 1.13 computes little of on the CPU.

Recorded with PyTorch 2.15: .venv-bench/bin/python record.py half_networks.
"""

import torch

from recorder import DTYPES, case

PYTORCH = "2.15"


def of(dtype, *shape, low=None):
    """Normal numbers, or uniform ones from `low`."""
    if low is None:
        return lambda generator: torch.randn(shape, generator=generator).to(dtype)
    return lambda generator: (torch.rand(shape, generator=generator) * 2 + low).to(dtype)


def record():
    for name in ["float16", "bfloat16"]:
        dtype = DTYPES[name]
        filters = [of(dtype, 1, 2, 5, 4), of(dtype, 3, 2, 3, 3), of(dtype, 3)]
        case(f"conv2d: {name}", "conv2d", filters, padding=1)
        case(f"conv2d: {name}, stride", "conv2d", filters, stride=2)
        transposed = [of(dtype, 1, 2, 3, 4), of(dtype, 2, 3, 3, 3), of(dtype, 3)]
        case(f"conv_transpose2d: {name}", "conv_transpose2d", transposed, stride=2)
        case(f"max_pool2d: {name}", "max_pool2d", [of(dtype, 1, 2, 5, 5)], kernel_size=3, stride=2)
        padded = {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}
        case(f"avg_pool2d: {name}", "avg_pool2d", [of(dtype, 1, 2, 5, 5)], **padded)
        case(f"adaptive_avg_pool2d: {name}", "adaptive_avg_pool2d", [of(dtype, 1, 2, 5, 4)], output_size=2)
        affine = [of(dtype, 3, low=0.25), of(dtype, 3)]
        images = of(dtype, 2, 3, 4, 5)
        case(f"batch_norm: {name}, training", "batch_norm", [images, None, None, *affine], training=True)
        running = [of(dtype, 3), of(dtype, 3, low=0.25)]
        case(f"batch_norm: {name}", "batch_norm", [images, *running, *affine], constants=(1, 2))
        case(f"group_norm: {name}", "group_norm", [images, *affine], num_groups=3)
        case(f"rms_norm: {name}", "rms_norm", [of(dtype, 3, 8), of(dtype, 8, low=0.25)], normalized_shape=[8])
