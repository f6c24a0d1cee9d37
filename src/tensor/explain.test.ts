import { inspect } from "node:util";
import { expect, test } from "vitest";
import { LayerNorm, Linear } from "../nn/index.js";
import { CompiledFunction } from "./compile.js";
import { explain } from "./explain.js";
import { scaledDotProductAttention, softmax, tensor } from "./ops/index.js";
import type { Tensor } from "./tensor.js";

const x = tensor(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  { dtype: "float32" },
);

test("tensors that have been recorded, and the ONNX graph that they become", () => {
  const layer = new Linear(3, 4);
  const y = softmax(layer(x), -1);
  const [first] = y.split([1, 3], 1);
  const explanation = explain({ y, first: first! }, { names: layer.named_parameters() });
  expect(String(explanation)).toBe(
    `
recorded: 3 operations, 3 leaves
  %0: float32[2, 3]  given
  %1: float32[4, 3]  parameter weight
  %2: float32[4]  parameter bias
  %3 = linear(%0, %1, %2): float32[2, 4]
  %4 = softmax(%3, axis=1): float32[2, 4]
  %5 = slice(%4, axis=1, start=0, end=1, step=1): float32[2, 1]
  results: %4, %5

ONNX graph, opset 21: 4 nodes, 3 inputs, 2 outputs, 2 constants (16 B inside)
  input   v0: float32[2, 3]  given
  input   v1: float32[4, 3]  parameter weight
  input   v2: float32[4]  parameter bias
  v4 = FusedMatMul(v0, v1, transA=0, transB=1, alpha=1): float32[2, 4]
  v5 = Add(v4, v2): float32[2, 4]
  v6 = Softmax(v5, axis=1): float32[2, 4]
  v9 = Slice(v6, [0], [1], [1], [1]): float32[2, 1]
  output  v6: float32[2, 4]
  output  v9: float32[2, 1]
  operators: 1 Add, 1 FusedMatMul, 1 Slice, 1 Softmax
`.trim(),
  );
  expect(inspect(explanation)).toBe(String(explanation));
});

test("a compiled function, with symbolic sizes, its inputs' names and its weights as constants", async () => {
  const [layer, norm] = [new Linear(16, 32), new LayerNorm(32)];
  const compiled = new CompiledFunction(({ hidden }: { hidden: Tensor }) => norm(layer(hidden)));
  const hidden = tensor(new Float32Array(2 * 5 * 16), { shape: [2, 5, 16] });
  const names = [...layer.named_parameters("layer"), ...norm.named_parameters("norm")];
  const explanation = await compiled.explain({ hidden }, () => ["batch", "sequence"], names);
  expect(explanation.recorded).toContain("%0: float32[batch, sequence, 16]  input hidden");
  expect(explanation.onnx).toContain("input   v0: float32[batch, sequence, 16]  input hidden");
  expect(explanation.onnx).toContain("weight  weight0: float32[32, 16]  parameter layer.weight");
  expect(explanation.onnx).toMatch(/LayerNormalization\(.*\): float32\[batch, sequence, 32\]/);
  expect(explanation.constants).toEqual({ inside: 3 * 32 * 4, beside: 32 * 16 * 4 });
});

test("a fused operation whose steps a gradient reads says so", () => {
  const heads = () => tensor(new Float32Array(2 * 3 * 4), { shape: [1, 2, 3, 4], requires_grad: true });
  const [query, key, value] = [heads(), heads(), heads()];
  const attended = scaledDotProductAttention(query, key, value);
  expect(explain(attended).recorded).not.toContain("(computed in its steps)");
  attended.sum().backward();
  const { operators, recorded } = explain([attended, query.grad!]);
  expect(recorded).toContain("(computed in its steps)");
  expect(operators.Softmax).toBe(1);
});

test("the times of operators, of recorded operations and of nodes, where they are asked for", async () => {
  const wide = tensor(new Float32Array(300 * 300), { shape: [300, 300] });
  const times = await explain(wide.matmul(wide).exp().matmul(wide)).profile({ runs: 2 });
  expect(times).toMatch(/^2 runs of [\d.]+ ms, [\d.]+ ms of it in operators\n/);
  const [, byOperator, byOperation] = times.split(/by operator\n|by recorded operation\n|by node\n/);
  expect(byOperator).toMatch(/ ms +[\d.]+ % {2}2 x MatMul/);
  expect(byOperator).toMatch(/ 1 x Exp/);
  expect(byOperation).toMatch(/ 2 x matmul/);
  expect(byOperation).toMatch(/ 1 x exp/);
  expect(times).toMatch(/= Exp, of exp\(float32\[300, 300\]\)/);
});

test("the times of steps that go through a matrix block by block, each once", async () => {
  const large = tensor(new Float32Array(2 ** 21), { shape: [2 ** 11, 2 ** 10] });
  const times = await explain(large.mul(large).add(large).exp()).profile({ runs: 1 });
  expect(times).not.toContain("Scan");
  expect(times).toMatch(/ x Exp/);
  expect(times).toMatch(/= Exp, of exp\(float32\[2048, 1024\]\)/);
});

test("nothing is refused", () => {
  expect(() => explain({ loss: null })).toThrow("there is no tensor in this");
});
