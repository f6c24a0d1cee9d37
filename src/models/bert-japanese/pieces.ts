import { isDigit, splitAtSpace } from "../../tokenizers/python-text/index.js";
import type { SentencePieceProcessor } from "../../tokenizers/sentencepiece/index.js";

/** The pieces of a text, where a comma behind a digit is always one of its own, as in ALBERT's. */
export function japanesePieces(processor: SentencePieceProcessor, text: string): string[] {
  const plain = splitAtSpace(text).join(" ").replaceAll("``", '"').replaceAll("''", '"');
  return processor.encode_as_pieces(plain).flatMap((piece) => {
    const characters = Array.from(piece);
    const before = characters.at(-2);
    if (characters.at(-1) !== "," || before === undefined || !isDigit(before.codePointAt(0)!)) return [piece];
    const parts = processor.encode_as_pieces(piece.slice(0, -1).replaceAll("▁", ""));
    const first = parts[0];
    if (!piece.startsWith("▁") && first?.startsWith("▁")) {
      parts.splice(0, 1, ...(first === "▁" ? [] : [first.slice(1)]));
    }
    return [...parts, ","];
  });
}
