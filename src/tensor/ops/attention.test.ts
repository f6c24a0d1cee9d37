import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../../tests/support/recorded.js";
import { callRecorded, type RecordedCase } from "../../../tests/support/recorded-ops/index.js";
import { CompiledFunction } from "../compile.js";
import { explain } from "../explain.js";
import { Generator } from "../generator.js";
import { grad } from "../gradient.js";
import { no_grad } from "../node.js";
import type { Tensor } from "../tensor.js";
import { scaled_dot_product_attention, scaledDotProductAttention } from "./attention.js";
import { where } from "./choice.js";
import { full, ones, tensor, zeros } from "./creation.js";
import { rand } from "./random.js";

const folder = fileURLToPath(new URL("../fixtures/ops/", import.meta.url));

/** What is computed without a gradient takes other kernels than what recorded.test.ts computes with one. */
describe.each(["attention", "sdpa"])("without a gradient, as PyTorch: %s", async (room) => {
  const tensors = await readRecorded(`${folder}${room}.safetensors`);
  const cases = readJson<readonly RecordedCase[]>(folder, `${room}.json`);
  const table = cases.map((recorded) => [recorded.name, recorded] as const);
  const inputsOf = ({ inputs }: RecordedCase) => inputs.map((key) => key && tensors.get(key)!) as Tensor[];
  const check = (actual: Tensor, { outputs }: RecordedCase) => {
    const expected = tensors.get(outputs[0]!)!;
    expect(String(actual)).toBe(String(expected));
    expect(furthest(actual, expected)).toBeLessThan(1e-5);
  };

  test.each(table)("%s", async (_, recorded) => {
    const [output] = no_grad(() => callRecorded(recorded, inputsOf(recorded)));
    check(await output!.realize(), recorded);
  });

  test.each(table)("heads as a projection leaves them: %s", async (_, recorded) => {
    const inputs = inputsOf(recorded);
    const projected = await Promise.all(inputs.map((x, i) => (i < 3 && x.rank === 4 ? swapped(x) : x)));
    const output = no_grad(() => {
      const heads = projected.map((x, i) => (x === inputs[i] ? x : x.transpose(1, 2)));
      return callRecorded(recorded, heads)[0]!;
    });
    check(await output.realize(), recorded);
  });

  const symbolic = table.filter(([, { inputs }]) => tensors.get(inputs[0]!)!.rank === 4);
  test.each(symbolic)("sizes of one compiled function: %s", async (_, recorded) => {
    const inputs = inputsOf(recorded);
    const compiled = new CompiledFunction((given: readonly Tensor[]) => callRecorded(recorded, given)[0]!);
    const total = inputs[0]!.shape[2] === inputs[1]!.shape[2] ? "length" : "total";
    const axes = [
      ["batch", null, "length"],
      ["batch", null, total],
      ["batch", null, total],
      ["batch", null, "length", total].slice(4 - (inputs[3]?.rank ?? 4)),
    ];
    const output = await compiled.call(inputs, ([position]) => axes[Number(position)]!);
    check(output, recorded);
    await compiled.release();
  });
});

/** A realised copy with axes 1 and 2 exchanged. */
function swapped(x: Tensor): Promise<Tensor> {
  return x.transpose(1, 2).realize();
}

function numbersOf(x: Tensor): number[] {
  return Array.from(x.data as Float32Array);
}

function furthest(actual: Tensor, expected: Tensor): number {
  const references = numbersOf(expected);
  const apart = numbersOf(actual).map((value, i) => Math.abs(value - references[i]!));
  return apart.reduce((most, value) => (value <= most ? most : value), 0); // NaN is further than anything
}

test("causal attention of a symbolic length is that of each length, with as many key heads as heads or fewer", async () => {
  for (const keyHeads of [4, 2]) {
    const compiled = new CompiledFunction(([q, k, v]: readonly Tensor[]) =>
      scaled_dot_product_attention(q!, k!, v!, { is_causal: true, enable_gqa: true }),
    );
    for (const length of [1, 5, 300]) {
      const shape = (heads: number) => [2, heads, length, 8];
      const [q, k, v] = [4, keyHeads, keyHeads].map((heads, i) =>
        rand(shape(heads), { generator: new Generator(i) }),
      ) as [Tensor, Tensor, Tensor];
      await Promise.all([q, k, v].map((x) => x.realize()));
      const open = ones([length, length], { dtype: "bool" }).to("float32").tril().to("bool");
      const masked = scaledDotProductAttention(q, k, v, { mask: open, enable_gqa: true });
      await masked.realize();
      const output = await compiled.call([q, k, v], () => ["batch", null, "length"]);
      expect(furthest(output, masked)).toBeLessThan(1e-5);
    }
    expect(compiled.signatures).toBe(1);
    await compiled.release();
  }
});

