import type { Encoding } from "../encoding.js";
import type { Json, JsonFields } from "../json.js";
import { tokenAndId } from "./bert.js";
import type { PostProcessor } from "./processor.js";
import { specialEncoding } from "./template.js";
import { trimOffsets } from "./trim-offsets.js";

/** Options of {@link RobertaProcessing}, as in tokenizer.json. */
export interface RobertaProcessingOptions {
  /** Leave blanks at both ends of tokens out of their offsets (default true). */
  trim_offsets?: boolean;
  /** Whether the pre-tokenizer puts a blank before a text (default true). */
  add_prefix_space?: boolean;
}

/** `<s> A </s>` and `<s> A </s> </s> B </s>`, all with type id 0. */
export class RobertaProcessing implements PostProcessor {
  readonly type = "RobertaProcessing";
  readonly sep: readonly [string, number];
  readonly cls: readonly [string, number];
  readonly options: Readonly<Required<RobertaProcessingOptions>>;

  constructor(
    sep: readonly [string, number],
    cls: readonly [string, number],
    options: RobertaProcessingOptions = {},
  ) {
    this.sep = sep;
    this.cls = cls;
    const { trim_offsets = true, add_prefix_space = true } = options;
    this.options = { trim_offsets, add_prefix_space };
  }

  static fromJson(fields: JsonFields): RobertaProcessing {
    return new RobertaProcessing(tokenAndId(fields, "sep"), tokenAndId(fields, "cls"), {
      trim_offsets: fields.boolean("trim_offsets"),
      add_prefix_space: fields.boolean("add_prefix_space"),
    });
  }

  addedTokens(isPair: boolean): number {
    return isPair ? 4 : 2;
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding[] {
    const { trim_offsets, add_prefix_space } = this.options;
    return encodings.flatMap((encoding, i) => {
      const trimmed = trim_offsets ? trimOffsets(encoding, add_prefix_space) : encoding;
      if (!addSpecialTokens) return trimmed.with({ typeId: 0 });
      const body = trimmed.with({
        typeId: 0,
        overflowing: trimmed.overflowing.map((part) => part.with({ typeId: 0 })),
      });
      const withSpans = encoding.columns.spans !== null;
      return [frame(i === 0 ? this.cls : this.sep, withSpans), body, frame(this.sep, withSpans)];
    });
  }

  toJson(): Json {
    return { type: this.type, sep: this.sep, cls: this.cls, ...this.options };
  }
}

function frame([token, id]: readonly [string, number], withSpans: boolean): Encoding {
  return specialEncoding({ id: token, ids: [id], tokens: [token] }, 0, withSpans);
}
