import { describe, expect, test } from "vitest";
import { addDims, type Dim, symbol } from "../../onnx/dim.js";
import type { DType } from "../../runtime/dtype.js";
import { CompiledFunction } from "../compile.js";
import { grad } from "../gradient.js";
import { createLeaf } from "../node.js";
import type { NestedList, Tensor } from "../tensor.js";
import * as ops from "./index.js";

const { tensor, zeros } = ops;
const x = zeros([2, 3, 4]);
const [sequence] = createLeaf({ dtype: "float32", shape: [symbol("n"), 3] }).outputs as [Tensor];

describe("what does not fit is refused", () => {
  test.each<[string, string, () => unknown, string]>([
    [
      "unflatten",
      "SHAPE_MISMATCH",
      () => x.unflatten(1, [2, 2]),
      "unflatten: the elements of [3] do not fill [2, 2]",
    ],
    ["view_as", "SHAPE_MISMATCH", () => x.view_as(zeros([5])), "the elements of [2, 3, 4] do not fill [5]"],
    ["squeeze of an axis twice", "SHAPE_MISMATCH", () => x.squeeze([0, -3]), "name one axis twice"],
    [
      "movedim of an axis twice",
      "SHAPE_MISMATCH",
      () => x.movedim([0, 0], [1, 2]),
      "movedim: axes [0, 0] name one axis twice",
    ],
    [
      "movedim of more axes than places",
      "INVALID_ARGUMENT",
      () => x.movedim([0, 1], 2),
      "movedim: [0, 1] and [2] must name as many axes",
    ],
    [
      "expand of a new axis by -1",
      "SHAPE_MISMATCH",
      () => x.expand([-1, 2, 3, 4]),
      "expand: [2, 3, 4] does not expand to [-1, 2, 3, 4]",
    ],
    [
      "roll without a shift for each axis",
      "INVALID_ARGUMENT",
      () => x.roll(1, [0, 1]),
      "roll: 1 shifts for 2 axes",
    ],
    ["roll by halves", "INVALID_ARGUMENT", () => x.roll(0.5, 0), "roll: [0.5] are no whole shifts"],
    [
      "rot90 of one axis",
      "INVALID_ARGUMENT",
      () => x.rot90(1, [0, -3]),
      "rot90: [0, -3] name one axis twice",
    ],
    [
      "cat of other sizes",
      "SHAPE_MISMATCH",
      () => ops.cat([x, zeros([2, 3, 5])], 1),
      "cat: [2, 3, 4] and [2, 3, 5] differ elsewhere than along axis 1",
    ],
    [
      "stack of other sizes",
      "SHAPE_MISMATCH",
      () => ops.stack([x, zeros([2, 3])]),
      "stack: expected tensors of one shape, got [2, 3, 4] and [2, 3]",
    ],
    ["stack of nothing", "INVALID_ARGUMENT", () => ops.stack([]), "stack: expected at least one tensor"],
    [
      "repeat with fewer numbers",
      "SHAPE_MISMATCH",
      () => x.repeat([2]),
      "repeat: expected a number for each axis of float32[2, 3, 4], got [2]",
    ],
    [
      "repeat a negative number of times",
      "INVALID_ARGUMENT",
      () => x.repeat([1, 1, -1]),
      "repeat: [1, 1, -1] are no numbers of repetitions",
    ],
    [
      "repeat_interleave with other numbers",
      "SHAPE_MISMATCH",
      () => x.repeat_interleave(tensor([1, 2]), 1),
      "repeats [2] must hold a number for each of the 3 entries of axis 1",
    ],
    [
      "repeat_interleave with another size",
      "SHAPE_MISMATCH",
      () => x.repeat_interleave(2, 1, { output_size: 5 }),
      "output_size is 5, but the repetitions add up to 6",
    ],
    [
      "repeat_interleave by what is not known",
      "NOT_REALIZED",
      () => x.repeat_interleave(ops.arange(3), 1),
      "give output_size, or await repeats.realize() first",
    ],
    [
      "repeat_interleave by floats",
      "DTYPE_MISMATCH",
      () => x.repeat_interleave(zeros([3]), 1),
      "indices must be int64 or int32, got float32",
    ],
    [
      "meshgrid of matrices",
      "SHAPE_MISMATCH",
      () => ops.meshgrid([x]),
      "meshgrid: expected tensors of rank 1, got float32[2, 3, 4]",
    ],
    [
      "meshgrid of another order",
      "INVALID_ARGUMENT",
      () => ops.meshgrid([zeros([2])], { indexing: "yx" as "xy" }),
      'indexing is "ij" or "xy", not "yx"',
    ],
    [
      "narrow beyond the end",
      "SHAPE_MISMATCH",
      () => x.narrow(2, 3, 2),
      "narrow: 2 entries from 3 on do not lie within axis 2 of size 4",
    ],
    [
      "unbind of a symbolic size",
      "SHAPE_MISMATCH",
      () => sequence.unbind(0),
      "unbind: axis 0 of symbolic size n cannot be taken apart",
    ],
    [
      "a slice backwards",
      "INVALID_ARGUMENT",
      () => x.slice(0, 1, 0, -1),
      "slice: step must be a positive whole number, not -1; flip() reverses an axis",
    ],
    [
      "a slice from a fraction",
      "INVALID_ARGUMENT",
      () => x.slice(0, 0.5),
      "slice: bounds are whole numbers, not 0.5",
    ],
    [
      "split into other lengths",
      "SHAPE_MISMATCH",
      () => x.split([1, 1], 2),
      "split: lengths [1, 1] do not add up to 4",
    ],
    [
      "diagonal of one axis",
      "SHAPE_MISMATCH",
      () => x.diagonal({ dim1: 1, dim2: -2 }),
      "diagonal: dim1 and dim2 are one axis, 1",
    ],
    [
      "diagonal of a size that is not known",
      "SHAPE_MISMATCH",
      () => sequence.diagonal(),
      "which of the sizes n and 3 is smaller is not known",
    ],
    [
      "diag of three axes",
      "SHAPE_MISMATCH",
      () => x.diag(),
      "diag: expected one or two axes, got float32[2, 3, 4]",
    ],
    [
      "trace of a vector",
      "SHAPE_MISMATCH",
      () => zeros([3]).trace(),
      "trace: expected a matrix, got float32[3]",
    ],
    [
      "pad of an odd list",
      "INVALID_ARGUMENT",
      () => ops.pad(x, [1]),
      "pad: expected two numbers for each of at most 3 axes, got [1]",
    ],
    ["pad of more axes", "INVALID_ARGUMENT", () => ops.pad(zeros([2]), [1, 1, 1, 1]), "at most 1 axes"],
    [
      "pad that takes more than there is",
      "SHAPE_MISMATCH",
      () => ops.pad(x, [-3, -2]),
      "pad: axis 2 of [2, 3, 4] has fewer entries than -3 and -2 take away",
    ],
    [
      "pad of an unknown mode",
      "INVALID_ARGUMENT",
      () => ops.pad(x, [1, 1], { mode: "wrap" as "circular" }),
      'not "wrap"',
    ],
    [
      "pad of a value with a mode that has none",
      "INVALID_ARGUMENT",
      () => ops.pad(x, [1, 1], { mode: "reflect", value: 0 }),
      'value goes with mode "constant", not "reflect"',
    ],
    [
      "pad of ints with a fraction",
      "DTYPE_MISMATCH",
      () => ops.pad(tensor([1]), [1, 1], { value: 0.5 }),
      "pad: int64 holds no 0.5",
    ],
    [
      "pad that mirrors too much",
      "SHAPE_MISMATCH",
      () => ops.pad(x, [4, 0], { mode: "reflect" }),
      "pad: axis 2 of size 4 has no 4 entries to reflect",
    ],
    [
      "pad that goes round more than once",
      "SHAPE_MISMATCH",
      () => ops.pad(x, [0, 5], { mode: "circular" }),
      "pad: axis 2 of size 4 has no 5 entries to repeat",
    ],
    [
      "pad of an edge that is not there",
      "SHAPE_MISMATCH",
      () => ops.pad(zeros([0]), [1, 1], { mode: "replicate" }),
      "pad: axis 0 of size 0 has no 1 entries to replicate",
    ],
    [
      "windows wider than the axis",
      "INVALID_ARGUMENT",
      () => x.unfold(1, 4, 1),
      "unfold: no windows of 4 entries lie along axis 1 of size 3",
    ],
    [
      "windows without a step",
      "INVALID_ARGUMENT",
      () => x.unfold(1, 2, 0),
      "unfold: step must be at least 1, not 0",
    ],
    [
      "unfold of a matrix",
      "SHAPE_MISMATCH",
      () => ops.unfold(zeros([2, 3]), 2),
      "unfold: expected [batch, channels, height, width] with known height and width, got float32[2, 3]",
    ],
    [
      "unfold of blocks that do not fit",
      "SHAPE_MISMATCH",
      () => ops.unfold(x, 4),
      "unfold: no block of 4 x 4 (dilation 1, 1) fits into 3 x 4 with padding 0, 0",
    ],
    [
      "fold of another number of blocks",
      "SHAPE_MISMATCH",
      () => ops.fold(zeros([1, 4, 5]), 3, 2),
      "fold: [1, 4, 5] are not 2 x 2 blocks of channels times 2 x 2 entries",
    ],
    [
      "fold of half a channel",
      "SHAPE_MISMATCH",
      () => ops.fold(zeros([1, 6, 4]), 3, 2),
      "fold: [1, 6, 4] are not",
    ],
    [
      "fold without a stride",
      "INVALID_ARGUMENT",
      () => ops.fold(zeros([1, 4, 4]), 3, 2, { stride: [1, 0] }),
      "fold: stride must be one or two whole numbers from 1 on, got [1, 0]",
    ],
    [
      "pixel_shuffle of other channels",
      "SHAPE_MISMATCH",
      () => ops.pixel_shuffle(x, 2),
      "pixel_shuffle: 2 channels are not a multiple of 2 * 2",
    ],
    [
      "pixel_unshuffle of other sizes",
      "SHAPE_MISMATCH",
      () => ops.pixel_unshuffle(x, 2),
      "pixel_unshuffle: height 3 and width 4 are not multiples of 2",
    ],
  ])("%s", (_, code, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });
});

