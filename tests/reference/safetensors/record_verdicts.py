"""Records what the safetensors package says about the first 50,000 mutated files.

Run from the root of the repository, with a Python that has safetensors:
    python tests/reference/safetensors/record_verdicts.py
Writes src/hub/safetensors/fixtures/verdicts.json.gz: the package's version, the kinds, and one character per file (its kind's
number in hexadecimal). The files themselves are made again from the seed.

Where two tensors claim the same bytes, the package checks them in an order that changes from run to run, and
so may name a different flaw each time; such a file is recorded as "RefusedVariously".
"""

import gzip
import json
import pathlib
import struct
import subprocess

import safetensors

from verdict import KINDS, verdict

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[2] / "src" / "hub" / "safetensors" / "fixtures"
COUNT = 50_000


def main() -> None:
    emitter = subprocess.Popen(
        ["npx", "tsx", str(HERE / "emit.ts"), "files", str(COUNT)], stdout=subprocess.PIPE
    )
    kinds = [name for name, _ in KINDS] + ["RefusedVariously"]
    verdicts = []
    for _ in range(COUNT):
        (length,) = struct.unpack("<I", emitter.stdout.read(4))
        data = emitter.stdout.read(length)
        # Only a refused header that is valid JSON can vary: 24 repetitions find one that does.
        found = {verdict(data)}
        if max(found) >= 6:
            found |= {verdict(data) for _ in range(24)}
        assert len(found) == 1 or 0 not in found
        verdicts.append(found.pop() if len(found) == 1 else len(KINDS))
    assert emitter.stdout.read() == b"" and emitter.wait() == 0

    record = {
        "safetensors": safetensors.__version__,
        "kinds": kinds,
        "verdicts": "".join(f"{kind:x}" for kind in verdicts),
    }
    text = json.dumps(record).encode()
    (FIXTURES / "verdicts.json.gz").write_bytes(gzip.compress(text, mtime=0))
    for number, name in enumerate(kinds):
        print(f"{verdicts.count(number):6d} {name}")


main()
