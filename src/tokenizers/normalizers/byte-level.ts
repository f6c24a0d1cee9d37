import { appendByteCharacters } from "../byte-characters.js";
import type { Json } from "../json.js";
import type { Text } from "../text.js";
import type { Normalizer } from "./normalizer.js";

/** Writes a text as the characters of its UTF-8 bytes; splitting sees these. */
export class ByteLevelNormalizer implements Normalizer {
  readonly type = "ByteLevel";

  normalize(source: Text, from: number, to: number, target: Text): void {
    appendByteCharacters(source, from, to, target);
  }

  toJson(): Json {
    return { type: this.type };
  }
}