test("squeeze takes several axes, and leaves those of another size", () => {
  const ones = zeros([1, 2, 1, 3, 1]);
  expect(ones.squeeze([0, -1]).shape).toEqual([2, 1, 3]);
  expect(ones.squeeze([1, 2]).shape).toEqual([1, 2, 3, 1]);
  expect(ones.squeeze([]).shape).toEqual([1, 2, 1, 3, 1]);
});

test("numbers of repetitions may be computed where the size is given", async () => {
  const rows = tensor([[1.5], [2.5], [3.5]], { requires_grad: true });
  const repeated = rows.repeat_interleave(ops.arange(3), 0, { output_size: 3 });
  const [gradient] = grad(repeated.mul(tensor([[1], [10], [100]])).sum(), [rows]);
  expect(await list(repeated)).toEqual([[2.5], [3.5], [3.5]]);
  expect(await list(gradient!)).toEqual([[0], [1], [110]]);
});

describe("sizes stay symbolic", () => {
  test.each<[string, Tensor, string]>([
    ["every second", sequence.slice(0, 1, null, 2), "[floor(n/2), 3]"],
    ["windows", sequence.unfold(0, 4, 2), "[floor(n/2) - 1, 3, 4]"],
    ["repeat", sequence.repeat([2, 1]), "[2*n, 3]"],
    ["pad", ops.pad(sequence, [0, 0, 1, 2]), "[n + 3, 3]"],
    ["diag_embed", sequence.diag_embed(), "[n, 3, 3]"],
  ])("%s", (_, actual, shape) => {
    expect(String(actual)).toBe(`float32${shape.replace("floor(n/2)", "floor((n)/2)")}`);
  });
});

