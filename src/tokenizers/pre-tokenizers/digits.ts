import type { Json, JsonFields } from "../json.js";
import type { IntBuffer } from "../text.js";
import { numeric } from "../unicode/numeric.js";
import { splitAtCharacters } from "./behavior.js";
import type { Splitter } from "./pre-tokenizer.js";

/** Options of {@link Digits}, as in tokenizer.json. */
export interface DigitsOptions {
  /** Whether each digit is a piece of its own (default false: runs of digits stay together). */
  individual_digits?: boolean;
}

/** Separates digits, and whatever else is numeric, from the rest. */
export class Digits implements Splitter {
  readonly type = "Digits";
  readonly individual_digits: boolean;

  constructor(options: DigitsOptions = {}) {
    this.individual_digits = options.individual_digits ?? false;
  }

  static fromJson(fields: JsonFields): Digits {
    return new Digits({ individual_digits: fields.boolean("individual_digits") });
  }

  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    const behavior = this.individual_digits ? "Isolated" : "Contiguous";
    const isNumeric = numeric();
    splitAtCharacters(units, from, to, spans, behavior, (point) => isNumeric[point] === 1);
  }

  toJson(): Json {
    return { type: this.type, individual_digits: this.individual_digits };
  }
}
