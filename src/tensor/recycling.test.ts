import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { ones } from "./ops/index.js";
import { handOut, resultArray } from "./recycling.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const count = 2 ** 20;

/** Lets the collector find what can't be reached, and its callbacks run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
}

test("a forgotten result's memory is written again", async () => {
  const buffers = new WeakSet<ArrayBufferLike>();
  for (let i = 0; i < 4; i++) buffers.add(resultArray("float32", [count], count).data.buffer);
  await settle();
  expect(buffers.has(resultArray("float32", [count], count).data.buffer)).toBe(true);
});

test("a result that can be reached, or whose elements were handed out, keeps its memory", async () => {
  const reached = resultArray("float32", [count], count);
  const handed = (() => {
    const array = resultArray("float32", [count], count);
    handOut(array);
    return array.data;
  })();
  await settle();
  const next = Array.from({ length: 8 }, () => resultArray("float32", [count], count).data.buffer);
  expect(next).not.toContain(reached.data.buffer);
  expect(next).not.toContain(handed.buffer);
});

test("elements that were read from a tensor stay as they are", async () => {
  const read = async (value: number) => {
    const tensor = ones([count]).mul(value).add(0);
    await tensor.realize();
    return tensor.data;
  };
  const first = await read(3);
  for (let i = 0; i < 5; i++) {
    await (async () =>
      void (await ones([count])
        .mul(i + 10)
        .realize()))();
    await settle();
  }
  expect(new Set(Array.from(first, Number))).toEqual(new Set([3]));
});

test("a released result's memory is written again at once, but not one whose elements were read", async () => {
  const make = async () =>
    ones([count + 8])
      .mul(7)
      .realize();
  const first = await make();
  const buffer = (first.storage as { data: Float32Array }).data.buffer;
  first.release();
  await settle();
  const second = await make();
  expect((second.storage as { data: Float32Array }).data.buffer).toBe(buffer);
  const elements = second.data;
  second.release();
  await settle();
  await make();
  expect(new Set(Array.from(elements, Number))).toEqual(new Set([7]));
});
