"""What the PyTorch sides share: options, the fixed input, and their half of the harness's protocol."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import transformers


def read_options() -> argparse.Namespace:
    """What a case tells a side on its command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="")
    parser.add_argument("--spec", default="{}")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--sequence", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--sentence", default="")
    parser.add_argument("--sentences", default="")
    return parser.parse_args()


@dataclass
class FixedInput:
    """The input that every side reads; harness/fixed-input.ts makes the same."""

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor


def fixed_input(batch: int, sequence: int, vocab_size: int) -> FixedInput:
    ids = (torch.arange(batch * sequence) * 7919 + 13) % vocab_size
    return FixedInput(
        input_ids=ids.reshape(batch, sequence),
        attention_mask=torch.ones(batch, sequence, dtype=torch.int64),
        labels=torch.arange(batch) % 2,
    )


def serve(check: Sequence[float], run_round: Callable[[], float] | None = None) -> None:
    """Says that the side is ready, answers `run` and `end`, and returns after `end`."""
    version = f"torch {torch.__version__}, transformers {transformers.__version__}"
    _say({"ready": True, "version": version, "check": list(check)})
    for line in sys.stdin:
        if line.strip() == "end":
            break
        if line.strip() == "run" and run_round is not None:
            _say({"ms": run_round()})
    _say({"peakRssBytes": _peak_rss_bytes()})


def mean_milliseconds(calls: int, call: Callable[[], object]) -> float:
    """The mean time of `calls` calls; one goes before them unmeasured, to find its caches again."""
    call()
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begin) / calls * 1000


def _say(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)


def _peak_rss_bytes() -> int:
    """Linux's own high-water mark; getrusage's would include that of the process that started this one."""
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
