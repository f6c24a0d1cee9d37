import type { ModelProto } from "./model-proto.js";
import { SPACE_MARK } from "./normalizer.js";

const MARK = String.fromCharCode(SPACE_MARK);
const REPLACEMENT = "\ufffd";

/**
 * The text of pieces: spaces in the place of their marks, without the one put in front; runs of bytes as UTF-8, each
 * byte that is none as U+FFFD; an unknown piece as `unk_surface`. Source: SentencePiece, `SentencePieceProcessor::Decode`.
 */
export function decodePieces(
  pieces: readonly string[],
  model: ModelProto,
  idOf: (piece: string) => number,
): string {
  const { add_dummy_prefix, remove_extra_whitespaces } = model.normalizer_spec;
  let text = "";
  let bytes: number[] = [];
  let isStart = true; // whether a mark would be the one put in front
  let hasMark = false; // whether it has been taken away
  for (const piece of pieces) {
    const { type, piece: own } = model.pieces[idOf(piece)]!;
    if (type === "byte") {
      bytes.push(Number(own.slice(1, -1)));
      continue;
    }
    text += decodeBytes(bytes);
    bytes = [];
    if (hasMark || text !== "") isStart = false;
    hasMark = false;
    if (type === "control") continue;
    if (type === "unknown") {
      text += own === piece ? model.trainer_spec.unk_surface : piece;
      continue;
    }
    let rest = piece;
    if (isStart && (add_dummy_prefix || remove_extra_whitespaces) && piece.startsWith(MARK)) {
      rest = piece.slice(1);
      // Where repeated spaces were dropped, all marks in front go.
      hasMark = !remove_extra_whitespaces;
    }
    text += rest.replaceAll(MARK, " ");
  }
  return text + decodeBytes(bytes);
}

function decodeBytes(bytes: readonly number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    const first = bytes[i]!;
    if (length === 0) {
      text += REPLACEMENT;
      i++;
      continue;
    }
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let n = 1; n < length; n++) point = (point << 6) | (bytes[i + n]! & 63);
    text += String.fromCodePoint(point);
    i += length;
  }
  return text;
}

/** How many bytes the character at bytes[i] has; 0 where they are no UTF-8. */
function sequenceLength(bytes: readonly number[], i: number): number {
  const first = bytes[i]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  if (i + length > bytes.length) return 0;
  for (let n = 1; n < length; n++) if ((bytes[i + n]! & 0xc0) !== 0x80) return 0;
  const second = bytes[i + 1]!;
  const isWrong =
    (first === 0xe0 && second < 0xa0) || // shorter forms exist
    (first === 0xed && second >= 0xa0) || // a surrogate
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second >= 0x90); // beyond U+10FFFF
  return isWrong ? 0 : length;
}
