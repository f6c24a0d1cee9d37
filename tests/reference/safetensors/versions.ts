import type { TensorData } from "../../../src/hub/safetensors/index.js";

/** The tensors of version 1 or 2 of a file: of different sizes, and large enough that writing takes several calls. */
export function version(number: number): [string, TensorData][] {
  const large = new Float32Array(400_000 + number).fill(number);
  return [
    ["large", { dtype: "F32", shape: [large.length], data: large }],
    ["small", { dtype: "U8", shape: [3], data: new Uint8Array(3).fill(number) }],
  ];
}
