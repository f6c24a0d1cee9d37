import type { Json } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Several decoders, one after the other. */
export class DecoderSequence implements Decoder {
  readonly type = "Sequence";
  readonly decoders: readonly Decoder[];

  constructor(decoders: readonly Decoder[]) {
    this.decoders = decoders;
  }

  decodeChain(tokens: readonly string[]): string[] {
    let decoded = [...tokens];
    for (const decoder of this.decoders) decoded = decoder.decodeChain(decoded);
    return decoded;
  }

  toJson(): Json {
    return { type: this.type, decoders: this.decoders.map((decoder) => decoder.toJson()) };
  }
}
