import { readFileSync } from "node:fs";
import { LayerNorm, Linear, Module, ModuleList } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import {
  checkpoint,
  configureRuntime,
  gelu,
  manual_seed,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";

/**
 * Trains a deep stack of layers for two steps, each layer in a checkpoint or not, and prints the loss of the second one
 * and the most memory that was resident at any time, in bytes, as JSON:
 *
 *     node --import tsx tests/support/peak-run.ts <plain|checkpoint>
 */
const isCheckpointed = process.argv[2] === "checkpoint";
const [depth, rows, width] = [12, 2048, 128];

class Block extends Module {
  readonly up = new Linear(width, 4 * width);
  readonly down = new Linear(4 * width, width);
  readonly norm = new LayerNorm(width);

  forward(x: Tensor): Tensor {
    return this.norm(x.add(this.down(gelu(this.up(x)))));
  }
}

class Stack extends Module {
  readonly blocks = new ModuleList(Array.from({ length: depth }, () => new Block()));

  forward(x: Tensor): Tensor {
    let hidden = x;
    for (const block of this.blocks) hidden = isCheckpointed ? checkpoint(block, hidden) : block(hidden);
    return hidden;
  }
}

configureRuntime({ threads: 1 });
manual_seed(1);
const stack = new Stack();
const optimizer = new SGD(stack.parameters(), { lr: 0.1 });
const x = tensor(
  Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i)),
  { shape: [rows, width] },
);
let loss = 0;
for (let step = 0; step < 2; step++) {
  const tensorLoss = stack(x).square().mean();
  tensorLoss.backward();
  await optimizer.step();
  optimizer.zero_grad();
  loss = tensorLoss.item();
}

/** The high-water mark; getrusage's would include that of the process that started this one. */
function peak(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
}

console.log(JSON.stringify({ loss, peak: peak() }));