test("a mask closes what causal attention leaves open, for known lengths and for any", async () => {
  const [q, k, v] = (await Promise.all(
    [0, 1, 2].map((seed) => rand([2, 2, 140, 4], { generator: new Generator(seed) }).realize()),
  )) as [Tensor, Tensor, Tensor];
  const open = await rand([2, 1, 1, 140], { generator: new Generator(3) })
    .gt(0.3)
    .realize();
  const causal = ones([140, 140]).tril().to("bool");
  const both = where(open, causal, full([], false));
  const expected = await scaled_dot_product_attention(q, k, v, { attn_mask: both }).realize();
  const blocks = scaled_dot_product_attention(q, k, v, { attn_mask: open, is_causal: true });
  expect(furthest(await blocks.realize(), expected)).toBeLessThan(1e-6);
  const compiled = new CompiledFunction(([query, key, value, attn_mask]: readonly Tensor[]) =>
    scaled_dot_product_attention(query!, key!, value!, { attn_mask, is_causal: true }),
  );
  const output = await compiled.call([q, k, v, open], ([position]) =>
    position === "3" ? ["batch", null, null, "length"] : ["batch", null, "length"],
  );
  expect(furthest(output, expected)).toBeLessThan(1e-6);
  await compiled.release();
});

test("the bias of projections goes into the operator, but not that of keys which lie head by head", async () => {
  const compiled = new CompiledFunction(([x, bias]: readonly Tensor[]) => {
    const heads = x!.add(bias!);
    return scaledDotProductAttention(heads, heads, heads);
  });
  const x = await rand([1, 2, 3, 4]).realize();
  const bias = tensor([1, 2, 3, 4]).to("float32");
  await bias.realize();
  const heads = x.add(bias);
  const expected = await heads.matmul(heads.mT, { alpha: 0.5 }).softmax(-1).matmul(heads).realize();
  const output = await compiled.call([x, bias], ([position]) => (position === "0" ? [null, null, "n"] : []));
  expect(furthest(output, expected)).toBeLessThan(1e-5);
  await compiled.release();
});

test.each(["float16", "bfloat16"] as const)("%s is computed in float32 and rounded once", async (dtype) => {
  const stored = await Promise.all(
    [0, 1, 2].map((seed) =>
      rand([1, 2, 6, 8], { generator: new Generator(seed) })
        .to(dtype)
        .realize(),
    ),
  );
  const [q, k, v] = stored as [Tensor, Tensor, Tensor];
  const narrow = await scaled_dot_product_attention(q, k, v, { is_causal: true }).realize();
  const [fq, fk, fv] = stored.map((x) => x.to("float32")) as [Tensor, Tensor, Tensor];
  const wide = scaled_dot_product_attention(fq, fk, fv, { is_causal: true }).to(dtype);
  await wide.realize();
  expect(narrow.dtype).toBe(dtype);
  expect(narrow.tolist()).toEqual(wide.tolist());
});

