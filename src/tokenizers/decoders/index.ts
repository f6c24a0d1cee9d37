import { type JsonFields, readComponent } from "../json.js";
import { BPEDecoder } from "./bpe.js";
import { ByteFallback } from "./byte-fallback.js";
import { ByteLevelDecoder } from "./byte-level.js";
import { CTC } from "./ctc.js";
import type { Decoder } from "./decoder.js";
import { Fuse } from "./fuse.js";
import { MetaspaceDecoder } from "./metaspace.js";
import { ReplaceDecoder } from "./replace.js";
import { DecoderSequence } from "./sequence.js";
import { StripDecoder } from "./strip.js";
import { WordPieceDecoder } from "./wordpiece.js";

export { BPEDecoder } from "./bpe.js";
export { ByteFallback, isByteToken } from "./byte-fallback.js";
export { ByteLevelDecoder, type ByteLevelDecoderOptions } from "./byte-level.js";
export { CTC, type CTCOptions } from "./ctc.js";
export type { Decoder } from "./decoder.js";
export { Fuse } from "./fuse.js";
export { MetaspaceDecoder } from "./metaspace.js";
export { ReplaceDecoder } from "./replace.js";
export { DecoderSequence } from "./sequence.js";
export { StripDecoder, type StripDecoderOptions } from "./strip.js";
export { WordPieceDecoder, type WordPieceDecoderOptions } from "./wordpiece.js";

type Reader = (fields: JsonFields) => Decoder;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BPEDecoder", BPEDecoder.fromJson],
  ["ByteFallback", () => new ByteFallback()],
  ["ByteLevel", ByteLevelDecoder.fromJson],
  ["CTC", CTC.fromJson],
  ["Fuse", () => new Fuse()],
  ["Metaspace", MetaspaceDecoder.fromJson],
  ["Replace", ReplaceDecoder.fromJson],
  ["Sequence", (fields) => new DecoderSequence(fields.each("decoders", decoderFromJson))],
  ["Strip", StripDecoder.fromJson],
  ["WordPiece", WordPieceDecoder.fromJson],
]);

/** The decoder that a `decoder` object of tokenizer.json describes. */
export function decoderFromJson(value: unknown, where = "decoder"): Decoder {
  return readComponent(READERS, value, where);
}

/** Whether tokens that stand for bytes are joined, so that the text of one is only known from those after it. */
export function joinsBytes(decoder: Decoder | null): boolean {
  if (decoder instanceof DecoderSequence) return decoder.decoders.some(joinsBytes);
  return decoder instanceof ByteFallback;
}
