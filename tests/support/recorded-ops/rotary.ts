import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

/** Tables as Llama's modules make them: dynamic scaling takes another base for sequences that are too long. */
const tables: Calls[string] = ([positions], options) => {
  const { dim, base, scaling, factor, max_position_embeddings } = options as {
    [name: string]: unknown;
    dim: number;
    base?: number;
    factor?: number;
    max_position_embeddings?: number;
  };
  let theta = base ?? 10000;
  if (scaling === "dynamic") {
    const length = positions!.shape[0] as number;
    theta *= ((factor! * length) / max_position_embeddings! - (factor! - 1)) ** (dim / (dim - 2));
  }
  const at = scaling === "linear" ? positions!.div(factor!) : positions!;
  const { cos, sin } = ops.rotaryTables(at, dim, { theta });
  return [cos, sin];
};

export const calls: Calls = {
  rotary_embedding: ([x, cos, sin, position_ids], options) =>
    ops.rotary_embedding(x!, cos!, sin!, { position_ids, ...options }),
  "rotary tables": tables,
  "rotary tables of GPT-J": tables,
};
