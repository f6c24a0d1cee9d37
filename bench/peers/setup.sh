#!/bin/sh
# Installs the peers that the benchmarks compare with: PyTorch and Python Transformers into .venv-bench at the
# root of the repository, transformers.js and other tokenizers into their folders here. None of it is a dependency
# of the project.
set -e
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

python3 -m venv "$root/.venv-bench"
"$root/.venv-bench/bin/pip" install --upgrade torch transformers onnx onnxscript tokenizers tiktoken sentencepiece

npm install --prefix transformers-js --ignore-scripts --no-package-lock
npm install --prefix tokenizers --ignore-scripts --no-package-lock
