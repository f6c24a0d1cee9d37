import { TransformersError } from "../../errors.js";
import { type Dim, dimsEqual, formatShape, multiplyDims } from "../../onnx/dim.js";
import type { Graph, Value } from "../../onnx/graph.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";
import { tensor } from "./creation.js";
import { cat, stack } from "./joining.js";
import { requireFloat } from "./operands.js";

interface Rotary {
  interleaved: boolean;
}

/** x: [batch, heads, length, head_dim]; cos, sin: [length, rotary_dim / 2], or with a batch axis before. */
const rotaryOp = defineOp<Rotary>("rotary_embedding", {
  infer: ([x]) => x!,
  onnx: (graph, [x, cos, sin], { interleaved }, [out]) => {
    const { dtype, shape } = out!;
    const [batch, heads, length, headDim] = shape as [Dim, Dim, Dim, number];
    const half = cos!.shape!.at(-1) as number;
    const tables = [cos!, sin!].map((table) => {
      const single = graph.cast(table, "float32");
      return single.shape!.length === 2 ? single : graph.reshape(single, [multiplyDims(batch, length), half]);
    });
    const positions = cos!.shape!.length === 2 ? graph.ints([0]) : rowNumbers(graph, batch, length);
    const attributes = {
      interleaved: Number(interleaved),
      rotary_embedding_dim: 2 * half === headDim ? 0 : 2 * half,
      num_heads: typeof heads === "number" ? heads : 0,
    };
    const rotate = (value: Value, shape: readonly Dim[]) =>
      graph.node("RotaryEmbedding", [value, positions, ...tables], {
        domain: "com.microsoft",
        attributes,
        shape,
      });
    const single = graph.cast(x!, "float32");
    if (typeof heads !== "number" || single.producer?.permutation?.join() !== "0,2,1,3")
      return graph.cast(rotate(single, shape), dtype);
    // Heads out of a projection lie side by side, which the operator takes too.
    const merged = [batch, length, heads * headDim];
    const projected = graph.reshape(graph.transpose(single, [0, 2, 1, 3]), merged);
    const split = graph.reshape(rotate(projected, merged), [batch, length, heads, headDim]);
    return graph.cast(graph.transpose(split, [0, 2, 1, 3]), dtype);
  },
  // A rotation's transpose is the rotation back.
  gradient: ([dy], [x, cos, sin], _outputs, { interleaved }) => {
    const half = cos!.shape.at(-1) as number;
    const [x1, x2] = pairs(x!, half, interleaved) as [Tensor, Tensor];
    const [dy1, dy2] = pairs(dy!, half, interleaved) as [Tensor, Tensor];
    const overHeads = (product: Tensor) => product.sum(1);
    return [
      turn(dy!, cos!, sin!.neg(), interleaved),
      overHeads(dy1.mul(x1).add(dy2.mul(x2))).to(cos!.dtype),
      overHeads(dy2.mul(x1).sub(dy1.mul(x2))).to(sin!.dtype),
    ];
  },
});

function turn(x: Tensor, cos: Tensor, sin: Tensor, interleaved: boolean): Tensor {
  return apply(rotaryOp, [x, cos, sin], { interleaved });
}

/** 0, 1, 2 ... for the rows of tables that differ from sequence to sequence: int64 [batch, length]. */
function rowNumbers(graph: Graph, batch: Dim, length: Dim): Value {
  const count = graph.reshape(graph.dim(multiplyDims(batch, length)), []);
  const range = graph.node("Range", [graph.scalar("int64", 0), count, graph.scalar("int64", 1)], {
    shape: [multiplyDims(batch, length)],
  });
  return graph.reshape(range, [batch, length]);
}

/** The first and the second member of each pair that is rotated: [..., half] each. */
function pairs(x: Tensor, half: number, interleaved: boolean): Tensor[] {
  if (!interleaved) return [x.slice(-1, 0, half), x.slice(-1, half, 2 * half)];
  return [x.slice(-1, 0, 2 * half, 2), x.slice(-1, 1, 2 * half, 2)];
}

/** The same in single steps, which keep float64. */
function inSteps(x: Tensor, cos: Tensor, sin: Tensor, { interleaved }: Rotary): Tensor {
  const half = cos.shape.at(-1) as number;
  const [x1, x2] = pairs(x, half, interleaved) as [Tensor, Tensor];
  const [c, s] = [cos, sin].map((table) => (table.rank === 3 ? table.unsqueeze(1) : table)) as [
    Tensor,
    Tensor,
  ];
  const turned = [x1.mul(c).sub(x2.mul(s)), x2.mul(c).add(x1.mul(s))];
  const joined = interleaved ? stack(turned, -1).flatten(-2) : cat(turned, -1);
  return cat([joined, x.slice(-1, 2 * half)], -1);
}

