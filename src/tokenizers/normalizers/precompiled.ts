import type { Json, JsonFields } from "../json.js";
import { pointAt, type Text } from "../text.js";
import { clusterEnd, graphemeKinds, isSimple } from "../unicode/graphemes.js";
import { Charsmap, charsmapFromBase64, charsmapToBase64 } from "./charsmap.js";
import type { Normalizer } from "./normalizer.js";
import { NormalizerSequence } from "./sequence.js";

/** A grapheme cluster of more bytes is looked at code point by code point. */
const LONGEST_CLUSTER = 5;
const KEEP = -1;

/** Options of {@link Precompiled}. */
export interface PrecompiledOptions {
  /**
   * Apply the rules as SentencePiece itself does, at each place the one with the longest key. Default false: as the Rust
   * library does, which looks for the rule with the shortest key that begins a grapheme cluster of up to five bytes,
   * and lets it stand for the whole cluster; in longer clusters, and in those without such a rule, at each code point.
   * In tokenizer.json it is a field of its own, which the Rust library passes over.
   */
  sentencepiece_normalization?: boolean;
}

/** The normalisation rules that a SentencePiece model carries, compiled. */
export class Precompiled implements Normalizer {
  readonly type = "Precompiled";
  readonly options: Readonly<Required<PrecompiledOptions>>;
  readonly charsmap: Uint8Array;
  readonly #rules: Charsmap;
  /** Per code point, in pages of 256 made when first needed: where its replacement is, or KEEP. */
  readonly #pages: (Int32Array | undefined)[] = new Array(0x1100).fill(undefined);
  readonly #units = new Uint16Array(2);
  // While a text is being normalised with alignments: the source position of the character that the next replacement
  // stands for, that of the one before, and whether the last character was inserted beside its predecessor.
  #place = 0;
  #previous = 0;
  #inserted = false;

  /** @throws TransformersError CORRUPT_FILE where `charsmap` is damaged. */
  constructor(charsmap: Uint8Array, options: PrecompiledOptions = {}) {
    this.charsmap = charsmap;
    this.options = { sentencepiece_normalization: options.sentencepiece_normalization ?? false };
    this.#rules = new Charsmap(charsmap);
  }

  static fromJson(fields: JsonFields): Precompiled {
    return new Precompiled(charsmapFromBase64(fields.string("precompiled_charsmap")), {
      sentencepiece_normalization: fields.boolean("sentencepiece_normalization", false),
    });
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    this.#place = from;
    this.#previous = from;
    this.#inserted = false;
    if (this.options.sentencepiece_normalization) this.#applyLongest(source, from, to, target);
    else this.#applyToClusters(source, from, to, target);
  }

  toJson(): Json {
    const json = { type: this.type, precompiled_charsmap: charsmapToBase64(this.charsmap) };
    return this.options.sentencepiece_normalization ? { ...json, ...this.options } : json;
  }

