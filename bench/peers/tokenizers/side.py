"""What the sides in Python share: options, and their half of the harness's protocol."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One thread: read by the Rust library when it starts.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="")
    parser.add_argument("--sentences", default="")
    parser.add_argument("--spec", type=json.loads, default={})
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def read_documents(file: str) -> tuple[list[str], float]:
    """The documents and their size in MB."""
    documents = json.loads(Path(file).read_text(encoding="utf-8"))
    return documents, sum(len(document.encode()) for document in documents) / 1e6


def serve(version: str, check: list[float] | None, run_round: Callable[[], float]) -> None:
    """Says that the side is ready, answers `run` and `end`, and returns after `end`."""
    _say({"ready": True, "version": version, "check": check})
    for line in sys.stdin:
        if line.strip() == "end":
            break
        _say({"ms": run_round()})
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    _say({"peakRssBytes": peak})


def serve_throughput(version: str, check: list[int] | None, megabytes: float, work: Callable[[], object]) -> None:
    """Serves rounds of `work`, warmed up for two seconds, in MB/s."""
    warm = time.perf_counter() + 2
    while time.perf_counter() < warm:
        work()

    def run_round() -> float:
        # Long enough that a single pause does not decide the round.
        begin = time.perf_counter()
        passes = 0
        while time.perf_counter() - begin < 0.3:
            work()
            passes += 1
        return passes * megabytes / (time.perf_counter() - begin)

    serve(version, check, run_round)


def _say(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)