export interface RotaryEmbeddingOptions {
  /** Pairs are neighbours (GPT-J) instead of one from each half (Llama, GPT-NeoX). Default false. */
  interleaved?: boolean;
  /** Which rows of the tables to take: int64 [length], or [batch, length]. Default: the tables' rows in order. */
  position_ids?: Tensor | null;
}

/**
 * Rotary position embedding: turns each pair of entries of x's last axis by the angle of its position. x: [batch, heads,
 * length, head_dim] (heads, or batch and heads, may be absent); cos, sin: [length, rotary_dim / 2] or [batch, length,
 * rotary_dim / 2], or with `position_ids` [positions, rotary_dim / 2]. Entries beyond `rotary_dim` stay as they are.
 * The result has x's dtype. Throws `SHAPE_MISMATCH` where the tables do not fit.
 *
 * Source: Su et al., "RoFormer", 2021, section 3.4.2.
 */
export function rotary_embedding(
  x: Tensor,
  cos: Tensor,
  sin: Tensor,
  options: RotaryEmbeddingOptions = {},
): Tensor {
  const { interleaved = false, position_ids = null } = options;
  requireFloat("rotary_embedding", x);
  const tables = [cos, sin].map((table) => {
    requireFloat("rotary_embedding", table);
    const rows = position_ids === null ? table : rowsAt(table, position_ids);
    const shared = rows.rank === 3 && dimsEqual(rows.shape[0]!, 1) ? rows.squeeze(0) : rows;
    return x.dtype === "float64" ? shared.to("float64") : shared;
  }) as [Tensor, Tensor];
  for (const table of tables) requireTable(x, table);
  if (x.rank !== 4) {
    const lead = x.rank === 2 ? [1, 1] : [x.shape[0]!, 1];
    const heads = x.reshape([...lead, ...x.shape.slice(-2)]);
    return rotary_embedding(heads, ...tables, { interleaved }).reshape(x.shape);
  }
  // The operator has no float64, and wants to know how many heads have entries that are not turned.
  const isWhole = 2 * (tables[0].shape.at(-1) as number) === x.shape[3];
  if (x.dtype === "float64" || !(isWhole || typeof x.shape[1] === "number")) {
    return inSteps(x, ...tables, { interleaved });
  }
  return turn(x, ...tables, interleaved);
}

function rowsAt(table: Tensor, positions: Tensor): Tensor {
  if (table.rank === 2 && positions.rank >= 1 && positions.rank <= 2) return table.index_select(0, positions);
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `rotary_embedding: position_ids [length] or [batch, length] go with tables [positions, rotary_dim / 2], got ${positions} and ${table}`,
  );
}

function requireTable(x: Tensor, table: Tensor): void {
  const headDim = x.shape.at(-1)!;
  const half = table.shape.at(-1)!;
  const expected = x.rank > 2 && table.rank === 3 ? [x.shape[0]!, x.shape.at(-2)!] : [x.shape.at(-2)!];
  const fits =
    x.rank >= 2 &&
    x.rank <= 4 &&
    typeof headDim === "number" &&
    typeof half === "number" &&
    half >= 1 &&
    2 * half <= headDim &&
    table.rank === expected.length + 1 &&
    expected.every((dim, axis) => dimsEqual(dim, table.shape[axis]!));
  if (fits) return;
  throw new TransformersError(
    "SHAPE_MISMATCH",
    `rotary_embedding: tables ${formatShape(table.shape)} do not turn ${formatShape(x.shape)}; they must be [length, rotary_dim / 2] or [batch, length, rotary_dim / 2] with rotary_dim at most ${headDim}`,
  );
}

/**
 * The tables that `rotary_embedding` takes, for positions of any shape: [..., rotary_dim / 2] each, float32. Pair i
 * turns by `theta ** (-2 i / rotary_dim)` with every position. Positions may be fractions, as with linear scaling
 * (`position_ids.div(factor)`); dynamic scaling changes theta.
 */
export function rotaryTables(
  positions: Tensor,
  rotary_dim: number,
  options: { theta?: number } = {},
): { cos: Tensor; sin: Tensor } {
  const { theta = 10000 } = options;
  if (!(Number.isInteger(rotary_dim) && rotary_dim >= 2 && rotary_dim % 2 === 0)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `rotaryTables: rotary_dim counts both members of each pair, so it is even and at least 2, not ${rotary_dim}`,
    );
  }
  // Rounded to float32 after each step, as the checkpoints' authors had them.
  const frequencies = Float32Array.from({ length: rotary_dim / 2 }, (_, i) => {
    const exponent = Math.fround((2 * i) / rotary_dim);
    return 1 / Math.fround(theta ** exponent);
  });
  const angles = positions
    .to("float32")
    .unsqueeze(-1)
    .mul(tensor(frequencies, { device: null }));
  return { cos: angles.cos(), sin: angles.sin() };
}