describe("an axis that turns out to be empty", () => {
  const calls: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    slice: (x) => x.slice(0, 0, null, 2),
    roll: (x) => x.roll(1, 0),
    repeat: (x) => x.repeat([2, 2]),
    repeat_interleave: (x) => x.repeat_interleave(2, 0),
    flip: (x) => x.flip(0),
    pad: (x) => ops.pad(x, [0, 0, 1, 1]).slice(0, 1, -1),
    diagonal: (x) => x.matmul(x.mT).diagonal(),
    diag_embed: (x) => x.diag_embed(),
    sort: (x) => x.sort(1).values,
    "sort along it": (x) => x.sort(0).values,
    index_select: (x) => x.index_select(1, tensor([1, 1])),
    at: (x) => x.at([":", tensor([0, 1])]),
    einsum: (x) => ops.einsum("ni,nj->ij", [x, x]),
    "batches of products of nothing": (x) => x.unsqueeze(0).expand([3, -1, -1]).mT.matmul(x),
    "the same with a factor": (x) => x.mT.unsqueeze(0).expand([3, -1, -1]).matmul(x, { alpha: 0.5 }),
  };
  test.each(Object.entries(calls))("%s", async (_, call) => {
    const compiled = new CompiledFunction((input: Tensor) => call(input));
    for (const rows of [2, 0]) {
      const input = tensor(
        Float32Array.from({ length: rows * 3 }, (_, i) => i + 1),
        { shape: [rows, 3] },
      );
      const actual = await compiled.call(input, () => ["n"]);
      const expected = await call(input).realize();
      expect(actual.shape).toEqual(expected.shape);
      expect(actual.tolist()).toEqual(expected.tolist());
      if (rows === 0) expect(actual.data.every((value) => Number(value) === 0)).toBe(true);
    }
    await compiled.release();
  });
});

