import { afterEach, expect, test, vi } from "vitest";
import { CompiledFunction, tensor } from "../tensor/index.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test("short calls are made on the spot, but one after the other they let the program see to its other events", async () => {
  // A clock by which no run takes as long as two milliseconds.
  let clock = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    clock += 0.02;
    return clock;
  });
  const addOne = new CompiledFunction(({ x }: { x: ReturnType<typeof tensor> }) => x.add(1));
  const x = tensor([0]);
  let turns = 0;
  let immediate: NodeJS.Immediate;
  const count = () => {
    turns++;
    immediate = setImmediate(count);
  };
  for (let i = 0; i < 3; i++) await addOne.call({ x }); // the first one is made on a worker
  count();
  turns = 0;
  for (let i = 0; i < 10; i++) await addOne.call({ x });
  expect(turns).toBe(0);
  for (let i = 0; i < 1000; i++) await addOne.call({ x });
  clearImmediate(immediate!);
  expect(turns).toBeGreaterThan(1);
  await addOne.release();
});
