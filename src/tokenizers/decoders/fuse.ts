import type { Json } from "../json.js";
import type { Decoder } from "./decoder.js";

/** Makes all tokens one, for decoders that look at what stands at its ends. */
export class Fuse implements Decoder {
  readonly type = "Fuse";

  decodeChain(tokens: readonly string[]): string[] {
    return [tokens.join("")];
  }

  toJson(): Json {
    return { type: this.type };
  }
}
