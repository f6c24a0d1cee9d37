import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import type { IntBuffer, Text } from "../text.js";
import type { Rewriter } from "./pre-tokenizer.js";

/** Where a space is put in front: at every piece, at the one where the text begins, nowhere. */
export const PREPEND_SCHEMES = ["always", "first", "never"] as const;
export type PrependScheme = (typeof PREPEND_SCHEMES)[number];

/** Options of {@link Metaspace}, as in tokenizer.json; its decoder has the same ones. */
export interface MetaspaceOptions {
  /** The character that stands for a space (default "▁", U+2581). */
  replacement?: string;
  /** Where one is put in front of what does not begin with one (default "always"). */
  prepend_scheme?: PrependScheme;
  /** Whether to split in front of each (default true). */
  split?: boolean;
}

const SPACE = 0x20;

/** Makes spaces visible, puts one in front, and splits in front of each: "a b" becomes "▁a", "▁b". */
export class Metaspace implements Rewriter {
  readonly type = "Metaspace";
  readonly options: Readonly<Required<MetaspaceOptions>>;
  readonly #point: number;

  /** @throws TransformersError INVALID_ARGUMENT where `replacement` is not one character. */
  constructor(options: MetaspaceOptions = {}) {
    this.options = completeMetaspace(options);
    this.#point = this.options.replacement.codePointAt(0)!;
  }

  static fromJson(fields: JsonFields): Metaspace {
    return new Metaspace(metaspaceFromJson(fields));
  }

  get needsOrigin(): boolean {
    return this.options.prepend_scheme === "first";
  }

  rewrite(source: Text, from: number, to: number, isStart: boolean, target: Text, spans: IntBuffer): void {
    let begin = target.length;
    if (this.#prepends(source, from, to, isStart)) {
      // What is put in front is aligned with the character behind it.
      const { tracked } = target;
      target.pushPoint(this.#point, tracked ? source.starts[from]! : 0, tracked ? source.ends[from]! : 0);
    }
    const at = target.length;
    if (this.#point > 0xffff) this.#copyLong(source, from, to, target);
    else this.#copy(source, from, to, target);
    if (this.options.split) begin = this.#split(target, begin, at, spans);
    spans.push(begin);
    spans.push(target.length);
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }

  #prepends(source: Text, from: number, to: number, isStart: boolean): boolean {
    const { prepend_scheme, replacement } = this.options;
    if (prepend_scheme === "never" || (prepend_scheme === "first" && !isStart)) return false;
    return source.units[from] !== SPACE && !startsWith(source.units, from, to, replacement);
  }

  #copy(source: Text, from: number, to: number, target: Text): void {
    const at = target.length;
    target.append(source, from, to);
    const { units, length } = target;
    const mark = this.#point;
    for (let i = at; i < length; i++) if (units[i] === SPACE) units[i] = mark;
  }

  /** As {@link #copy}, where the replacement has two units. */
  #copyLong(source: Text, from: number, to: number, target: Text): void {
    const { tracked } = target;
    for (let i = from; i < to; i++) {
      if (source.units[i] !== SPACE) target.append(source, i, i + 1);
      else target.pushPoint(this.#point, tracked ? source.starts[i]! : 0, tracked ? source.ends[i]! : 0);
    }
  }

  /** Appends all pieces but the last; returns where that one begins. */
  #split(target: Text, from: number, at: number, spans: IntBuffer): number {
    const { units, length } = target;
    const { replacement } = this.options;
    const first = replacement.charCodeAt(0);
    let begin = from;
    for (let i = at; i < length; i++) {
      if (units[i] !== first || i === begin || !startsWith(units, i, length, replacement)) continue;
      spans.push(begin);
      spans.push(i);
      begin = i;
    }
    return begin;
  }
}

/** The options of a Metaspace, pre-tokenizer or decoder, with every choice made. */
export function completeMetaspace(options: MetaspaceOptions): Required<MetaspaceOptions> {
  const { replacement = "\u2581", prepend_scheme = "always", split = true } = options;
  if ([...replacement].length !== 1) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `replacement must be one character, not ${JSON.stringify(replacement)}`,
    );
  }
  return { replacement, prepend_scheme, split };
}

/** Reads them. Older files say `add_prefix_space: false` for "never". @throws TransformersError CORRUPT_FILE */
export function metaspaceFromJson(fields: JsonFields): MetaspaceOptions {
  const replacement = fields.string("replacement");
  const hasPrefix = fields.boolean("add_prefix_space", true);
  const prepend_scheme = fields.choice("prepend_scheme", PREPEND_SCHEMES, hasPrefix ? "always" : "never");
  if ([...replacement].length !== 1 || (!hasPrefix && prepend_scheme !== "never")) {
    throw new TransformersError(
      "CORRUPT_FILE",
      [...replacement].length !== 1
        ? `${fields.where}.replacement must be one character, not ${JSON.stringify(replacement)}`
        : `${fields.where} says add_prefix_space: false, and prepend_scheme: ${prepend_scheme}`,
    );
  }
  return { replacement, prepend_scheme, split: fields.boolean("split", true) };
}

function startsWith(units: Uint16Array, from: number, to: number, text: string): boolean {
  if (from + text.length > to) return false;
  for (let i = 0; i < text.length; i++) if (units[from + i] !== text.charCodeAt(i)) return false;
  return true;
}
