import { TransformersError } from "../../errors.js";
import { isCharacter, type Json, type JsonFields } from "../json.js";
import type { IntBuffer } from "../text.js";
import { splitAtCharacters } from "./behavior.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Splits at one character, which is dropped. */
export class CharDelimiterSplit implements Splitter {
  readonly type = "CharDelimiterSplit";
  readonly delimiter: string;
  readonly #point: number;

  /** @throws TransformersError INVALID_ARGUMENT unless `delimiter` is one character. */
  constructor(delimiter: string) {
    if (!isCharacter(delimiter)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `the delimiter of a CharDelimiterSplit must be one character, not ${JSON.stringify(delimiter)}`,
      );
    }
    this.delimiter = delimiter;
    this.#point = delimiter.codePointAt(0)!;
  }

  static fromJson(fields: JsonFields): CharDelimiterSplit {
    return new CharDelimiterSplit(fields.character("delimiter"));
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    splitAtCharacters(units, from, to, spans, "Removed", (point) => point === this.#point);
  }

  toJson(): Json {
    return { type: this.type, delimiter: this.delimiter };
  }
}
