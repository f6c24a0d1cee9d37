import * as ops from "../../../src/tensor/index.js";
import { Generator } from "../../../src/tensor/index.js";
import { caseList, constant } from "./case.js";

const { cases, on } = caseList();

on("random_bits", [["n", 4]], (x) => ops.random_bits(x.shape, { generator: new Generator(1) }), constant);
on("dropout", [["n", 4]], (x) => ops.dropout(x, 0.4, { generator: new Generator(1) }));

export const randomCases = cases;
