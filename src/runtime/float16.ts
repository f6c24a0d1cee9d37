/** Conversions between float32 and the bits of float16 and bfloat16, rounding to nearest, ties to even. */

const floatView = new Float32Array(1);
const bitsView = new Uint32Array(floatView.buffer);

export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function numberToFloat16(value: number): number {
  floatView[0] = value;
  const bits = bitsView[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to infinity
  if (magnitude < 0x38800000) {
    // Below the smallest normal float16: a multiple of 2^-24. The sum's own rounding is to nearest even.
    floatView[0] = Math.abs(floatView[0]!) + 0.5;
    return sign | (bitsView[0]! - 0x3f000000);
  }
  const odd = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13);
}

export function bfloat16ToNumber(bits: number): number {
  bitsView[0] = bits << 16;
  return floatView[0]!;
}

export function numberToBfloat16(value: number): number {
  floatView[0] = value;
  const bits = bitsView[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
