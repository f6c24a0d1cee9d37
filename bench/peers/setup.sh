#!/bin/sh
# Installs the peers that the benchmarks compare with: PyTorch and Python Transformers into .venv-bench at the
# root of the repository, transformers.js into its folder here. Neither is a dependency of the project.
set -e
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

python3 -m venv "$root/.venv-bench"
"$root/.venv-bench/bin/pip" install --upgrade torch transformers onnx onnxscript

npm install --prefix transformers-js --ignore-scripts --no-package-lock
