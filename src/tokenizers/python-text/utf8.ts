/** Python's `bytes.decode("utf-8", errors="ignore")`: what is no UTF-8 is left out, and a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) text += String.fromCodePoint(pointAt(bytes, at, length));
    at += Math.abs(length);
  }
  return text;
}

/** The length of the character at a place; negative where it is broken: of so many bytes, which begin one. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    // The second byte decides of forms that are too long, surrogates, and what is beyond Unicode.
    const lowest = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const highest = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte < lowest || byte > highest) return -i;
  }
  return length === 0 ? -1 : length;
}

function pointAt(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  let point = bytes[at]! & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (bytes[at + i]! & 0x3f);
  return point;
}
