import { createRequire } from "node:module";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { type ConvolutionWeights, images, resnetWeights } from "../../harness/resnet-weights.js";
import { meanMilliseconds, readSideOptions, serve } from "../../harness/serve.js";
import { OnnxGraph, type Value } from "./onnx-graph.js";

// ResNet-50 as one would write it by hand for ONNX Runtime: batch norms folded into the convolutions.

const { batch, threads, calls } = readSideOptions();
const graph = new OnnxGraph();
const weights = resnetWeights();

function convolution(x: Value, { inputs, outputs, kernel, stride, weight, norm }: ConvolutionWeights): Value {
  const scale = norm.weight.map((value, i) => value / Math.sqrt(norm.running_var[i]! + 1e-5));
  const folded = weight.map((value, i) => value * scale[Math.floor(i / (inputs * kernel * kernel))]!);
  const bias = norm.bias.map((value, i) => value - norm.running_mean[i]! * scale[i]!);
  const pad = (kernel - 1) / 2;
  return graph.node(
    "Conv",
    [
      x,
      graph.constant("float", [outputs, inputs, kernel, kernel], folded),
      graph.constant("float", [outputs], bias),
    ],
    { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] },
  );
}

const relu = (x: Value) => graph.node("Relu", [x]);
let x = relu(convolution(graph.input("pixel_values", "float", ["batch", 3, 224, 224]), weights.stem));
x = graph.node("MaxPool", [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
for (const { reduce, middle, grow, shortcut } of weights.blocks) {
  const residual = shortcut === null ? x : convolution(x, shortcut);
  const inner = convolution(relu(convolution(relu(convolution(x, reduce)), middle)), grow);
  x = relu(graph.node("Add", [inner, residual]));
}
const pooled = graph.node("Flatten", [graph.node("GlobalAveragePool", [x])], { axis: 1 });
const logits = graph.node(
  "Gemm",
  [
    pooled,
    graph.constant("float", [1000, 2048], weights.classifier.weight),
    graph.constant("float", [1000], weights.classifier.bias),
  ],
  { transB: 1 },
);
graph.output(logits, "float", ["batch", 1000]);

const session = await InferenceSession.create(graph.toBytes(), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const feeds = { pixel_values: new Tensor("float32", images(batch), [batch, 3, 224, 224]) };
const call = async () => (await session.run(feeds))[logits]!.data as Float32Array;
const check = Array.from(await call());
await call();
const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
await serve({ version: `onnxruntime-node ${version}`, check }, () => meanMilliseconds(calls, call));