describe("dropout", () => {
  const [q, k] = [zeros([1, 2, 30, 4]), zeros([1, 2, 40, 4])];
  const v = ones([1, 2, 40, 1]);
  const attended = (dropout_p: number, options: { attn_mask?: Tensor } = {}) =>
    scaled_dot_product_attention(q, k, v, { dropout_p, generator: new Generator(1), ...options }).realize();

  test("keeps the mean, repeats with its generator, and lets gradients through where values went", async () => {
    const first = await attended(0.25);
    const values = numbersOf(first);
    // Each value is the share of 40 probabilities that were kept, over 0.75: standard deviation 0.091.
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 0.091) / Math.sqrt(values.length));
    expect(new Set(values).size).toBeGreaterThan(5);
    expect((await attended(0.25)).data).toEqual(first.data);

    const input = await rand([1, 1, 3, 4]).realize();
    const value = tensor(new Float32Array(12).fill(1), { shape: [1, 1, 3, 4], requires_grad: true });
    const options = { dropout_p: 0.5, generator: new Generator(2) };
    const output = scaled_dot_product_attention(input, input, value, options);
    const [gradient] = grad(output.sum(), [value]);
    await gradient!.realize();
    await output.realize();
    // With values of 1, an output is the sum of its row's kept probabilities, a gradient of its column's.
    const sum = (x: Tensor) => numbersOf(x).reduce((a, b) => a + b);
    expect(sum(gradient!)).toBeCloseTo(sum(output), 5);
  });

  test("at 1 gives 0, and at 0 what there is without it", async () => {
    expect(new Set(numbersOf(await attended(1)))).toEqual(new Set([0]));
    expect(numbersOf(await attended(0))).toEqual(new Array(60).fill(expect.closeTo(1, 6)));
  });

  test("of a row closed throughout gives 0", async () => {
    const attn_mask = zeros([30, 40], { dtype: "bool" });
    expect(new Set(numbersOf(await attended(0.5, { attn_mask })))).toEqual(new Set([0]));
  });
});

test("a mask that is promised to be finite gives the same, without a look for rows that it closes", async () => {
  const x = await rand([2, 4, 6, 8], { generator: new Generator(5) }).realize();
  const hidden = [0, 0, -3.4e38, 0, -3.4e38, 0];
  const attn_mask = tensor(Float32Array.from([...hidden, ...hidden]), { shape: [2, 1, 1, 6] });
  const attend = (options: object) =>
    no_grad(() => scaled_dot_product_attention(x, x, x, { attn_mask, ...options }));
  const [looked, promised] = [attend({}), attend({ mask_is_finite: true })];
  expect(explain(looked).onnx).toContain("Equal");
  expect(explain(promised).onnx).not.toContain("Equal");
  await looked.realize();
  expect(furthest(await promised.realize(), looked)).toBe(0);
  // A boolean mask closes with -infinity, whatever is promised.
  const none = zeros([6, 6], { dtype: "bool" });
  const closed = await attend({ attn_mask: none, mask_is_finite: true }).realize();
  expect(new Set(numbersOf(closed))).toEqual(new Set([0]));
});

describe("refuses", () => {
  const shaped = (...shape: number[]) => zeros(shape);
  const heads = shaped(1, 4, 3, 8);
  const attend = (options: object, q = heads, k = heads, v = heads) =>
    scaled_dot_product_attention(q, k, v, options);

  test.each([
    ["ranks that differ", () => attend({}, heads, shaped(4, 3, 8)), "SHAPE_MISMATCH", "key must be [batch"],
    [
      "key heads that serve several heads, unasked",
      () => attend({}, heads, shaped(1, 2, 3, 8), shaped(1, 2, 3, 8)),
      "SHAPE_MISMATCH",
      "pass enable_gqa: true",
    ],
    [
      "heads that are no multiple",
      () => attend({ enable_gqa: true }, heads, shaped(1, 3, 3, 8), shaped(1, 3, 3, 8)),
      "SHAPE_MISMATCH",
      "query [1, 4, 3, 8], key [1, 3, 3, 8]",
    ],
    ["another head_dim", () => attend({}, heads, shaped(1, 4, 3, 4)), "SHAPE_MISMATCH", "do not fit"],
    [
      "a mask of another shape",
      () => attend({ attn_mask: shaped(2, 3) }),
      "SHAPE_MISMATCH",
      "mask [2, 3] does not broadcast to the scores [1, 4, 3, 3]",
    ],
    [
      "a mask of whole numbers",
      () => attend({ attn_mask: zeros([3, 3], { dtype: "int64" }) }),
      "DTYPE_MISMATCH",
      "the mask must be bool (true: attend) or floating",
    ],
    [
      "two dtypes",
      () => attend({}, heads, zeros([1, 4, 3, 8], { dtype: "float64" })),
      "DTYPE_MISMATCH",
      "query is float32, key float64",
    ],
    ["a chance above 1", () => attend({ dropout_p: 1.5 }), "INVALID_ARGUMENT", "between 0 and 1"],
  ])("%s", (_, call, code, words) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});
