"""Records the SHA-256 of the files that safetensors' save_file writes for 200 random dictionaries.

Run from the root of the repository, with a Python that has safetensors, numpy and ml_dtypes:
    python tests/reference/safetensors/record_dictionaries.py
Writes src/hub/safetensors/fixtures/dictionaries.json. The dictionaries themselves are made again from their seeds.
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

import ml_dtypes
import numpy
import safetensors
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[2] / "src" / "hub" / "safetensors" / "fixtures"
DTYPES = {
    "BOOL": numpy.bool_,
    "U8": numpy.uint8,
    "I8": numpy.int8,
    "F8_E5M2": ml_dtypes.float8_e5m2,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E8M0": ml_dtypes.float8_e8m0fnu,
    "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "I16": numpy.int16,
    "U16": numpy.uint16,
    "F16": numpy.float16,
    "BF16": ml_dtypes.bfloat16,
    "I32": numpy.int32,
    "U32": numpy.uint32,
    "F32": numpy.float32,
    "C64": numpy.complex64,
    "F64": numpy.float64,
    "I64": numpy.int64,
    "U64": numpy.uint64,
}


def main() -> None:
    emitted = subprocess.run(
        ["npx", "tsx", str(HERE / "emit.ts"), "dictionaries"], stdout=subprocess.PIPE, check=True
    )
    hashes = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.safetensors"
        for line in emitted.stdout.splitlines():
            case = json.loads(line)
            tensors = {
                tensor["name"]: numpy.frombuffer(
                    base64.b64decode(tensor["data"]), DTYPES[tensor["dtype"]]
                ).reshape(tensor["shape"])
                for tensor in case["tensors"]
            }
            save_file(tensors, path, case["metadata"])
            hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    record = {"safetensors": safetensors.__version__, "sha256": hashes}
    (FIXTURES / "dictionaries.json").write_text(json.dumps(record, indent=1) + "\n")
    print(f"{len(hashes)} dictionaries, {len(set(hashes))} different")


main()
