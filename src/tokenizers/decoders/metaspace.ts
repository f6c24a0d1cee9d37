import type { Json, JsonFields } from "../json.js";
import { completeMetaspace, type MetaspaceOptions, metaspaceFromJson } from "../pre-tokenizers/metaspace.js";
import type { Decoder } from "./decoder.js";

/** Makes the visible spaces of Metaspace spaces again, without those that it has put in front. */
export class MetaspaceDecoder implements Decoder {
  readonly type = "Metaspace";
  readonly options: Readonly<Required<MetaspaceOptions>>;

  /** @throws TransformersError INVALID_ARGUMENT where `replacement` is not one character. */
  constructor(options: MetaspaceOptions = {}) {
    this.options = completeMetaspace(options);
  }

  static fromJson(fields: JsonFields): MetaspaceDecoder {
    return new MetaspaceDecoder(metaspaceFromJson(fields));
  }

  decodeChain(tokens: readonly string[]): string[] {
    const { replacement, prepend_scheme } = this.options;
    // Of the first token every one of them goes.
    return tokens.map((token, i) =>
      token.replaceAll(replacement, i === 0 && prepend_scheme !== "never" ? "" : " "),
    );
  }

  toJson(): Json {
    return { type: this.type, ...this.options };
  }
}
