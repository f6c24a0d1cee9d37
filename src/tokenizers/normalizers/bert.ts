import type { Json, JsonFields } from "../json.js";
import { Text } from "../text.js";
import { classes, DROPPED, HAN, NONSPACING_MARK, SPACE } from "../unicode/classes.js";
import { decompose } from "../unicode/composition.js";
import { combiningClasses, lowercase } from "../unicode/mapping.js";
import type { Normalizer } from "./normalizer.js";
import { PointMap } from "./point-map.js";
import { NFD } from "./unicode-forms.js";

/** Options of {@link BertNormalizer}, as in tokenizer.json. */
export interface BertNormalizerOptions {
  /** Drop control characters, turn whitespace into plain spaces (default true). */
  clean_text?: boolean;
  /** Put spaces around CJK ideographs (default true). */
  handle_chinese_chars?: boolean;
  /** Decompose and drop nonspacing marks; null (the default): as `lowercase`. */
  strip_accents?: boolean | null;
  /** Lowercase each code point by itself (default true). */
  lowercase?: boolean;
}

/**
 * BERT's normalisation: cleaning, spaces around ideographs, accents, case, in this order.
 * Source: the `BertNormalizer` of the Rust library `tokenizers`.
 */
export class BertNormalizer implements Normalizer {
  readonly type = "BertNormalizer";
  readonly options: Readonly<Required<BertNormalizerOptions>>;
  /** All steps at once; refuses the marks that survive and might have to change places with others. */
  readonly #all: PointMap;
  readonly #beforeAccents: PointMap;
  readonly #afterAccents: PointMap;
  readonly #cleaned = new Text();
  readonly #decomposed = new Text();

  constructor(options: BertNormalizerOptions = {}) {
    const { clean_text = true, handle_chinese_chars = true, strip_accents = null } = options;
    this.options = { clean_text, handle_chinese_chars, strip_accents, lowercase: options.lowercase ?? true };
    const { lowercase: lower } = this.options;
    const strip = strip_accents ?? lower;
    const before = (point: number) => cleanPoint(point, clean_text, handle_chinese_chars);
    const after = (point: number) => settlePoint(point, strip, lower);
    this.#beforeAccents = new PointMap(before);
    this.#afterAccents = new PointMap(after);
    this.#all = new PointMap((point) => {
      const bases = strip
        ? before(point).flatMap((part) => decompose(part, "canonical") ?? part)
        : before(point);
      const settled = bases.flatMap((base) => {
        const kept = after(base);
        return strip && kept.length > 0 && combiningClasses().has(base) ? [-1] : kept;
      });
      return settled.includes(-1) ? "refuse" : settled;
    });
  }

  static fromJson(fields: JsonFields): BertNormalizer {
    return new BertNormalizer({
      clean_text: fields.boolean("clean_text", true),
      handle_chinese_chars: fields.boolean("handle_chinese_chars", true),
      strip_accents: fields.raw("strip_accents") == null ? null : fields.boolean("strip_accents"),
      lowercase: fields.boolean("lowercase", true),
    });
  }

  normalize(source: Text, from: number, to: number, target: Text): void {
    if (this.#all.apply(source, from, to, target)) return;
    this.#cleaned.clear(target.tracked);
    this.#beforeAccents.apply(source, from, to, this.#cleaned);
    this.#decomposed.clear(target.tracked);
    new NFD().normalize(this.#cleaned, 0, this.#cleaned.length, this.#decomposed);
    this.#afterAccents.apply(this.#decomposed, 0, this.#decomposed.length, target);
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }
}

function cleanPoint(point: number, clean: boolean, chinese: boolean): readonly number[] {
  const flags = classes()[point]!;
  if (clean && flags & DROPPED) return [];
  if (clean && flags & SPACE) return [0x20];
  return chinese && flags & HAN ? [0x20, point, 0x20] : [point];
}

function settlePoint(point: number, strip: boolean, lower: boolean): readonly number[] {
  if (strip && classes()[point]! & NONSPACING_MARK) return [];
  return (lower ? lowercase().get(point) : undefined) ?? [point];
}
