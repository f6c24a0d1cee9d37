import type { Encoding } from "../encoding.js";
import type { Json, JsonFields } from "../json.js";
import type { PostProcessor } from "./processor.js";
import { trimOffsets } from "./trim-offsets.js";

/** Options of {@link ByteLevelProcessing}, as in tokenizer.json. */
export interface ByteLevelProcessingOptions {
  /** Whether the pre-tokenizer puts a blank before a text (default true). */
  add_prefix_space?: boolean;
  /** Leave blanks at both ends of tokens out of their offsets (default true). */
  trim_offsets?: boolean;
  /** Said in tokenizer.json, and of no meaning here (default true). */
  use_regex?: boolean;
}

/** What ByteLevel does after tokenizing: it trims offsets. */
export class ByteLevelProcessing implements PostProcessor {
  readonly type = "ByteLevel";
  readonly options: Readonly<Required<ByteLevelProcessingOptions>>;

  constructor(options: ByteLevelProcessingOptions = {}) {
    const { add_prefix_space = true, trim_offsets = true, use_regex = true } = options;
    this.options = { add_prefix_space, trim_offsets, use_regex };
  }

  static fromJson(fields: JsonFields): ByteLevelProcessing {
    return new ByteLevelProcessing({
      add_prefix_space: fields.boolean("add_prefix_space"),
      trim_offsets: fields.boolean("trim_offsets"),
      use_regex: fields.boolean("use_regex", true),
    });
  }

  addedTokens(): number {
    return 0;
  }

  process(encodings: readonly Encoding[]): Encoding[] {
    const { trim_offsets, add_prefix_space } = this.options;
    return encodings.map((encoding, i) => {
      const part = trim_offsets ? trimOffsets(encoding, add_prefix_space) : encoding;
      // Each part is a sequence from here on, even one that a processor before has made.
      return part.with({ sequenceRanges: new Map([...part.sequenceRanges, [i, [0, part.length]]]) });
    });
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }
}
