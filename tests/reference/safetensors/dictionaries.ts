import type { SafetensorsDtype, TensorData } from "../../../src/hub/safetensors/index.js";
import { Random, randomTensors } from "./random.js";

/** How many dictionaries Python's `save_file` was asked to write. */
export const dictionaryCount = 200;

/** The element types that Python's writer takes (F4 and F6 have no NumPy type of their own). */
const dtypes: readonly SafetensorsDtype[] = [
  ...([
    "BOOL",
    "U8",
    "I8",
    "F8_E5M2",
    "F8_E4M3",
    "F8_E8M0",
    "F8_E4M3FNUZ",
    "F8_E5M2FNUZ",
    "I16",
    "U16",
  ] as const),
  ...(["F16", "BF16", "I32", "U32", "F32", "C64", "F64", "I64", "U64"] as const),
];

/**
 * The `index`-th dictionary: tensors in random order, and metadata of at most one entry, since Python writes
 * more of them in an order that changes from run to run.
 */
export function dictionary(index: number): {
  tensors: Map<string, TensorData & { readonly data: Uint8Array }>;
  metadata: Record<string, string> | undefined;
} {
  const random = new Random(7_000 + index);
  const tensors = new Map<string, TensorData & { readonly data: Uint8Array }>();
  for (const [name, { dtype, shape, data }] of randomTensors(random, 12, dtypes)) {
    // A boolean is stored as 0 or 1.
    const bytes = Uint8Array.from(new Uint8Array(data.buffer), (byte) =>
      dtype === "BOOL" ? byte & 1 : byte,
    );
    tensors.set(name, { dtype, shape, data: bytes });
  }
  const metadata = random.pick<Record<string, string> | undefined>([
    undefined,
    {},
    { format: "np" },
    { 'é"\\\n\u001f': "\u2028\u{1F600}\t" },
  ]);
  // For no tensors and empty metadata Python 0.8.0 writes a header that is not JSON.
  const broken = tensors.size === 0 && metadata !== undefined && Object.keys(metadata).length === 0;
  return { tensors, metadata: broken ? undefined : metadata };
}

/** The same for the recording script. */
export function dictionaryText(index: number): string {
  const { tensors, metadata } = dictionary(index);
  return JSON.stringify({
    metadata: metadata ?? null,
    tensors: [...tensors].map(([name, { dtype, shape, data }]) => ({
      name,
      dtype,
      shape,
      data: Buffer.from(data).toString("base64"),
    })),
  });
}
