import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

const both = ({ values, indices }: ops.ValuesAndIndices) => [values, indices];

export const calls: Calls = {
  topk: ([x], { k, dim, ...options }) => both(ops.topk(x!, k as number, dim as number, options as never)),
  sort: ([x], { dim, ...options }) => both(ops.sort(x!, dim as number, options as never)),
  argsort: ([x], { dim, ...options }) => ops.argsort(x!, dim as number, options as never),
  kthvalue: ([x], { k, dim, keepdim }) => both(ops.kthvalue(x!, k as number, dim as number, { keepdim })),
  median: ([x], { dim, keepdim }) =>
    dim === undefined ? ops.median(x!) : both(ops.median(x!, dim as number, { keepdim })),
  searchsorted: ([sequence, values], { value, ...options }) =>
    ops.searchsorted(sequence!, (value as number) ?? values!, options as never),
  bucketize: ([x, boundaries], options) => ops.bucketize(x!, boundaries!, options as never),
};
