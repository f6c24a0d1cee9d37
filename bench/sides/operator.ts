import * as ops from "../../src/tensor/index.js";
import { CompiledFunction, grad, Parameter, realize, type Tensor, tensor } from "../../src/tensor/index.js";
import { elements, ids, type OperatorSpec } from "../harness/operator-spec.js";
import { meanMilliseconds, readSideOptions, serve } from "../harness/serve.js";
import { version } from "./version.js";

type Options = Readonly<Record<string, never>>;
type Call = (inputs: readonly Tensor[], numbers: Tensor, options: Options) => Tensor;

/** Operators by the name that specifications give them. */
const calls: Readonly<Record<string, Call>> = {
  linear: ([x, weight, bias]) => ops.linear(x!, weight!, bias),
  matmul: ([a, b]) => ops.matmul(a!, b!),
  conv2d: ([x, weight], _, options) => ops.conv2d(x!, weight!, null, options),
  layer_norm: ([x, weight, bias]) => ops.layer_norm(x!, [x!.shape.at(-1)!], weight, bias),
  softmax: ([x]) => ops.softmax(x!, -1),
  gelu: ([x]) => ops.gelu(x!),
  attention: ([query, key, value], _, options) =>
    ops.scaledDotProductAttention(query!, key!, value!, { ...(options as object), enable_gqa: true }),
  embedding: ([table], rows) => ops.embedding(rows, table!),
  cross_entropy: ([logits], classes) => ops.cross_entropy(logits!, classes),
  interpolate: ([x], _, options) => ops.interpolate(x!, options),
};

const { spec: text } = readSideOptions();
const spec = JSON.parse(text) as OperatorSpec;
const data = spec.shapes.map((shape, i) =>
  elements(
    shape.reduce((product, dim) => product * dim, 1),
    i,
    spec.weights?.includes(i) ? spec.scale : 1,
  ),
);
const limit = spec.op === "embedding" ? spec.shapes[0]![0]! : (spec.shapes[0]!.at(-1) ?? 1);
const numbers = tensor(ids(spec.ids ?? 1, limit));
const options = (spec.options ?? {}) as Options;
const apply = (inputs: readonly Tensor[], numbers: Tensor) => calls[spec.op]!(inputs, numbers, options);

const call = spec.backward ? backward() : forward();
const results = await call();
const check = results.flatMap((result) => Array.from(result.data.subarray(0, 16), Number));
/** The results go as soon as they are there, as a reference count would have it. */
const measured = async () => {
  for (const result of await call()) result.release();
};
const begin = performance.now();
await measured();
const once = performance.now() - begin;
await serve({ version, check }, () => meanMilliseconds(Math.max(2, Math.round(300 / once)), measured));

/** As a model is called: its weights are constants of the session. */
function forward(): () => Promise<Tensor[]> {
  const weights = new Map(
    spec.weights?.map((i) => {
      const dims = spec.shapes[i]!;
      return [i, new Parameter(dims, { dtype: "float32", dims, data: data[i]! })] as const;
    }),
  );
  const activations = data.flatMap((array, i) =>
    weights.has(i) ? [] : [tensor(array, { shape: spec.shapes[i]! })],
  );
  const compiled = new CompiledFunction((given: { activations: Tensor[]; numbers: Tensor }) => {
    const rest = [...given.activations];
    return apply(
      data.map((_, i) => weights.get(i) ?? rest.shift()!),
      given.numbers,
    );
  });
  return async () => [await compiled.call({ activations, numbers })];
}

/** As a training step does it: everything is an input, and every floating input gets its gradient. */
function backward(): () => Promise<Tensor[]> {
  let cotangent: Float32Array | null = null;
  return async () => {
    const inputs = data.map((array, i) => tensor(array, { shape: spec.shapes[i]!, requires_grad: true }));
    const output = apply(inputs, numbers);
    const shape = output.shape as readonly number[];
    const count = shape.reduce((product, dim) => product * dim, 1);
    cotangent ??= elements(count, 99);
    const gradients = grad(output, inputs, { gradOutputs: [tensor(cotangent, { shape })] });
    await realize([output, ...gradients]);
    return [output, ...gradients];
  };
}
