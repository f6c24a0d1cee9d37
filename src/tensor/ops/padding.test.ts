import { expect, test } from "vitest";
import { arange, CompiledFunction, pad, type Tensor } from "../index.js";

test("a pad between transposes, which ONNX Runtime moves past it, gives the same compiled", async () => {
  const padded = ({ x }: { x: Tensor }) =>
    pad(x.permute([1, 2, 0]).exp(), [1, 0])
      .permute([2, 0, 1])
      .add(1);
  const x = await arange(24).to("float32").reshape([2, 3, 4]).realize();
  const compiled = await new CompiledFunction(padded).call({ x });
  expect(compiled.tolist()).toEqual((await padded({ x }).realize()).tolist());
});
