export { readVocabJson, type VocabJsonStyle, writeVocabJson } from "./json.js";
export { readLines, readTokenLines, writeTokenLines } from "./lines.js";
export { type BpeFiles, readBpeFiles, writeBpeFiles } from "./merges.js";
export {
  decodeBetween,
  OffsetPieceTable,
  PieceTable,
  readSentencePiece,
  type SentencePieceConfig,
  type SentencePieceFile,
} from "./pieces.js";
export { requiredBytes, requiredText } from "./required.js";
