import * as ops from "../../src/tensor/index.js";
import { Generator, grad, type Tensor } from "../../src/tensor/index.js";

/** One call that stands for an op in the checks that run over all definitions. */
export interface DefinitionCase {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  call(...inputs: Tensor[]): Tensor | readonly Tensor[];
  /** float32 where there is no float64 kernel, or the result is float32. Default float64. */
  readonly dtype?: "float32";
  /** false: no gradient comes back. Default true. */
  readonly differentiable?: boolean;
}

/** Sizes of an input, "n" for one that differs between calls; its elements are of either sign unless said. */
export type Sizes = readonly (number | "n")[];
export type InputSpec =
  | Sizes
  | { readonly sizes: Sizes; readonly values: "positive" | "bool" }
  /** Whole numbers from 0 to below this one. */
  | { readonly sizes: Sizes; readonly below: number };

const positive = (...sizes: Sizes): InputSpec => ({ sizes, values: "positive" });
const bool = (...sizes: Sizes): InputSpec => ({ sizes, values: "bool" });
const below = (below: number, ...sizes: Sizes): InputSpec => ({ sizes, below });

const cases: DefinitionCase[] = [];

function on(
  name: string,
  inputs: readonly InputSpec[],
  call: DefinitionCase["call"],
  options: Pick<DefinitionCase, "dtype" | "differentiable"> = {},
) {
  cases.push({ name, inputs, call, ...options });
}

const single = { dtype: "float32" } as const;
const constant = { differentiable: false } as const;

// One operand
on("neg", [["n", 4]], ops.neg);
on("abs", [["n", 4]], ops.abs);
on("sign", [["n", 4]], ops.sign);
on("exp", [["n", 4]], ops.exp);
on("log", [positive("n", 4)], ops.log);
on("sqrt", [positive("n", 4)], ops.sqrt);
on("reciprocal", [["n", 4]], ops.reciprocal);
on("floor", [["n", 4]], ops.floor);
on("sin", [["n", 4]], ops.sin);
on("cos", [["n", 4]], ops.cos);
on("tanh", [["n", 4]], ops.tanh);
on("sigmoid", [["n", 4]], ops.sigmoid);
on("erf", [["n", 4]], ops.erf, single);
on("to", [["n", 4]], (x) => ops.to(x, "float32"), single);
on("to int64", [["n", 4]], (x) => ops.to(x, "int64"), constant);
on("detach", [["n", 4]], ops.detach, constant);
on("gate", [["n", 4]], (x) => ops.gate(x, 0), constant);
on("logical_not", [bool("n", 4)], ops.logical_not, constant);
on("isnan", [["n", 4]], ops.isnan, constant);
on("clamp", [["n", 4]], (x) => ops.clamp(x, { min: -1, max: 1.5 }));
on("clamp below", [["n", 4]], (x) => ops.clamp(x, { min: 0.1 }));
on("relu", [["n", 4]], ops.relu);
on("relu6", [["n", 4]], (x) => ops.relu6(x.mul(5)));
on("gelu", [["n", 4]], (x) => ops.gelu(x), single);
on("gelu by tanh", [["n", 4]], (x) => ops.gelu(x, { approximate: "tanh" }));
on("softplus", [["n", 4]], (x) => ops.softplus(x, { beta: 2, threshold: 3 }), single);
on("mish", [["n", 4]], ops.mish, single);
on("leaky_relu", [["n", 4]], (x) => ops.leaky_relu(x, { negative_slope: 0.2 }), single);
on("elu", [["n", 4]], (x) => ops.elu(x, { alpha: 0.5 }), single);