/** What PyTorch recorded in float32, in every other dtype: ones and zeros, which all of them hold. */
describe("every dtype", () => {
  const bits = [
    [1, 0, 1, 1],
    [0, 0, 1, 0],
  ];
  const at = tensor([[1, 0, 1, 0]]);
  const calls: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    reshape: (x) => x.reshape([4, 2]),
    transpose: (x) => x.transpose(0, 1),
    expand: (x) => x.unsqueeze(1).expand([2, 2, 4]),
    repeat: (x) => x.repeat([2, 1]),
    cat: (x) => ops.cat([x, x], 1),
    slice: (x) => x.slice(1, 1, null, 2),
    flip: (x) => x.flip([0, 1]),
    roll: (x) => x.roll(1, 1),
    pad: (x) => ops.pad(x, [1, -1], { value: 1 }),
    reflect: (x) => ops.pad(x, [1, 1], { mode: "reflect" }),
    unfold: (x) => x.unfold(1, 2, 1),
    im2col: (x) => ops.unfold(x.unsqueeze(0), 2, { padding: 1, stride: 2 }),
    diagonal: (x) => x.diagonal({ offset: 1 }),
    diag_embed: (x) => x.diag_embed(),
    tril: (x) => x.tril(1),
    index_select: (x) => x.index_select(1, tensor([3, 0])),
    gather: (x) => x.gather(0, at),
    scatter: (x) => x.scatter(0, at, x.slice(0, 1)),
    index_copy: (x) => x.index_copy(0, tensor([1]), x.slice(0, 0, 1)),
    at: (x) => x.at([tensor([1, 0]), tensor([2, -1])]),
    index_put: (x) => x.index_put([0, { start: 2 }], 0),
    masked_scatter: (x) => x.masked_scatter(tensor([true, false, true, false]), x.flip(0)),
    sort: (x) => x.sort(1, { descending: true }).values,
    topk: (x) => x.topk(2, 1, { largest: false }).values,
  };
  const numbers: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    fold: (x) => ops.fold(x.reshape([1, 4, 2]), [2, 3], 2),
    matmul: (x) => x.matmul(x.mT),
    einsum: (x) => ops.einsum("ij,kj->ik", [x, x]),
    scatter_add: (x) => x.scatter_add(0, at, x.slice(0, 1)),
    amax: (x) => x.scatter_reduce(0, at, x.slice(0, 0, 1), "amax"),
    index_add: (x) => x.index_add(0, tensor([1, 1]), x),
    trace: (x) => x.trace(),
  };
  const narrow = ["float16", "bfloat16", "int16", "int8", "uint8", "uint32"] as const;
  const dtypes: readonly DType[] = ["float64", "int64", "int32", ...narrow, "bool"];
  test.each(dtypes.flatMap((dtype) => Object.keys(calls).map((name) => [dtype, name] as const)))(
    "%s %s",
    async (dtype, name) => {
      const actual = calls[name]!(tensor(bits, { dtype: "float32" }).to(dtype));
      expect(actual.dtype).toBe(dtype);
      expect(await list(actual.to("float32"))).toEqual(
        await list(calls[name]!(tensor(bits, { dtype: "float32" }))),
      );
    },
  );
  test.each(
    dtypes
      .filter((dtype) => dtype !== "bool")
      .flatMap((dtype) => Object.keys(numbers).map((name) => [dtype, name] as const)),
  )("%s %s", async (dtype, name) => {
    const actual = numbers[name]!(tensor(bits, { dtype }));
    expect(await list(actual.to("float32"))).toEqual(
      await list(numbers[name]!(tensor(bits, { dtype: "float32" }))),
    );
  });
});

test("a symbolic length is a bound like any other", async () => {
  const compiled = new CompiledFunction((input: Tensor) =>
    zeros([5]).slice(0, 1, addDims(input.shape[0] as Dim, 1)),
  );
  const input = await zeros([3]).realize();
  expect((await compiled.call(input, () => ["n"])).shape).toEqual([3]);
  await compiled.release();
});

async function list(x: Tensor): Promise<NestedList> {
  await x.realize();
  return x.tolist();
}
