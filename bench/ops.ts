import { join } from "node:path";
import type { BenchCase, Side } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";
import type { OperatorSpec } from "./harness/operator-spec.js";
import { python, root } from "./harness/paths.js";
import type { Result } from "./harness/run-case.js";

// Operators one by one at shapes that models use, forward and with their gradients, against PyTorch; ResNet-50 as a
// whole; the optimizer's update alone.

const THREADS = 2;
const needsPython = { path: python, install: "run bench/peers/setup.sh" };

/** A layer of ResNet-50 at batch 8: channels in and out, kernel, stride, size of the image. */
function conv(cin: number, cout: number, kernel: number, stride: number, size: number): OperatorSpec {
  return {
    op: "conv2d",
    shapes: [
      [8, cin, size, size],
      [cout, cin, kernel, kernel],
    ],
    weights: [1],
    scale: 1 / Math.sqrt(cin * kernel * kernel),
    options: { stride, padding: (kernel - 1) / 2 },
  };
}

function attention(batch: number, heads: number, kvHeads: number, length: number, causal: boolean) {
  const shape = (n: number) => [batch, n, length, 64];
  return {
    op: "attention",
    shapes: [shape(heads), shape(kvHeads), shape(kvHeads)],
    options: { is_causal: causal },
  };
}

const specs: Readonly<Record<string, OperatorSpec>> = {
  "matmul linear 1024x768x3072": {
    op: "linear",
    shapes: [[1024, 768], [3072, 768], [3072]],
    weights: [1, 2],
    scale: 1 / Math.sqrt(768),
  },
  "matmul linear 128x768x768": {
    op: "linear",
    shapes: [[128, 768], [768, 768], [768]],
    weights: [1, 2],
    scale: 1 / Math.sqrt(768),
  },
  "matmul batched 96x128x64x128": {
    op: "matmul",
    shapes: [
      [96, 128, 64],
      [96, 64, 128],
    ],
  },
  "conv2d resnet50 stem 3-64 k7 s2 224": conv(3, 64, 7, 2, 224),
  "conv2d resnet50 64-64 k3 56": conv(64, 64, 3, 1, 56),
  "conv2d resnet50 256-64 k1 56": conv(256, 64, 1, 1, 56),
  "conv2d resnet50 128-128 k3 s2 56": conv(128, 128, 3, 2, 56),
  "conv2d resnet50 128-128 k3 28": conv(128, 128, 3, 1, 28),
  "conv2d resnet50 256-256 k3 14": conv(256, 256, 3, 1, 14),
  "conv2d resnet50 1024-256 k1 14": conv(1024, 256, 1, 1, 14),
  "conv2d resnet50 512-512 k3 7": conv(512, 512, 3, 1, 7),
  "conv2d resnet50 512-2048 k1 7": conv(512, 2048, 1, 1, 7),
  "layer_norm 1024x768": { op: "layer_norm", shapes: [[1024, 768], [768], [768]], weights: [1, 2] },
  "layer_norm 8192x768": { op: "layer_norm", shapes: [[8192, 768], [768], [768]], weights: [1, 2] },
  "softmax 96x128x128": { op: "softmax", shapes: [[96, 128, 128]] },
  "softmax 12x1024x1024": { op: "softmax", shapes: [[12, 1024, 1024]] },
  "gelu 1024x3072": { op: "gelu", shapes: [[1024, 3072]] },
  "attention b8 h12 s128 d64": attention(8, 12, 12, 128, false),
  "attention b1 h12 s512 d64": attention(1, 12, 12, 512, false),
  "attention b1 h32 kv8 s512 d64 causal": attention(1, 32, 8, 512, true),
  "embedding 30522x768 ids 1024": { op: "embedding", shapes: [[30522, 768]], weights: [0], ids: 1024 },
  "cross_entropy 1024x30522": { op: "cross_entropy", shapes: [[1024, 30522]], ids: 1024 },
  "interpolate bilinear 8x64x56 to 112": {
    op: "interpolate",
    shapes: [[8, 64, 56, 56]],
    options: { size: [112, 112], mode: "bilinear" },
  },
  "interpolate bicubic 768x14 to 16": {
    op: "interpolate",
    shapes: [[1, 768, 14, 14]],
    options: { size: [16, 16], mode: "bicubic" },
  },
};

export const cases: readonly BenchCase[] = [
  ...Object.entries(specs).flatMap(([name, spec]) => [
    operator(`${name} forward`, { ...spec, backward: false }),
    operator(`${name} backward`, { ...spec, backward: true }),
  ]),
  resnet(),
  update(),
];

/** The geometric mean over all operators, each way, and over both. */
export function summarise(results: readonly Result[]): Result[] {
  const operators = results.filter((result) => /(forward|backward)$/.test(result.case));
  return ["forward", "backward", ""].flatMap((direction): Result[] => {
    const some = operators.filter((result) => result.case.endsWith(direction) && result.ratio !== null);
    if (some.length === 0) return [];
    const mean = Math.exp(some.reduce((sum, { ratio }) => sum + Math.log(ratio!), 0) / some.length);
    const ratios = some.map(({ ratio }) => ratio!);
    return [
      {
        ...some[0]!,
        case: `geometric mean of ${some.length} ${direction === "" ? "cases" : `${direction} cases`}`,
        value: Number(mean.toPrecision(4)),
        unit: "ratio",
        peerValue: 1,
        ratio: Number(mean.toPrecision(4)),
        best: Math.max(...ratios),
        worst: Math.min(...ratios),
        peerBest: 1,
        peerWorst: 1,
      },
    ];
  });
}

function operator(name: string, spec: OperatorSpec): BenchCase {
  const options = ["--spec", JSON.stringify(spec), "--threads", String(THREADS)];
  return {
    name,
    measure: "rounds",
    unit: "ms",
    rounds: 5,
    sides: { ours: node("sides/operator", options), pytorch: pytorch("operator_side.py", options) },
  };
}

function resnet(): BenchCase {
  const options = ["--batch", "8", "--calls", "2", "--threads", String(THREADS)];
  return {
    name: "resnet50 fp32 b8",
    measure: "rounds",
    unit: "ms",
    sides: {
      ours: node("sides/resnet50", options),
      onnx: node("peers/onnx/resnet50", options),
      pytorch: pytorch("resnet50.py", options),
    },
  };
}

/** AdamW over as many parameters as BERT-base has: four arrays read and three written. */
function update(): BenchCase {
  const options = ["--calls", "3", "--threads", String(THREADS)];
  return {
    name: "adamw 110M parameters",
    measure: "rounds",
    unit: "GB/s",
    better: "higher",
    sides: { ours: node("sides/adamw", options), pytorch: pytorch("adamw.py", options) },
  };
}

function node(name: string, args: readonly string[]): Side {
  return { command: [process.execPath, builtSide(name), ...args] };
}

function pytorch(script: string, args: readonly string[]): Side {
  return { command: [python, join(root, "bench/peers/pytorch", script), ...args], requires: [needsPython] };
}
