import { JsonFields, unknownComponent } from "../json.js";
import { BPEDecoder } from "./bpe.js";
import { ByteLevelDecoder } from "./byte-level.js";
import type { Decoder } from "./decoder.js";
import { MetaspaceDecoder } from "./metaspace.js";
import { WordPieceDecoder } from "./wordpiece.js";

export { BPEDecoder } from "./bpe.js";
export { ByteLevelDecoder, type ByteLevelDecoderOptions } from "./byte-level.js";
export type { Decoder } from "./decoder.js";
export { MetaspaceDecoder } from "./metaspace.js";
export { WordPieceDecoder, type WordPieceDecoderOptions } from "./wordpiece.js";

type Reader = (fields: JsonFields) => Decoder;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BPEDecoder", BPEDecoder.fromJson],
  ["ByteLevel", ByteLevelDecoder.fromJson],
  ["Metaspace", MetaspaceDecoder.fromJson],
  ["WordPiece", WordPieceDecoder.fromJson],
]);

/** The decoder that a `decoder` object of tokenizer.json describes. */
export function decoderFromJson(value: unknown, where = "decoder"): Decoder {
  const fields = new JsonFields(value, where);
  const reader = READERS.get(fields.string("type"));
  if (reader === undefined) throw unknownComponent(where, fields.raw("type"), READERS.keys());
  return reader(fields);
}
