import type { CheckpointFile } from "./checkpoint-file.js";
import { Float, OnnxGraph, type Value } from "./onnx-graph.js";
import { Tape } from "./tape.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const LABELS = 2;

export interface BertTrainOptions {
  readonly batch: number;
  readonly sequence: number;
  /** 0 leaves dropout out of the graph. */
  readonly dropout: number;
}

/** A parameter's inputs, and the outputs to be written over them. */
export interface TrainedParameter {
  readonly key: string;
  readonly shape: readonly number[];
  readonly inputs: { readonly value: Value; readonly moment1: Value; readonly moment2: Value };
  readonly outputs: { readonly value: Value; readonly moment1: Value; readonly moment2: Value };
}

export interface BertTrainStep {
  readonly model: Uint8Array;
  /** Scalar output. */
  readonly loss: Value;
  readonly parameters: readonly TrainedParameter[];
  readonly nodeCount: number;
}

/**
 * One training step of BertForSequenceClassification as one graph: forward, cross-entropy, backward and
 * AdamW, all sizes static, activations as matrices [batch * sequence, width].
 *
 * Inputs: input_ids [batch, sequence], mask (added to the scores) [batch, 1, 1, sequence], labels [batch],
 * the scalars `step_size`, `epsilon` and `decay` of `adamWScalars`, and every parameter with its two moments.
 */
