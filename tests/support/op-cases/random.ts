import * as ops from "../../../src/tensor/index.js";
import { Generator } from "../../../src/tensor/index.js";
import { caseList, constant } from "./case.js";

const { cases, on } = caseList();

/** Draws one key over and over, as a compiled function draws anew at every call. */
class OneKey extends Generator {
  override nextKey(): Uint32Array {
    return new Generator(1).nextKey();
  }
}

on("random_bits", [["n", 4]], (x) => ops.random_bits(x.shape, { generator: new OneKey(1) }), constant);
on("rand", [["n", 4]], (x) => ops.rand(x.shape, { generator: new OneKey(1), dtype: "float64" }), constant);
on("randn", [["n", 4]], (x) => ops.randn(x.shape, { generator: new OneKey(1), dtype: "float64" }), constant);
on("randint", [["n", 4]], (x) => ops.randint(-3, 7, x.shape, { generator: new OneKey(1) }), constant);
on("randperm", [["n", 4]], (x) => ops.randperm(x.shape[0]!, { generator: new OneKey(1) }), constant);
on("bernoulli", [["n", 4]], (x) => ops.bernoulli(x.abs().div(3), { generator: new OneKey(1) }), constant);
on("dropout", [["n", 4]], (x) => ops.dropout(x, 0.4, { generator: new OneKey(1) }));

export const randomCases = cases;
