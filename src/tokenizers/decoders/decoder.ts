import type { Json } from "../json.js";

/** Turns tokens back into text. */
export interface Decoder {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  /** The pieces of text that joined together are the decoded text. */
  decodeChain(tokens: readonly string[]): string[];
  toJson(): Json;
}
