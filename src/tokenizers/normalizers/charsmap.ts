import { TransformersError } from "../../errors.js";

/**
 * SentencePiece's compiled normalisation rules: a double-array trie over UTF-8 bytes whose values are places in a string
 * of replacements, each closed by NUL.
 * Format: size of the trie in bytes (u32, little-endian), its units (u32 each), the replacements. A unit has the label in
 * bits 0 to 7, bit 8 where a key ends, the offset of the children in bits 10 to 30, times 256 where bit 9 is set; where
 * a key ends, the unit at the offset holds the value.
 */
export class Charsmap {
  readonly #trie: Uint32Array;
  readonly #replacements: Uint8Array;
  readonly #texts = new Map<number, string>();
  /** How many bytes the key found last has. */
  matched = 0;

  /** @throws TransformersError CORRUPT_FILE */
  constructor(bytes: Uint8Array) {
    const size = bytes.length < 4 ? 0 : view(bytes).getUint32(0, true);
    if (size < 4 || size > bytes.length - 4) {
      throw corrupt(`its trie should have from 4 to ${Math.max(0, bytes.length - 4)} bytes, not ${size}`);
    }
    this.#trie = new Uint32Array(size >> 2);
    const data = view(bytes);
    for (let i = 0; i < this.#trie.length; i++) this.#trie[i] = data.getUint32(4 + 4 * i, true);
    this.#replacements = bytes.subarray(4 + 4 * this.#trie.length);
    if (decodeUtf8(this.#replacements) === undefined) throw corrupt("its replacements are no UTF-8");
  }

  /**
   * Looks for a rule for the first bytes of bytes[from, to): the one with the shortest or the longest key. Returns
   * where its replacement is, and sets `matched`, or returns -1.
   */
  find(bytes: Uint8Array, from: number, to: number, which: "shortest" | "longest"): number {
    const trie = this.#trie;
    let found = -1;
    let place = offsetOf(trie[0]!);
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      // The reference library ends a key at NUL, SentencePiece does not.
      if (byte === 0 && which === "shortest") break;
      place ^= byte;
      const unit = this.#unit(place);
      if ((unit & 0x800000ff) !== byte) break;
      place ^= offsetOf(unit);
      if ((unit & 0x100) === 0) continue;
      found = this.#unit(place) & 0x7fffffff;
      this.matched = i + 1 - from;
      if (which === "shortest") break;
    }
    return found;
  }

  /** The replacement at a place that {@link find} has returned. */
  text(place: number): string {
    let text = this.#texts.get(place);
    if (text === undefined) {
      const end = this.#replacements.indexOf(0, place);
      text = decodeUtf8(this.#replacements.subarray(place, end < 0 ? undefined : end));
      if (place > this.#replacements.length || text === undefined) {
        throw corrupt(`a rule leads to place ${place} of the replacements, where none begins`);
      }
      this.#texts.set(place, text);
    }
    return text;
  }

  #unit(place: number): number {
    if (place >= this.#trie.length) throw corrupt(`a rule leads behind the end of its trie`);
    return this.#trie[place]!;
  }
}

/** The bytes of a charsmap in base64. @throws TransformersError CORRUPT_FILE */
export function charsmapFromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw corrupt("it is no base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  // What atob forgives, such as spaces and missing padding.
  if (charsmapToBase64(bytes) !== text) throw corrupt("it is no base64");
  return bytes;
}

/** The bytes of a charsmap as base64. */
export function charsmapToBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** Writes a code point as UTF-8; returns where it ends. */
export function writeUtf8(point: number, target: Uint8Array, at: number): number {
  if (point < 0x80) {
    target[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    target[at] = 0xc0 | (point >> 6);
    target[at + 1] = 0x80 | (point & 63);
    return at + 2;
  }
  if (point < 0x10000) {
    target[at] = 0xe0 | (point >> 12);
    target[at + 1] = 0x80 | ((point >> 6) & 63);
    target[at + 2] = 0x80 | (point & 63);
    return at + 3;
  }
  target[at] = 0xf0 | (point >> 18);
  target[at + 1] = 0x80 | ((point >> 12) & 63);
  target[at + 2] = 0x80 | ((point >> 6) & 63);
  target[at + 3] = 0x80 | (point & 63);
  return at + 4;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >> 6);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Undefined where the bytes are no UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", `precompiled_charsmap is damaged: ${message}`);
}
