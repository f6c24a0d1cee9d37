import { TransformersError } from "../errors.js";
import { causalMask, type Dim, type DType, type Tensor } from "../tensor/index.js";

/** The lowest number of each dtype, which hides a position from softmax as the reference's masks do. */
const lowest: Partial<Readonly<Record<DType, number>>> = {
  float64: -Number.MAX_VALUE,
  float32: -3.4028234663852886e38,
  bfloat16: -3.3895313892515355e38,
  float16: -65504,
};

/** 0 where a mask is 1, the lowest number of the dtype where it is 0: what is added to attention scores. */
export function invertMask(mask: Tensor, dtype: DType): Tensor {
  return mask.to(dtype).neg().add(1).mul(lowest[dtype]!);
}

/**
 * A mask [batch, total] or [batch, length, total] (1: may be attended to) as it is added to the scores:
 * broadcasts to [batch, heads, length, total]. Throws `SHAPE_MISMATCH` for any other rank.
 */
export function extendMask(mask: Tensor, dtype: DType): Tensor {
  if (mask.rank !== 2 && mask.rank !== 3) {
    throw new TransformersError(
      "SHAPE_MISMATCH",
      `an attention mask is [batch, sequence] or [batch, length, sequence], got ${mask}`,
    );
  }
  return invertMask(mask.rank === 3 ? mask.unsqueeze(1) : mask.unsqueeze(1).unsqueeze(1), dtype);
}

/** The same for a decoder, whose positions see themselves and those before them; `past` are cached ones. */
export function extendCausalMask(
  mask: Tensor | null,
  sizes: { readonly length: Dim; readonly total: Dim; readonly past: Dim },
  dtype: DType,
): Tensor {
  const causal = causalMask(sizes.length, sizes.total, sizes.past).to(dtype); // [length, total]
  if (mask === null) return invertMask(causal.unsqueeze(0).unsqueeze(0), dtype);
  if (mask.rank !== 2) return extendMask(mask, dtype);
  return invertMask(mask.to(dtype).unsqueeze(1).unsqueeze(1).mul(causal), dtype); // [batch, 1, length, total]
}

/** head_mask [heads] or [layers, heads] as a factor of each layer's probabilities: [1, heads, 1, 1]. */
export function headMaskOfLayer(head_mask: Tensor | undefined, layer: number, dtype: DType): Tensor | null {
  if (head_mask === undefined) return null;
  const heads = head_mask.rank === 1 ? head_mask : head_mask.select(0, layer);
  return heads.to(dtype).reshape([1, heads.shape[0]!, 1, 1]);
}

/**
 * head_mask [heads] or [layers, heads] for all layers: [layers, 1, heads, 1, 1]. Throws `SHAPE_MISMATCH` for any other
 * rank.
 */
export function headMaskOfAll(head_mask: Tensor, layers: number, dtype: DType): Tensor {
  const mask = head_mask.to(dtype);
  if (mask.rank === 1) return mask.reshape([1, 1, -1, 1, 1]).expand([layers, 1, mask.shape[0]!, 1, 1]);
  if (mask.rank === 2) return mask.reshape([mask.shape[0]!, 1, mask.shape[1]!, 1, 1]);
  throw new TransformersError("SHAPE_MISMATCH", `head_mask is [heads] or [layers, heads], got ${head_mask}`);
}

/** Whether some sequence of ids [batch, sequence] begins or ends with a token; false where the ids are not in memory. */
export function beginsOrEndsWith(ids: Tensor, token: number): boolean {
  if (ids.rank !== 2 || ids.storage === null || !("data" in ids.storage)) return false;
  const { data } = ids.storage;
  const [rows, columns] = ids.shape as [number, number];
  const isToken = (at: number) => Number(data[at]) === token;
  for (let row = 0; row < rows && columns > 0; row++) {
    if (isToken(row * columns) || isToken((row + 1) * columns - 1)) return true;
  }
  return false;
}
