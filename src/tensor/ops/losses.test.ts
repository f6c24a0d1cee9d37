import { describe, expect, test } from "vitest";
import { grad } from "../gradient.js";
import { realize } from "../realize.js";
import type { Tensor } from "../tensor.js";
import { tensor, zeros } from "./creation.js";
import { cross_entropy, nll_loss } from "./cross-entropy.js";
import { ctc_loss } from "./ctc-loss.js";
import {
  binary_cross_entropy,
  gaussian_nll_loss,
  huber_loss,
  kl_div,
  mse_loss,
  smooth_l1_loss,
} from "./losses.js";
import { log_softmax } from "./normalization.js";
import { rand } from "./random.js";
import {
  cosine_embedding_loss,
  margin_ranking_loss,
  multi_margin_loss,
  triplet_margin_loss,
} from "./ranking-losses.js";

const ints = (...shape: number[]) => zeros(shape, { dtype: "int64" });
const numbers = (x: Tensor) => Array.from(x.data as Float32Array);

describe("shapes, dtypes and options that do not fit are refused", () => {
  const logits = zeros([3, 5]);
  const refusals: [string, () => Tensor, string, string][] = [
    [
      "targets of another batch",
      () => cross_entropy(logits, ints(4)),
      "SHAPE_MISMATCH",
      "go with targets [3], got [4]",
    ],
    ["targets with an axis too many", () => nll_loss(logits, ints(3, 1)), "SHAPE_MISMATCH", "got [3, 1]"],
    [
      "bools as classes",
      () => nll_loss(logits, ints(3).to("bool")),
      "DTYPE_MISMATCH",
      "class numbers (int64), got bool",
    ],
    [
      "whole numbers as logits",
      () => cross_entropy(logits.to("int64"), ints(3)),
      "DTYPE_MISMATCH",
      "expected a floating dtype",
    ],
    [
      "a number as logits",
      () => cross_entropy(zeros([]), ints()),
      "SHAPE_MISMATCH",
      "an axis of classes is missing",
    ],
    [
      "weights of other classes",
      () => cross_entropy(logits, ints(3), { weight: zeros([4]) }),
      "SHAPE_MISMATCH",
      "weight [4]",
    ],
    [
      "weights beside probabilities",
      () => cross_entropy(logits, logits, { weight: zeros([1]) }),
      "SHAPE_MISMATCH",
      "weight [1]",
    ],
    [
      "ignored probabilities",
      () => cross_entropy(logits, logits, { ignore_index: 1 }),
      "INVALID_ARGUMENT",
      "ignore_index",
    ],
    [
      "smoothing above 1",
      () => cross_entropy(logits, ints(3), { label_smoothing: 1.5 }),
      "INVALID_ARGUMENT",
      "label_smoothing",
    ],
    [
      "an unknown reduction",
      () => cross_entropy(logits, ints(3), { reduction: "max" as never }),
      "INVALID_ARGUMENT",
      '"mean", "sum", "none", not "max"',
    ],
    [
      "another unknown reduction",
      () => mse_loss(logits, logits, { reduction: "batchmean" as never }),
      "INVALID_ARGUMENT",
      "mse_loss: reduction must be",
    ],
    [
      "an unknown reduction of kl_div",
      () => kl_div(logits, logits, { reduction: "max" as never }),
      "INVALID_ARGUMENT",
      '"batchmean"',
    ],
    [
      "targets that would broadcast",
      () => mse_loss(logits, zeros([5])),
      "SHAPE_MISMATCH",
      "input [3, 5] and target [5]",
    ],
    ["a negative beta", () => smooth_l1_loss(logits, logits, { beta: -1 }), "INVALID_ARGUMENT", "beta"],
    ["a delta of 0", () => huber_loss(logits, logits, { delta: 0 }), "INVALID_ARGUMENT", "delta"],
    [
      "whole numbers as probabilities",
      () => binary_cross_entropy(ints(3), ints(3)),
      "DTYPE_MISMATCH",
      "floating",
    ],
    [
      "variances of another shape",
      () => gaussian_nll_loss(logits, logits, zeros([5])),
      "SHAPE_MISMATCH",
      "a variance [5]",
    ],
    [
      "vectors of rank 3",
      () => cosine_embedding_loss(zeros([2, 3, 4]), zeros([2, 3, 4]), ints(2, 3)),
      "SHAPE_MISMATCH",
      "[batch, width]",
    ],
    [
      "ranks that differ",
      () => margin_ranking_loss(zeros([3]), zeros([3]), zeros([1, 3])),
      "SHAPE_MISMATCH",
      "one rank",
    ],
    [
      "triplets of two widths",
      () => triplet_margin_loss(logits, logits, zeros([3, 4])),
      "SHAPE_MISMATCH",
      "one shape",
    ],
    [
      "an exponent of 3",
      () => multi_margin_loss(logits, ints(3), { p: 3 as never }),
      "INVALID_ARGUMENT",
      "p must be 1 or 2",
    ],
  ];
  test.each(refusals)("%s", (_, call, code, words) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});

describe("ctc_loss refuses", () => {
  const logs = zeros([6, 2, 4]);
  const refusals: [string, () => Tensor, string, string][] = [
    ["one axis", () => ctc_loss(zeros([4]), ints(1), [1], [1]), "SHAPE_MISMATCH", "got [4] and [1]"],
    [
      "targets of another batch",
      () => ctc_loss(logs, ints(3, 2), [6, 6], [1, 1]),
      "SHAPE_MISMATCH",
      "of 2 sequences, targets [3, 2] of 3",
    ],
    [
      "as many lengths as it has no sequences",
      () => ctc_loss(logs, ints(2, 2), [6], [1, 1]),
      "SHAPE_MISMATCH",
      "input_lengths",
    ],
    [
      "inputs longer than there is time",
      () => ctc_loss(logs, ints(2, 2), [6, 7], [1, 1]),
      "INVALID_ARGUMENT",
      "input_lengths 7 is not between 0 and 6",
    ],
    [
      "targets longer than their row",
      () => ctc_loss(logs, ints(2, 2), [6, 6], [3, 1]),
      "INVALID_ARGUMENT",
      "target_lengths 3",
    ],
    [
      "joined targets of unknown lengths",
      () => ctc_loss(logs, ints(3), [6, 6], ints(2)),
      "INVALID_ARGUMENT",
      "target_lengths as numbers",
    ],
    [
      "joined targets of another sum",
      () => ctc_loss(logs, ints(3), [6, 6], [1, 1]),
      "INVALID_ARGUMENT",
      "sum to their count",
    ],
    [
      "a blank that is no class",
      () => ctc_loss(logs, ints(2, 2), [6, 6], [1, 1], { blank: 4 }),
      "INVALID_ARGUMENT",
      "blank",
    ],
    [
      "targets that are no numbers of classes",
      () => ctc_loss(logs, zeros([2, 2]), [6, 6], [1, 1]),
      "DTYPE_MISMATCH",
      "int64",
    ],
  ];
  test.each(refusals)("%s", (_, call, code, words) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});

test("ctc_loss of joined targets is that of padded ones", async () => {
  const logits = log_softmax(rand([7, 3, 5]), 2);
  const [lengths, heard] = [
    [2, 0, 3],
    [7, 4, 6],
  ] as const;
  const joined = ctc_loss(logits, tensor([1, 2, 3, 3, 4]), heard, lengths, { reduction: "none" });
  const padding = [1, 2, -100, -100, 99, 7, 3, 3, 4];
  const padded = tensor(BigInt64Array.from(padding, BigInt), { shape: [3, 3] });
  const same = ctc_loss(logits, padded, heard, lengths, { reduction: "none" });
  await realize([joined, same]);
  expect(numbers(joined)).toEqual(numbers(same));
});

test("ctc_loss over 1,500 steps is one graph that can be differentiated", async () => {
  const [time, batch, classes, labels] = [1500, 2, 32, 100];
  const logits = tensor(
    Float32Array.from({ length: time * batch * classes }, (_, i) => Math.sin(i)),
    {
      shape: [time, batch, classes],
      requires_grad: true,
    },
  );
  const targets = tensor(
    BigInt64Array.from({ length: batch * labels }, (_, i) => BigInt(1 + ((i * 7) % 31))),
    {
      shape: [batch, labels],
    },
  );
  const loss = ctc_loss(log_softmax(logits, 2), targets, [time, time - 300], [labels, labels - 1]);
  const [gradient] = grad(loss, [logits]) as [Tensor];
  await realize([loss, gradient]);
  expect(loss.item()).toBeGreaterThan(0);
  // Each step's slopes are differences of two distributions, but where nothing is heard any more they are 0.
  const slopes = numbers(gradient);
  const sums = Array.from({ length: time * batch }, (_, row) =>
    Math.abs(slopes.slice(row * classes, (row + 1) * classes).reduce((sum, slope) => sum + slope, 0)),
  );
  expect(Math.max(...sums)).toBeLessThan(1e-6);
  const silent = (time - 1) * batch * classes + classes;
  expect(slopes.slice(silent).every((slope) => slope === 0)).toBe(true);
  expect(slopes.slice(silent - classes, silent).some((slope) => slope !== 0)).toBe(true);
});
