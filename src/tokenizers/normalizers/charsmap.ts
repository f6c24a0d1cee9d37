import { TransformersError } from "../../errors.js";
import { pointAt } from "../text.js";

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
  readonly #bytes = new Uint8Array(4);
  /** How many units the key found last has. */
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
   * Looks for a rule for the first characters of units[from, to): the one with the shortest or the longest key. Returns
   * where its replacement is, or -1; for the longest one sets `matched`.
   */
  find(units: Uint16Array, from: number, to: number, which: "shortest" | "longest"): number {
    let found = -1;
    let place = offsetOf(this.#trie[0]!);
    for (let i = from; i < to; ) {
      const point = pointAt(units, i, to);
      i += point > 0xffff ? 2 : 1;
      // The reference library ends a key at NUL, SentencePiece does not.
      if (point === 0 && which === "shortest") break;
      const count = writeUtf8(point, this.#bytes);
      for (let n = 0; n < count; n++) {
        place ^= this.#bytes[n]!;
        const unit = this.#unit(place);
        if ((unit & 0x800000ff) !== this.#bytes[n]) return found;
        place ^= offsetOf(unit);
        if ((unit & 0x100) === 0) continue;
        if (which === "shortest") return this.#unit(place) & 0x7fffffff;
        if (n + 1 < count) continue; // no text is cut inside a character
        found = this.#unit(place) & 0x7fffffff;
        this.matched = i - from;
      }
    }
    return found;
  }

  /** Whether a key is this ASCII character or begins with it and another one. */
  beginsAsciiKey(character: number): boolean {
    const first = offsetOf(this.#trie[0]!) ^ character;
    const unit = this.#unit(first);
    if ((unit & 0x800000ff) !== character) return false;
    if ((unit & 0x100) !== 0) return true;
    for (let next = 0; next < 128; next++) {
      if ((this.#unit(first ^ offsetOf(unit) ^ next) & 0x800000ff) === next) return true;
    }
    return false;
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

/** Writes a code point as UTF-8; returns its length. */
function writeUtf8(point: number, target: Uint8Array): number {
  if (point < 0x80) {
    target[0] = point;
    return 1;
  }
  const length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  let rest = point;
  for (let i = length - 1; i > 0; i--, rest >>= 6) target[i] = 0x80 | (rest & 63);
  target[0] = (0xf00 >> length) | rest;
  return length;
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