// Two operands, which broadcast in either direction
const crossed: readonly InputSpec[] = [
  ["n", 1, 4],
  [3, 1],
];
on("add", crossed, (a, b) => ops.add(a, b, { alpha: 2 }));
on("sub", crossed, (a, b) => ops.sub(a, b, { alpha: 2 }));
on("mul", crossed, ops.mul);
on("div", crossed, (a, b) => ops.div(a, b));
on("pow", [positive("n", 1, 4), [3, 1]], ops.pow);
on("pow by a number", [["n", 4]], (x) => ops.pow(x, 3));
on("maximum", crossed, ops.maximum);
on("minimum", crossed, ops.minimum);
on("fmod", [below(9, "n", 4), [4]], (a, b) => ops.div(a, b, { rounding_mode: "floor" }));
on("eq", crossed, ops.eq, constant);
on("ne", crossed, ops.ne, constant);
on("lt", crossed, ops.lt, constant);
on("le", crossed, ops.le, constant);
on("gt", crossed, ops.gt, constant);
on("ge", crossed, ops.ge, constant);
on("logical_and", [bool("n", 1), bool(4)], ops.logical_and, constant);
on("logical_or", [bool("n", 1), bool(4)], ops.logical_or, constant);
on("where", [bool(3, 1), ["n", 1, 4], []], ops.where);

// Reductions
on("sum", [["n", 3, 4]], (x) => ops.sum(x, [0, -1]));
on("sum kept", [["n", 3, 4]], (x) => ops.sum(x, 0, true));
on("mean", [["n", 3, 4]], (x) => ops.mean(x, [0, 1]));
on("amax", [["n", 3, 4]], (x) => ops.amax(x, 1));
on("amin", [["n", 3, 4]], (x) => ops.amin(x, [-1], true));
on("prod", [["n", 3]], (x) => ops.prod(x, 1));
on("logsumexp", [["n", 3, 4]], (x) => ops.logsumexp(x, [0, 2]));
on("variance", [["n", 3, 4]], (x) => ops.variance(x, [1, 2]));
on("all", [bool("n", 4)], (x) => ops.all(x, 1), constant);
on("any", [bool("n", 4)], (x) => ops.any(x, 0), constant);
on("argmax", [["n", 4]], (x) => ops.argmax(x, 1), constant);
on("argmin", [["n", 4]], (x) => ops.argmin(x, 1, true), constant);
on("cumsum", [["n", 4]], (x) => ops.cumsum(x, 0));
on("softmax", [["n", 4]], (x) => ops.softmax(x, 0));
on("log_softmax", [["n", 4]], (x) => ops.log_softmax(x, -1));
on("layer_norm", [["n", 2, 4], positive(2, 4), [2, 4]], (x, w, b) => ops.layer_norm(x, [2, 4], w, b));
on(
  "layer_norm in float32",
  [["n", 2, 4], positive(2, 4), [2, 4]],
  (x, w, b) => ops.layer_norm(x, [2, 4], w, b),
  single,
);
on("layer_norm without bias", [["n", 4], positive(4)], (x, w) => ops.layer_norm(x, [4], w));

// Products
on(
  "matmul",
  [
    ["n", 2, 3],
    ["n", 3, 4],
  ],
  (a, b) => ops.matmul(a, b),
);
on(
  "matmul of batches by one",
  [
    ["n", 2, "n", 3],
    [3, 4],
  ],
  (a, b) => ops.matmul(a, b, { alpha: 0.5 }),
);
on(
  "matmul of one by batches",
  [
    [2, 3],
    ["n", 3, 4],
  ],
  (a, b) => ops.matmul(a, b),
);
on("matmul with itself, transposed", [["n", 3]], (x) => ops.matmul(x, x.mT));
on("matmul of vectors", [["n"], ["n"]], (a, b) => ops.matmul(a, b));
on("linear", [["n", 2, 3], [4, 3], [4]], (x, w, b) => ops.linear(x, w, b));
on(
  "scaled_dot_product_attention",
  [
    [2, 3, "n", 4],
    [2, 3, 5, 4],
    [2, 3, 5, 2],
    ["n", 5],
  ],
  (q, k, v, mask) => ops.scaledDotProductAttention(q, k, v, { mask }),
  single,
);
on(
  "causal attention",
  [
    ["n", 2, "n", 4],
    ["n", 2, "n", 4],
    ["n", 2, "n", 4],
  ],
  (q, k, v) => ops.scaledDotProductAttention(q, k, v, { is_causal: true }),
  single,
);

