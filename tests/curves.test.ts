import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  AdaptiveAvgPool2d,
  BatchNorm2d,
  Conv2d,
  Embedding,
  LayerNorm,
  Linear,
  MaxPool2d,
  Module,
  ModuleList,
  ReLU,
  Sequential,
} from "../src/nn/index.js";
import {
  AdamW,
  type CommonSettings,
  clip_grad_norm_,
  get_cosine_schedule_with_warmup,
  get_linear_schedule_with_warmup,
  type LambdaLR,
  type Optimizer,
  SGD,
} from "../src/optim/index.js";
import {
  arange,
  cross_entropy,
  gelu,
  scaledDotProductAttention,
  type Tensor,
  tensor,
} from "../src/tensor/index.js";
import { readJson, readRecorded } from "./support/recorded.js";

interface Recorded<Settings> {
  steps: number;
  settings: Settings & { lr: number; weight_decay: number; max_norm?: number } & Steps;
  losses: number[];
  /** Loss of the last batch after training, in evaluation. */
  evaluated: number;
}

interface Steps {
  num_warmup_steps: number;
  num_training_steps: number;
}

const fixtures = path.join(import.meta.dirname, "fixtures", "curves");

interface Course {
  readonly model: Transformer | Convolution;
  readonly optimizer: Optimizer<CommonSettings>;
  readonly schedule: LambdaLR;
}

/** Trains from the recorded weights on the recorded batches, and compares every loss. */
async function follow(
  name: string,
  recorded: Recorded<object>,
  inputDType: "int64" | "float32",
  { model, optimizer, schedule }: Course,
): Promise<void> {
  const values = await readRecorded(path.join(fixtures, `${name}.safetensors`));
  const initial = [...values].flatMap(([key, value]) =>
    key.startsWith("initial.") ? [[key.slice("initial.".length), value] as const] : [],
  );
  await model.load_state_dict(new Map(initial));
  const [inputs, targets] = [values.get("inputs")!, values.get("targets")!];
  const loss = (step: number): Tensor => {
    const number = step % (inputs.shape[0] as number);
    const logits = model(batchOf(inputs, number, inputDType));
    return cross_entropy(logits.flatten(0, -2), batchOf(targets, number, "int64").flatten());
  };

  model.train();
  for (const [step, expected] of recorded.losses.entries()) {
    const value = loss(step);
    optimizer.zero_grad();
    value.backward();
    if (recorded.settings.max_norm !== undefined)
      clip_grad_norm_(model.parameters(), recorded.settings.max_norm);
    await optimizer.step();
    schedule.step();
    expect(Math.abs(value.item() - expected), `loss of step ${step}, ${expected}`).toBeLessThan(1e-4);
  }
  model.eval();
  const evaluated = await loss(recorded.steps - 1).realize();
  expect(Math.abs(evaluated.item() - recorded.evaluated)).toBeLessThan(1e-4);
}

/** One of stacked batches of bytes. */
function batchOf(stacked: Tensor, number: number, dtype: "int64" | "float32"): Tensor {
  const shape = (stacked.shape as readonly number[]).slice(1);
  const size = shape.reduce((product, dim) => product * dim, 1);
  const bytes = stacked.data.slice(number * size, (number + 1) * size) as Uint8Array;
  const elements = dtype === "int64" ? BigInt64Array.from(bytes, BigInt) : Float32Array.from(bytes);
  return tensor(elements, { shape });
}

interface TransformerSizes {
  vocabulary: number;
  length: number;
  width: number;
  heads: number;
  inner: number;
  layers: number;
}

class Block extends Module<TransformerSizes> {
  readonly attention_norm = new LayerNorm(this.config.width);
  readonly query = new Linear(this.config.width, this.config.width);
  readonly key = new Linear(this.config.width, this.config.width, { bias: false });
  readonly value = new Linear(this.config.width, this.config.width);
  readonly out = new Linear(this.config.width, this.config.width);
  readonly norm = new LayerNorm(this.config.width);
  readonly up = new Linear(this.config.width, this.config.inner);
  readonly down = new Linear(this.config.inner, this.config.width);

  forward(x: Tensor): Tensor {
    const { width, heads } = this.config;
    const [batch, length] = x.shape;
    const split = (y: Tensor) => y.reshape([batch!, length!, heads, width / heads]).transpose(1, 2);
    const hidden = this.attention_norm(x);
    const context = scaledDotProductAttention(
      split(this.query(hidden)),
      split(this.key(hidden)),
      split(this.value(hidden)),
      { is_causal: true },
    );
    const attended = x.add(this.out(context.transpose(1, 2).reshape([batch!, length!, width])));
    return attended.add(this.down(gelu(this.up(this.norm(attended)))));
  }
}

class Transformer extends Module<TransformerSizes> {
  readonly tokens = new Embedding(this.config.vocabulary, this.config.width);
  readonly positions = new Embedding(this.config.length, this.config.width);
  readonly layers = new ModuleList(Array.from({ length: this.config.layers }, () => new Block(this.config)));
  readonly norm = new LayerNorm(this.config.width);

  forward(ids: Tensor): Tensor {
    let x = this.tokens(ids).add(this.positions(arange(ids.shape[1]!)));
    for (const layer of this.layers) x = layer(x);
    return this.norm(x).matmul(this.tokens.weight.mT);
  }
}

interface ConvolutionSizes {
  channels: [number, number];
  classes: number;
}

class Convolution extends Module<ConvolutionSizes> {
  readonly features = new Sequential(
    new Conv2d(1, this.config.channels[0], 3, { padding: 1, bias: false }),
    new BatchNorm2d(this.config.channels[0]),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(this.config.channels[0], this.config.channels[1], 3, { padding: 1 }),
    new ReLU(),
    new AdaptiveAvgPool2d(1),
  );
  readonly head = new Linear(this.config.channels[1], this.config.classes);

  forward(images: Tensor): Tensor {
    return this.head(this.features(images).flatten(1));
  }
}

describe("two hundred steps follow PyTorch's losses", () => {
  test("of a transformer: tied head, AdamW in two groups, clipping, linear schedule", async () => {
    const recorded = readJson<Recorded<TransformerSizes & { eps: number }>>(fixtures, "transformer.json");
    const { lr, eps, weight_decay } = recorded.settings;
    const model = new Transformer(recorded.settings);
    const parameters = [...model.parameters()];
    const groups = [
      { params: parameters.filter(({ rank }) => rank > 1), weight_decay },
      { params: parameters.filter(({ rank }) => rank === 1), weight_decay: 0 },
    ];
    const optimizer = new AdamW(groups, { lr, eps });
    const schedule = get_linear_schedule_with_warmup(optimizer, recorded.settings);
    await follow("transformer", recorded, "int64", { model, optimizer, schedule });
  });

  test("of a convolutional network: batch norm, Nesterov's momentum, cosine schedule", async () => {
    const recorded = readJson<Recorded<ConvolutionSizes & { momentum: number }>>(
      fixtures,
      "convolution.json",
    );
    const { lr, momentum, weight_decay } = recorded.settings;
    const model = new Convolution(recorded.settings);
    const optimizer = new SGD(model.parameters(), { lr, momentum, weight_decay, nesterov: true });
    const schedule = get_cosine_schedule_with_warmup(optimizer, recorded.settings);
    await follow("convolution", recorded, "float32", { model, optimizer, schedule });
  });
});
