import { TransformersError } from "../../errors.js";

/** Every element type of the format with its size in bits, in the order in which a writer sorts (ascending). */
const bitsOf = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** An element type as a safetensors header spells it. */
export type SafetensorsDtype = keyof typeof bitsOf;

/** All 22 element types, in the ascending order in which a writer sorts them. */
export const safetensorsDtypes = Object.keys(bitsOf) as readonly SafetensorsDtype[];

const positions: ReadonlyMap<string, number> = new Map(safetensorsDtypes.map((dtype, i) => [dtype, i]));

/** Whether `name` is one of the 22 element types. */
export function isSafetensorsDtype(name: string): name is SafetensorsDtype {
  return positions.has(name);
}

/** The size of one element in bits: 4 and 6 for the packed F4 and F6 types, else a multiple of 8. */
export function dtypeBits(dtype: SafetensorsDtype): number {
  return bitsOf[dtype];
}

/** Where `dtype` stands in the ascending order of alignment that a writer sorts by (descending). */
export function dtypePosition(dtype: SafetensorsDtype): number {
  return positions.get(dtype)!;
}

const largestU64 = 2n ** 64n - 1n;

/**
 * The bytes that a tensor of this type and shape takes.
 *
 * The product is formed as the reference implementation forms it, from the left in 64 unsigned bits, so that
 * a shape whose running product leaves them is refused even when a later size is 0.
 *
 * @param subject Says what to call the tensor in an error, e.g. `model.safetensors: tensor "weight"`.
 * @throws SAFETENSORS_OVERFLOW for a size or product beyond what can be counted, SAFETENSORS_MISALIGNED when
 *   elements of 4 or 6 bits do not fill whole bytes.
 */
export function tensorByteLength(
  dtype: SafetensorsDtype,
  shape: readonly number[],
  subject: () => string,
): number {
  let elements = 1;
  for (const dim of shape) {
    elements *= dim;
    if (!Number.isSafeInteger(dim) || !Number.isSafeInteger(elements)) {
      return exactByteLength(dtype, shape, subject);
    }
  }
  const bits = elements * bitsOf[dtype];
  return Number.isSafeInteger(bits)
    ? wholeBytes(bits, dtype, shape, subject)
    : exactByteLength(dtype, shape, subject);
}

/** The slow path, for products that a double cannot hold. */
function exactByteLength(dtype: SafetensorsDtype, shape: readonly number[], subject: () => string): number {
  let product = 1n;
  for (const factor of [...shape, bitsOf[dtype]]) {
    if (!Number.isSafeInteger(factor) || factor < 0) overflow(dtype, shape, subject);
    product *= BigInt(factor);
    if (product > largestU64) overflow(dtype, shape, subject);
  }
  if (product / 8n > BigInt(Number.MAX_SAFE_INTEGER)) overflow(dtype, shape, subject);
  // Only a shape with a 0 after large sizes, or one of 2^50 to 2^53 bytes, comes here; both divide exactly.
  return product % 8n === 0n ? Number(product / 8n) : wholeBytes(Number(product % 8n), dtype, shape, subject);
}

function wholeBytes(
  bits: number,
  dtype: SafetensorsDtype,
  shape: readonly number[],
  subject: () => string,
): number {
  if (bits % 8 !== 0) {
    throw new TransformersError(
      "SAFETENSORS_MISALIGNED",
      `${subject()}: shape [${shape.join(", ")}] of ${dtype} (${bitsOf[dtype]} bits each) does not end on a whole byte`,
    );
  }
  return bits / 8;
}

function overflow(dtype: SafetensorsDtype, shape: readonly number[], subject: () => string): never {
  throw new TransformersError(
    "SAFETENSORS_OVERFLOW",
    `${subject()}: shape [${shape.join(", ")}] of ${dtype} is too large to count (sizes up to 2^53 - 1 are read); ` +
      "the file is corrupt or hostile",
  );
}
