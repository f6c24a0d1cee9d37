import { causalMask, type Dim, type Tensor } from "../tensor/index.js";

/** The lowest float32, which hides a position from softmax as the reference's masks do. */
const lowest = -3.4028234663852886e38;

/** 0 where a mask is 1, the lowest float where it is 0: what is added to attention scores. */
export function invertMask(mask: Tensor): Tensor {
  return mask.to("float32").neg().add(1).mul(lowest);
}

/**
 * A mask [batch, total] or [batch, length, total] (1: may be attended to) as it is added to the scores:
 * broadcasts to [batch, heads, length, total].
 */
export function extendMask(mask: Tensor): Tensor {
  return invertMask(mask.rank === 3 ? mask.unsqueeze(1) : mask.unsqueeze(1).unsqueeze(1));
}

/** The same for a decoder, whose positions see themselves and those before them; `past` are cached ones. */
export function extendCausalMask(mask: Tensor | null, length: Dim, total: Dim, past: Dim): Tensor {
  const causal = causalMask(length, total, past).to("float32"); // [length, total]
  if (mask === null) return invertMask(causal.unsqueeze(0).unsqueeze(0));
  if (mask.rank === 3) return extendMask(mask);
  return invertMask(mask.to("float32").unsqueeze(1).unsqueeze(1).mul(causal)); // [batch, 1, length, total]
}

/** head_mask [heads] or [layers, heads] as a factor of each layer's probabilities: [1, heads, 1, 1]. */
export function headMaskOfLayer(head_mask: Tensor | undefined, layer: number): Tensor | null {
  if (head_mask === undefined) return null;
  const heads = head_mask.rank === 1 ? head_mask : head_mask.select(0, layer);
  return heads.to("float32").reshape([1, heads.shape[0]!, 1, 1]);
}
