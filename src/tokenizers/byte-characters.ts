import { pointAt, type Text } from "./text.js";

// Byte-level tokenizers write each byte of a text's UTF-8 as one visible character: bytes that are visible in
// Latin-1 as themselves, the others as the code points from U+0100 on, in order.

/** The character of each byte, as its UTF-16 unit. */
export const BYTE_CHARACTERS = byteCharacters();

const BYTES = new Int16Array(0x144).fill(-1);
for (const [byte, unit] of BYTE_CHARACTERS.entries()) BYTES[unit] = byte;

/** The byte that a character stands for, or -1. */
export function byteOfCharacter(unit: number): number {
  return unit < BYTES.length ? BYTES[unit]! : -1;
}

/** How many bytes the UTF-8 of a code point has. */
export function utf8Length(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** Writes the UTF-8 of units[from, to) to `target`, which must have room for three bytes a unit; returns its end. */
export function writeUtf8(units: Uint16Array, from: number, to: number, target: Uint8Array): number {
  let length = 0;
  for (let i = from; i < to; ) {
    const point = pointAt(units, i, to);
    if (point < 0x80) {
      target[length++] = point;
    } else if (point < 0x800) {
      target[length++] = 0xc0 | (point >> 6);
      target[length++] = 0x80 | (point & 63);
    } else {
      if (point < 0x10000) {
        target[length++] = 0xe0 | (point >> 12);
      } else {
        target[length++] = 0xf0 | (point >> 18);
        target[length++] = 0x80 | ((point >> 12) & 63);
        i++;
      }
      target[length++] = 0x80 | ((point >> 6) & 63);
      target[length++] = 0x80 | (point & 63);
    }
    i++;
  }
  return length;
}

/** Appends the characters of the bytes of source[from, to), each aligned with the character it is a byte of. */
export function appendByteCharacters(source: Text, from: number, to: number, target: Text): void {
  const bytes = new Uint8Array(4);
  for (let i = from; i < to; ) {
    const next = (source.units[i]! & 0xfc00) === 0xd800 && i + 1 < to ? i + 2 : i + 1;
    const length = writeUtf8(source.units, i, next, bytes);
    const start = source.tracked ? source.starts[i]! : 0;
    const end = source.tracked ? source.ends[next - 1]! : 0;
    for (let byte = 0; byte < length; byte++) target.pushPoint(BYTE_CHARACTERS[bytes[byte]!]!, start, end);
    i = next;
  }
}

function byteCharacters(): Uint16Array {
  const characters = new Uint16Array(256);
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isVisible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    characters[byte] = isVisible ? byte : next++;
  }
  return characters;
}
