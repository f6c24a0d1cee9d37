import { BertConfig, BertForSequenceClassification } from "../../../../src/index.js";
import { AdamW, clip_grad_norm_ } from "../../../../src/optim/index.js";
import { type Device, manual_seed, type Tensor, tensor } from "../../../../src/tensor/index.js";

/** What a page holds, in bytes. */
export interface Held {
  /** Objects of JavaScript. */
  readonly heap: number;
  /** WebAssembly memories, which grow and never shrink. */
  readonly wasm: number;
  /** Buffers of the GPU that are neither destroyed nor collected, and their number. */
  readonly gpu: number;
  readonly buffers: number;
}

interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

interface GpuBuffer {
  readonly size: number;
  destroy(): void;
}

/** What is used of a browser's globals; `gc` and precise numbers have to be asked for when it is started. */
const browser = globalThis as unknown as {
  readonly WebAssembly: { Memory: new (descriptor: object) => WasmMemory };
  readonly GPUDevice: { prototype: { createBuffer(this: unknown, descriptor: object): GpuBuffer } };
  readonly performance: { readonly memory: { readonly usedJSHeapSize: number } };
  gc(): void;
};

const wasm: WasmMemory[] = [];
let gpu = 0;
let buffers = 0;

/** Has the browser tell what ONNX Runtime allocates; to be called before that is started. */
export function watchMemory(): void {
  browser.WebAssembly.Memory = new Proxy(browser.WebAssembly.Memory, {
    construct(target, [descriptor]) {
      const memory = new target(descriptor as object);
      wasm.push(memory);
      return memory;
    },
  });
  const collected = new FinalizationRegistry<() => void>((forget) => forget());
  const { prototype } = browser.GPUDevice;
  const { createBuffer } = prototype;
  prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const { size } = buffer;
    const destroy = buffer.destroy.bind(buffer);
    let isThere = true;
    const forget = () => {
      if (isThere) {
        gpu -= size;
        buffers--;
      }
      isThere = false;
    };
    gpu += size;
    buffers++;
    collected.register(buffer, forget, buffer);
    buffer.destroy = () => {
      forget();
      collected.unregister(buffer);
      destroy();
    };
    return buffer;
  };
}

/** What the page holds once everything that can be collected has been. */
async function held(): Promise<Held> {
  for (let round = 0; round < 6; round++) {
    browser.gc();
    await new Promise((resolve) => {
      setTimeout(resolve, 20); // finalizers run, and what they free is freed
    });
  }
  return {
    heap: browser.performance.memory.usedJSHeapSize,
    wasm: wasm.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    gpu,
    buffers,
  };
}

const shapes = 6;

/** Trains or uses a tiny model at changing shapes; gives what is held after the first steps, and at the end. */
export async function runSteps(
  task: "training" | "inference",
  device: Device,
  steps: { readonly warm: number; readonly all: number },
): Promise<{ warm: Held; end: Held }> {
  manual_seed(1);
  const model = new BertForSequenceClassification(
    new BertConfig({
      vocab_size: 40,
      hidden_size: 8,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      intermediate_size: 16,
      max_position_embeddings: 16,
      problem_type: "single_label_classification",
    }),
  );
  model.to(device);
  const optimizer = new AdamW(model.parameters());

  function batch(step: number): { input_ids: Tensor; labels: Tensor } {
    const [rows, length] = [1 + (step % 3), 4 + (step % shapes)];
    const ids = Array.from({ length: rows }, (_, i) =>
      Array.from({ length }, (_, j) => (step * 31 + i * 7 + j) % 40),
    );
    return { input_ids: tensor(ids).to(device), labels: tensor(ids.map((row) => row[0]! % 2)).to(device) };
  }

  async function train(step: number): Promise<void> {
    const { input_ids, labels } = batch(step);
    const { loss } = model({ input_ids, labels });
    optimizer.zero_grad();
    loss!.backward();
    clip_grad_norm_(model.parameters(), 1);
    await optimizer.step();
    requireFinite(await loss!.to("cpu").realize(), step);
    for (const tensor of [input_ids, labels, loss!]) tensor.release();
  }

  async function infer(step: number): Promise<void> {
    const { input_ids } = batch(step);
    const { logits } = await model({ input_ids });
    requireFinite(await logits.to("cpu").realize(), step);
    for (const tensor of [input_ids, logits]) tensor.release();
  }

  const run = task === "training" ? train : infer;
  let warm: Held | null = null;
  if (task === "inference") model.eval();
  for (let step = 0; step < steps.all; step++) {
    await run(step);
    if (step + 1 === steps.warm) warm = await held();
  }
  return { warm: warm!, end: await held() };
}

function requireFinite(x: Tensor, step: number): void {
  const values = Array.from(x.data, Number);
  if (values.length === 0 || !values.every(Number.isFinite)) throw new Error(`step ${step} gave ${values}`);
}