  #applyToClusters(source: Text, from: number, to: number, target: Text): void {
    const kinds = graphemeKinds();
    const { units } = source;
    const first = target.length;
    target.reserve(to - from);
    for (let i = from; i < to; ) {
      const unit = units[i]!;
      const next = i + 1 < to ? units[i + 1]! : 0x20;
      const isAlone =
        (unit & 0xf800) !== 0xd800 &&
        (next & 0xf800) !== 0xd800 &&
        isSimple(kinds[unit]!) &&
        isSimple(kinds[next]!);
      if (isAlone) {
        const rule = this.#pointRule(unit);
        if (rule === KEEP) this.#keep(unit, source, target);
        else this.#replace(this.#rules.text(rule), 1, source, target, first);
        i++;
        continue;
      }
      const end = clusterEnd(units, i, to);
      const rule = this.#clusterRule(units, i, end);
      if (rule !== KEEP) {
        this.#replace(this.#rules.text(rule), countPoints(units, i, end), source, target, first);
        i = end;
      } else {
        i = this.#applyToPoints(source, i, end, target, first);
      }
    }
  }

  #applyToPoints(source: Text, from: number, to: number, target: Text, first: number): number {
    let i = from;
    while (i < to) {
      const point = pointAt(source.units, i, to);
      const rule = this.#pointRule(point);
      if (rule === KEEP) this.#keep(point, source, target);
      else this.#replace(this.#rules.text(rule), 1, source, target, first);
      i += point > 0xffff ? 2 : 1;
    }
    return i;
  }

  /** The rule for a whole cluster: the one of a single code point is found by {@link #applyToPoints} as well. */
  #clusterRule(units: Uint16Array, from: number, to: number): number {
    return isLongerThan(units, from, to, LONGEST_CLUSTER)
      ? KEEP
      : this.#rules.find(units, from, to, "shortest");
  }

  #pointRule(point: number): number {
    return (this.#pages[point >> 8] ?? this.#compile(point >> 8))[point & 255]!;
  }

  #compile(index: number): Int32Array {
    const page = new Int32Array(256);
    for (let low = 0; low < 256; low++) {
      const length = index > 0xff ? 2 : 1;
      this.#units[0] = length === 1 ? (index << 8) | low : 0xd7c0 + (index >> 2);
      this.#units[1] = 0xdc00 | ((index & 3) << 8) | low;
      page[low] = this.#rules.find(this.#units, 0, length, "shortest");
    }
    this.#pages[index] = page;
    return page;
  }

  #applyLongest(source: Text, from: number, to: number, target: Text): void {
    const { units } = source;
    const first = target.length;
    for (let i = from; i < to; ) {
      const rule = this.#rules.find(units, i, to, "longest");
      if (rule === KEEP) {
        const point = pointAt(units, i, to);
        this.#keep(point, source, target);
        i += point > 0xffff ? 2 : 1;
      } else {
        const end = i + this.#rules.matched;
        this.#replace(this.#rules.text(rule), countPoints(units, i, end), source, target, first);
        i = end;
      }
    }
  }

  #keep(point: number, source: Text, target: Text): void {
    if (!target.tracked) {
      if (point > 0xffff || target.length === target.units.length) target.pushPoint(point, 0, 0);
      else target.units[target.length++] = point;
      return;
    }
    target.pushPoint(point, source.starts[this.#place]!, source.ends[this.#place]!);
    this.#inserted = false;
    this.#consume(source);
  }

  /**
   * Writes what `count` characters of the source become. Each character of the replacement stands for one of them, what
   * is left of it for the last one; what is left of the source goes with the character before. Where there is none,
   * it stays, and everything after it is aligned with what stands so much further to the left.
   */
  #replace(text: string, count: number, source: Text, target: Text, first: number): void {
    if (!target.tracked) {
      for (let i = 0; i < text.length; i++) target.pushPoint(text.charCodeAt(i), 0, 0);
      return;
    }
    let left = count;
    for (const character of text) {
      if (left > 0) {
        target.pushPoint(character.codePointAt(0)!, source.starts[this.#place]!, source.ends[this.#place]!);
        this.#inserted = false;
        this.#consume(source);
        left--;
      } else {
        const previous = this.#previous;
        target.pushPoint(character.codePointAt(0)!, source.starts[previous]!, source.ends[previous]!);
        this.#inserted = true;
      }
    }
    if (left === 0 || target.length === first) return;
    if (this.#inserted) this.#realignLast(source, target);
    for (; left > 0; left--) this.#consume(source);
  }

  /** An inserted character whose successor is dropped stands for that one. */
  #realignLast(source: Text, target: Text): void {
    const isTrailing = (target.units[target.length - 1]! & 0xfc00) === 0xdc00;
    for (let i = target.length - (isTrailing ? 2 : 1); i < target.length; i++) {
      target.starts[i] = source.starts[this.#place]!;
      target.ends[i] = source.ends[this.#place]!;
    }
    this.#inserted = false;
  }

  /** Goes on to the next character of the source. */
  #consume(source: Text): void {
    this.#previous = this.#place;
    this.#place += (source.units[this.#place]! & 0xfc00) === 0xd800 ? 2 : 1;
  }
}

function countPoints(units: Uint16Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if ((units[i]! & 0xfc00) !== 0xdc00) count++;
  return count;
}

/** Whether units[from, to) has more than `limit` bytes in UTF-8. */
function isLongerThan(units: Uint16Array, from: number, to: number, limit: number): boolean {
  let length = 0;
  for (let i = from; i < to && length <= limit; i++) {
    const unit = units[i]!;
    // Each half of a pair stands for two of its four bytes.
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length > limit;
}

/**
 * The same normalizer, where compiled rules in it apply as SentencePiece applies them (see {@link PrecompiledOptions}):
 * `tokenizer.normalizer = withSentencePieceRules(tokenizer.normalizer)`.
 */
export function withSentencePieceRules(normalizer: Normalizer): Normalizer {
  if (normalizer instanceof NormalizerSequence) {
    return new NormalizerSequence(normalizer.normalizers.map(withSentencePieceRules));
  }
  if (!(normalizer instanceof Precompiled)) return normalizer;
  return new Precompiled(normalizer.charsmap, { sentencepiece_normalization: true });
}
