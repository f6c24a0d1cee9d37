import { describe, expect, test } from "vitest";
import {
  addDims,
  type Dim,
  dimsEqual,
  divideDims,
  evaluateDim,
  floorDivideDims,
  formatShape,
  mayBeZero,
  multiplyDims,
  productOfDims,
  type SymbolicDim,
  shapesEqual,
  subtractDims,
  symbol,
} from "./dim.js";

const batch = symbol("batch");
const past = symbol("past");
const sequence = symbol("sequence");

describe("equality", () => {
  test("does not depend on the order of terms and factors", () => {
    expect(dimsEqual(addDims(past, sequence), addDims(sequence, past))).toBe(true);
    expect(dimsEqual(multiplyDims(batch, sequence), multiplyDims(sequence, batch))).toBe(true);
    const expanded = addDims(multiplyDims(batch, past), multiplyDims(batch, sequence));
    expect(dimsEqual(multiplyDims(batch, addDims(past, sequence)), expanded)).toBe(true);
  });

  test("tells sizes apart", () => {
    expect(dimsEqual(batch, sequence)).toBe(false);
    expect(dimsEqual(batch, 2)).toBe(false);
    expect(dimsEqual(batch, multiplyDims(batch, 2))).toBe(false);
    expect(dimsEqual(batch, multiplyDims(batch, batch))).toBe(false);
    expect(shapesEqual([batch, 3], [symbol("batch"), 3])).toBe(true);
    expect(shapesEqual([batch, 3], [batch, 3, 1])).toBe(false);
  });
});

describe("arithmetic", () => {
  test("is a number again where no symbol is left", () => {
    expect(subtractDims(addDims(past, 3), past)).toBe(3);
    expect(subtractDims(past, past)).toBe(0);
    expect(multiplyDims(past, 0)).toBe(0);
    expect(productOfDims([2, 3, 4])).toBe(24);
    expect(productOfDims([])).toBe(1);
  });

  test("evaluates to the same as arithmetic on the values", () => {
    const sizes = new Map([
      ["batch", 2],
      ["past", 5],
      ["sequence", 7],
    ]);
    const dim = subtractDims(multiplyDims(addDims(past, sequence), multiplyDims(batch, 3)), addDims(past, 1));
    expect(evaluateDim(dim, sizes)).toBe((5 + 7) * 2 * 3 - (5 + 1));
    expect(() => evaluateDim(dim, new Map())).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
  });
});

describe("division", () => {
  const divisors: readonly Dim[] = [
    4,
    batch,
    addDims(past, sequence),
    addDims(multiplyDims(batch, past), -2),
  ];

  test.each(divisors.flatMap((a) => divisors.map((b) => [a, b] as const)))(
    "undoes (%s) times (%s)",
    (a, b) => {
      const quotient = divideDims(multiplyDims(a, b), b)!;
      expect(String(quotient)).toBe(String(a));
    },
  );

  test("is null where it leaves a rest", () => {
    expect(divideDims(batch, sequence)).toBeNull();
    expect(divideDims(multiplyDims(batch, 3), 2)).toBeNull();
    expect(divideDims(addDims(batch, 1), batch)).toBeNull();
    expect(divideDims(3, batch)).toBeNull();
    expect(divideDims(12, 0)).toBeNull();
  });

  test("of nothing is nothing", () => {
    expect(divideDims(0, batch)).toBe(0);
  });
});

describe("division that rounds down", () => {
  const height = symbol("height");
  const halved = (dim: Dim) => floorDivideDims(addDims(dim, 1), 2);

  test("is the number where that is known", () => {
    expect(floorDivideDims(7, 2)).toBe(3);
    expect(floorDivideDims(-7, 2)).toBe(-4);
    expect(floorDivideDims(multiplyDims(height, 6), 3)).toEqual(multiplyDims(height, 2));
    expect(floorDivideDims(height, 1)).toEqual(height);
  });

  test("gives one size, however it is reached", () => {
    const once = floorDivideDims(addDims(height, -7 + 6), 2);
    expect(String(addDims(once, 1))).toBe("floor((height + 1)/2)");
    expect(addDims(once, 1)).toEqual(halved(height));
    expect(halved(halved(halved(height)))).toEqual(floorDivideDims(addDims(height, 7), 8));
    const doubled = addDims(multiplyDims(height, 2), 3);
    expect(floorDivideDims(doubled, 4)).toEqual(halved(height));
    expect(dimsEqual(floorDivideDims(height, 2), floorDivideDims(height, 4))).toBe(false);
  });

  test("evaluates to the same as arithmetic on the values", () => {
    const patches = multiplyDims(floorDivideDims(height, 3), halved(multiplyDims(height, sequence)));
    for (const [h, s] of [
      [0, 1],
      [4, 5],
      [11, 3],
    ] as const) {
      const sizes = new Map([
        ["height", h],
        ["sequence", s],
      ]);
      expect(evaluateDim(patches, sizes)).toBe(Math.floor(h / 3) * Math.floor((h * s + 1) / 2));
      const outside = floorDivideDims(subtractDims(multiplyDims(height, -1), 1), 4);
      expect(evaluateDim(outside, sizes)).toBe(Math.floor((-h - 1) / 4));
    }
  });

  test("is no symbol", () => {
    expect((halved(height) as SymbolicDim).name).toBeNull();
    expect(divideDims(multiplyDims(halved(height), batch), halved(height))).toEqual(batch);
  });
});

test("prints as it is read", () => {
  const total = addDims(multiplyDims(multiplyDims(batch, sequence), 2), subtractDims(1, past));
  expect(String(total)).toBe("-past + 2*batch*sequence + 1");
  expect(String(subtractDims(sequence, 1))).toBe("sequence - 1");
  expect(formatShape([batch, addDims(past, sequence), 768])).toBe("[batch, sequence + past, 768]");
});

test("may be 0 unless it is one and more", () => {
  const possible = [0, batch, subtractDims(batch, 1), addDims(multiplyDims(past, -1), 3)];
  expect(possible.map(mayBeZero)).toEqual([true, true, true, true]);
  const never = [1, addDims(past, 1), addDims(multiplyDims(batch, past), 2)];
  expect(never.map(mayBeZero)).toEqual([false, false, false]);
});

test("gives the name of a symbol alone", () => {
  expect(batch.name).toBe("batch");
  for (const dim of [addDims(batch, 1), multiplyDims(batch, 2), multiplyDims(batch, past)]) {
    expect(typeof dim === "number" ? undefined : dim.name).toBeNull();
  }
});

test.each(["", "2", "a*b", "a + b", "batch size"])("refuses %j as a name", (name) => {
  expect(() => symbol(name)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