export function bertTrainStep({ config, tensors }: CheckpointFile, options: BertTrainOptions): BertTrainStep {
  const { hidden_size: hiddenSize, num_attention_heads: heads } = config;
  const { batch, sequence, dropout: dropoutRate } = options;
  const rows = batch * sequence;
  const headDim = hiddenSize / heads;

  const graph = new OnnxGraph();
  const tape = new Tape(graph);
  const add = (a: Value, b: Value) => graph.node("Add", [a, b]);
  const subtract = (a: Value, b: Value) => graph.node("Sub", [a, b]);
  const multiply = (a: Value, b: Value) => graph.node("Mul", [a, b]);
  const scale = (a: Value, factor: number) => multiply(a, graph.float(factor));
  const reshape = (a: Value, ...shape: number[]) => graph.node("Reshape", [a, graph.int64(...shape)]);
  const transpose = (a: Value, ...perm: number[]) => graph.node("Transpose", [a], { perm });
  const sumOver = (a: Value, axis: number, keepdims = 0) =>
    graph.node("ReduceSum", [a, graph.int64(axis)], { keepdims });
  /** a b, either transposed on its last two axes, times alpha */
  const product = (a: Value, b: Value, transA: 0 | 1, transB: 0 | 1, alpha = 1) =>
    graph.node("com.microsoft.FusedMatMul", [a, b], { transA, transB, alpha: new Float(alpha) });

  const parameters = new Map<string, { shape: readonly number[]; guard?: Value }>();
  const parameter = (key: string): Value => {
    const entry = tensors.get(key);
    if (entry === undefined) throw new Error(`the checkpoint lacks ${key}`);
    parameters.set(key, { shape: entry.shape });
    return graph.input(key, "float", entry.shape);
  };

  const ones = new Map(
    [batch, rows].map((height) => [
      height,
      graph.constant("float", [1, height], new Float32Array(height).fill(1)),
    ]),
  );
  /** The sum over a matrix's rows, as a product with ones: faster than ReduceSum. */
  const sumOfRows = (a: Value, height: number, width: number) =>
    reshape(product(ones.get(height)!, a, 0, 0), width);

  /** x: [height, inputs] */
  function linear(x: Value, name: string, height = rows): Value {
    const weight = parameter(`${name}.weight`); // [outputs, inputs]
    const bias = parameter(`${name}.bias`);
    const outputs = tensors.get(`${name}.bias`)!.shape[0]!;
    const y = add(product(x, weight, 0, 1), bias);
    return tape.record(y, (dy) => {
      tape.accumulate(x, product(dy, weight, 0, 0));
      tape.accumulate(weight, product(dy, x, 1, 0));
      tape.accumulate(bias, sumOfRows(dy, height, outputs));
    });
  }

  function layerNorm(x: Value, name: string): Value {
    const weight = parameter(`${name}.weight`);
    const bias = parameter(`${name}.bias`);
    const [y, mean, inverseDeviation] = graph.nodeWith(3, "LayerNormalization", [x, weight, bias], {
      axis: -1,
      epsilon: new Float(config.layer_norm_eps),
    });
    return tape.record(y!, (dy) => {
      const normal = multiply(subtract(x, mean!), inverseDeviation!);
      const dyNormal = multiply(dy, normal);
      tape.accumulate(weight, sumOfRows(dyNormal, rows, hiddenSize));
      tape.accumulate(bias, sumOfRows(dy, rows, hiddenSize));
      // The means over a row of dy * weight and of dy * weight * normal, as products with a column.
      const column = reshape(weight, hiddenSize, 1);
      const weightedMean = (a: Value) => product(a, column, 0, 0, 1 / hiddenSize); // [rows, 1]
      const along = add(weightedMean(dy), multiply(normal, weightedMean(dyNormal)));
      tape.accumulate(x, multiply(subtract(multiply(dy, weight), along), inverseDeviation!));
    });
  }

  function residual(x: Value, skip: Value): Value {
    return tape.record(add(x, skip), (dy) => {
      tape.accumulate(x, dy);
      tape.accumulate(skip, dy);
    });
  }

  /** d/dx gelu(x) = (1 + erf a + 2/sqrt(pi) a exp(-a^2)) / 2, with a = x / sqrt(2) */
  function gelu(x: Value): Value {
    return tape.record(graph.node("Gelu", [x]), (dy) => {
      const a = scale(x, Math.SQRT1_2);
      const density = multiply(a, graph.node("Exp", [graph.node("Neg", [multiply(a, a)])]));
      // (1 + erf a) / 2 in one pass: a hard sigmoid is linear over all that erf can be
      const half = { alpha: new Float(0.5), beta: new Float(0.5) };
      const cumulative = graph.node("HardSigmoid", [graph.node("Erf", [a])], half);
      tape.accumulate(x, multiply(dy, add(cumulative, scale(density, 1 / Math.sqrt(Math.PI)))));
    });
  }

  function dropout(x: Value): Value {
    if (dropoutRate === 0) return x;
    const [y, kept] = graph.nodeWith(2, "Dropout", [
      x,
      graph.float(dropoutRate),
      graph.constant("bool", [], Uint8Array.of(1)),
    ]);
    return tape.record(y!, (dy) => {
      const mask = graph.node("Cast", [kept!], { to: 1 }); // float; Where would run on one thread
      tape.accumulate(x, multiply(dy, scale(mask, 1 / (1 - dropoutRate))));
    });
  }

  /** [rows, hidden] to [batch, heads, sequence, head_dim] */
  function splitHeads(x: Value): Value {
    const y = transpose(reshape(x, batch, sequence, heads, headDim), 0, 2, 1, 3);
    return tape.record(y, (dy) => tape.accumulate(x, reshape(transpose(dy, 0, 2, 1, 3), rows, hiddenSize)));
  }

  /** and back */
  function mergeHeads(x: Value): Value {
    const y = reshape(transpose(x, 0, 2, 1, 3), rows, hiddenSize);
    return tape.record(y, (dy) =>
      tape.accumulate(x, transpose(reshape(dy, batch, sequence, heads, headDim), 0, 2, 1, 3)),
    );
  }

  function attentionWeights(query: Value, key: Value): Value {
    const factor = 1 / Math.sqrt(headDim);
    const scores = add(product(query, key, 0, 1, factor), mask); // [batch, heads, sequence, sequence]
    const weights = graph.node("Softmax", [scores], { axis: -1 });
    return tape.record(weights, (dy) => {
      const total = sumOver(multiply(dy, weights), 3, 1);
      const dScores = multiply(weights, subtract(dy, total));
      tape.accumulate(query, product(dScores, key, 0, 0, factor));
      tape.accumulate(key, product(dScores, query, 1, 0, factor));
    });
  }

  function weightedSum(weights: Value, value: Value): Value {
    return tape.record(product(weights, value, 0, 0), (dy) => {
      tape.accumulate(weights, product(dy, value, 0, 1));
      tape.accumulate(value, product(weights, dy, 1, 0));
    });
  }

  function embeddings(): Value {
    const words = parameter("bert.embeddings.word_embeddings.weight");
    const positions = parameter("bert.embeddings.position_embeddings.weight");
    const types = parameter("bert.embeddings.token_type_embeddings.weight");
    const first = (table: Value, count: number) =>
      graph.node("Slice", [table, graph.int64(0), graph.int64(count), graph.int64(0)]);
    const every = add(first(positions, sequence), first(types, 1)); // [sequence, hidden]
    const sum = reshape(add(graph.node("Gather", [words, inputIds]), every), rows, hiddenSize);
    return tape.record(sum, (dy) => {
      const zeros = graph.node("ConstantOfShape", [graph.int64(config.vocab_size, hiddenSize)]);
      const indices = reshape(inputIds, rows, 1);
      tape.accumulate(words, graph.node("ScatterND", [zeros, indices, dy], { reduction: "add" }));
      const padRows = (a: Value, missing: number) => graph.node("Pad", [a, graph.int64(0, 0, missing, 0)]);
      const perPosition = sumOver(reshape(dy, batch, sequence, hiddenSize), 0);
      tape.accumulate(positions, padRows(perPosition, config.max_position_embeddings - sequence));
      tape.accumulate(types, padRows(sumOver(perPosition, 0, 1), 1));
    });
  }

  /** The hidden state of each sequence's first token: [rows, hidden] to [batch, hidden] */
  function firstToken(x: Value): Value {
    const cube = reshape(x, batch, sequence, hiddenSize);
    const y = graph.node("Gather", [cube, graph.constant("int64", [], BigInt64Array.of(0n))], { axis: 1 });
    return tape.record(y, (dy) => {
      const padded = graph.node("Pad", [
        reshape(dy, batch, 1, hiddenSize),
        graph.int64(0, 0, 0, 0, sequence - 1, 0),
      ]);
      tape.accumulate(x, reshape(padded, rows, hiddenSize));
    });
  }

  function tanh(x: Value): Value {
    const y = graph.node("Tanh", [x]);
    return tape.record(y, (dy) => tape.accumulate(x, multiply(dy, subtract(graph.float(1), multiply(y, y)))));
  }

  /** The mean over the batch of -log softmax(logits)[label] */
  function crossEntropy(logits: Value, labels: Value): Value {
    const logProbabilities = graph.node("LogSoftmax", [logits], { axis: -1 });
    const onOff = graph.constant("float", [2], Float32Array.of(0, 1));
    const target = graph.node("OneHot", [labels, graph.int64(LABELS), onOff], { axis: -1 });
    const loss = scale(
      graph.node("ReduceSum", [multiply(target, logProbabilities)], { keepdims: 0 }),
      -1 / batch,
    );
    tape.accumulate(logits, scale(subtract(graph.node("Exp", [logProbabilities]), target), 1 / batch));
    return loss;
  }

  const inputIds = graph.input("input_ids", "int64", [batch, sequence]);
  const mask = graph.input("mask", "float", [batch, 1, 1, sequence]);
  const labels = graph.input("labels", "int64", [batch]);

  // Each stage's input, whose gradient is known only once everything in the stage has been differentiated.
  const stages: { readonly input: Value; readonly firstParameter: number }[] = [];
  const beginStage = (input: Value) => stages.push({ input, firstParameter: parameters.size });

  const embedded = embeddings();
  beginStage(embedded);
  let hidden = dropout(layerNorm(embedded, "bert.embeddings.LayerNorm"));
  for (let index = 0; index < config.num_hidden_layers; index++) {
    beginStage(hidden);
    const layer = `bert.encoder.layer.${index}`;
    const project = (part: string) => splitHeads(linear(hidden, `${layer}.attention.self.${part}`));
    const weights = dropout(attentionWeights(project("query"), project("key")));
    const context = mergeHeads(weightedSum(weights, project("value")));
    const attention = `${layer}.attention.output`;
    const attended = layerNorm(
      residual(dropout(linear(context, `${attention}.dense`)), hidden),
      `${attention}.LayerNorm`,
    );
    const inner = gelu(linear(attended, `${layer}.intermediate.dense`));
    const outer = dropout(linear(inner, `${layer}.output.dense`));
    hidden = layerNorm(residual(outer, attended), `${layer}.output.LayerNorm`);
  }
  beginStage(hidden);
  const pooled = tanh(linear(firstToken(hidden), "bert.pooler.dense", batch));
  const loss = crossEntropy(linear(dropout(pooled), "classifier", batch), labels);
  tape.backward();

  // An update writes over a parameter that the backward pass still reads: it must come after all of those
  // reads, and ONNX knows no order but that of data. So each stage's step size waits for its input's gradient.
  const stepSize = graph.input("step_size", "float", []);
  const epsilon = graph.input("epsilon", "float", []);
  const decay = graph.input("decay", "float", []);
  const guarded = stages.map(({ input }) => {
    const corner = graph.node("Slice", [tape.gradient(input), graph.int64(0, 0), graph.int64(1, 1)]); // [1, 1]
    return add(stepSize, scale(reshape(corner, 1), 0));
  });
  const stageOf = (position: number) =>
    Math.max(
      0,
      stages.findLastIndex((stage) => stage.firstParameter <= position),
    );

  const trained = Array.from(parameters, ([key, { shape }], position): TrainedParameter => {
    const moment1 = graph.input(`${key}.moment1`, "float", shape);
    const moment2 = graph.input(`${key}.moment2`, "float", shape);
    const gradient = tape.gradient(key);
    const newMoment1 = add(scale(moment1, BETA1), gradient);
    const newMoment2 = add(scale(moment2, BETA2), multiply(gradient, gradient));
    const direction = graph.node("Div", [newMoment1, add(graph.node("Sqrt", [newMoment2]), epsilon)]);
    const value = subtract(multiply(key, decay), multiply(direction, guarded[stageOf(position)]!));
    const outputs = { value, moment1: newMoment1, moment2: newMoment2 };
    for (const output of Object.values(outputs)) graph.output(output, "float", shape);
    return { key, shape, inputs: { value: key, moment1, moment2 }, outputs };
  });
  graph.output(loss, "float", []);
  return { model: graph.toBytes(), loss, parameters: trained, nodeCount: graph.nodeCount };
}

/**
 * AdamW's scalars in step `step` (from 1). The graph keeps its moments undivided, m / (1 - beta1) and
 * v / (1 - beta2), which saves a pass over each; these factors and the bias correction are folded in here.
 * https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
export function adamWScalars(step: number, learningRate: number, weightDecay = 0.01, epsilon = 1e-8) {
  const correction1 = (1 - BETA1 ** step) / (1 - BETA1);
  const correction2 = Math.sqrt((1 - BETA2 ** step) / (1 - BETA2));
  return {
    stepSize: (learningRate * correction2) / correction1,
    epsilon: epsilon * correction2,
    decay: 1 - learningRate * weightDecay,
  };
}