// Movement
on("reshape", [["n", 2, 6]], (x) => ops.reshape(x, [-1, 3]));
on("reshape beside a symbolic size", [["n", 2, 6]], (x) => ops.reshape(x, [x.shape[0]!, 3, -1]));
on("permute", [["n", 2, 3]], (x) => ops.permute(x, [2, 0, 1]));
on("expand", [["n", 1, 4]], (x) => ops.expand(x, [2, -1, 3, 4]));
on("expand to a symbolic size", [[1, 4], ["n"]], (x, like) => ops.expand(x, [like.shape[0]!, 4]));
on(
  "cat",
  [
    ["n", 2],
    [3, 2],
    ["n", 2],
  ],
  (a, b, c) => ops.cat([a, b, c]),
);
on(
  "stack",
  [
    ["n", 2],
    ["n", 2],
  ],
  (a, b) => ops.stack([a, b], 1),
);
on("slice", [["n", 6]], (x) => ops.slice(x, 1, 1, -1));
on("slice of every second", [["n", 6]], (x) => ops.slice(x, 1, 1, null, 2));
on("slice to a symbolic size", [[7, 2], ["n"]], (x, like) => ops.slice(x, 0, 0, like.shape[0]!));
on(
  "unslice",
  [
    ["n", 6],
    ["n", 4],
  ],
  (x, dy) => gradientOf(ops.slice(x, 1, 1, -1), x, dy),
);
on(
  "unslice of every second",
  [
    ["n", 6],
    ["n", 3],
  ],
  (x, dy) => gradientOf(ops.slice(x, 1, 0, 6, 2), x, dy),
);
on("select", [["n", 3, 4]], (x) => ops.select(x, 1, -1));
on("split", [["n", 6]], (x) => ops.split(x, [1, 2, 3], 1));
on("flip", [["n", 3, 4]], (x) => ops.flip(x, [0, 2]));
on("triangle", [["n", 4]], (x) => [ops.tril(x, -1), ops.triu(x, 1)]);

// Indexing
on("index_select", [[5, 3], below(5, "n", 2)], (x, at) => ops.index_select(x, 0, at));
on("index_select along a middle axis", [["n", 5, 2], below(5, 4)], (x, at) => ops.index_select(x, 1, at));
on("embedding", [[5, 3], below(4, "n", 4)], (w, ids) => ops.embedding(ids, w, { padding_idx: 4 }));
on("add_rows", [[5, 3], below(5, "n"), ["n", 3]], (x, at, dy) =>
  gradientOf(ops.index_select(x, 0, at), x, dy),
);
on("gather", [["n", 5], below(5, "n", 3)], (x, at) => ops.gather(x, 1, at));
on("scatter_add", [["n", 5], below(5, "n", 3), ["n", 3]], (x, at, source) =>
  ops.scatter_add(x, 1, at, source),
);
on("one_hot", [below(5, "n")], (at) => ops.one_hot(at, 5), constant);

// Losses
on("cross_entropy", [["n", 5], below(5, "n")], (logits, targets) =>
  ops.cross_entropy(logits, targets, { label_smoothing: 0.1 }),
);
on("kl_div", [["n", 5], positive("n", 5)], (logits, target) =>
  ops.kl_div(ops.log_softmax(logits, 1), target, { reduction: "batchmean" }),
);
on(
  "binary_cross_entropy_with_logits",
  [["n", 5], positive("n", 5)],
  (logits, target) => ops.binary_cross_entropy_with_logits(logits, target),
  single,
);

// From nothing
on("full", [["n", 4]], (x) => ops.full([x.shape[0]!, 2], 3), constant);
on("arange", [["n", 4]], (x) => ops.arange(1, x.shape[0]), constant);
on("dim", [["n", 4]], (x) => ops.dimTensor(x.shape[0]!), constant);
on("random_bits", [["n", 4]], (x) => ops.random_bits(x.shape, { generator: new Generator(1) }), constant);
on("dropout", [["n", 4]], (x) => ops.dropout(x, 0.4, { generator: new Generator(1) }));

export const definitionCases: readonly DefinitionCase[] = cases;

function gradientOf(output: Tensor, input: Tensor, gradOutput: Tensor): Tensor {
  return grad(output, [input], { gradOutputs: [gradOutput] })[0]!;
}
