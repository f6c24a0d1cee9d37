import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { allocate, type DType } from "../runtime/dtype.js";
import { elementWriter } from "../runtime/elements.js";
import { ones, tensor } from "./ops/index.js";
import type { Tensor } from "./tensor.js";
import { Parameter } from "./variable.js";

/** A tensor that PyTorch printed; see tests/reference/printing.py. */
interface Printed {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly requires_grad: boolean;
  readonly elements?: readonly (number | boolean | string)[];
  /** In place of elements: 0, 1, 2 ..., divided by this where it is not null. */
  readonly ramp?: number | null;
  readonly text: string;
}

const fixture = new URL("fixtures/printed.json", import.meta.url);
const printed = JSON.parse(readFileSync(fixture, "utf8")) as Printed[];

function recorded({ dtype, shape, requires_grad, elements, ramp }: Printed): Tensor {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const data = allocate(dtype, count);
  const write = elementWriter(dtype, data);
  for (let i = 0; i < count; i++) {
    if (elements === undefined) write(i, i / (ramp ?? 1));
    else if (dtype === "int64") write(i, BigInt(elements[i] as string));
    else
      write(
        i,
        Number(String(elements[i]).replace("inf", "Infinity").replace("true", "1").replace("false", "0")),
      );
  }
  return tensor(data, { dtype, shape, requires_grad });
}

describe("the elements are shown as PyTorch shows them:", () => {
  test.each(printed)("$name", (entry) => {
    expect(inspect(recorded(entry))).toBe(entry.text);
  });
});

describe("what is not at hand is told:", () => {
  test("a tensor that has not been computed", () => {
    expect(inspect(ones([2, 3]))).toBe("float32[2, 3] (not computed)");
  });

  test("a value that was replaced", () => {
    const parameter = new Parameter([1], { dtype: "float32", dims: [1], data: Float32Array.of(1) });
    const leaf = parameter.node.outputs[0]!;
    parameter.assign({ dtype: "float32", dims: [1], data: Float32Array.of(2) });
    expect(inspect(leaf)).toBe("float32[1] (its elements are gone)");
    expect(inspect(parameter)).toBe("tensor([2.], requires_grad=True)");
  });
});

test("a computed tensor that leads to parameters names its op, as the way for gradients", async () => {
  const parameter = new Parameter([2], { dtype: "float32", dims: [2], data: Float32Array.of(1, 2) });
  expect(inspect(await parameter.exp().realize())).toBe("tensor([2.7183, 7.3891], grad_fn=<exp>)");
});
