export {
  demoteNumberCommas,
  extractMerges,
  idsOf,
  replaceSpaces,
  type ScoredVocabulary,
  SpmConverter,
  type SpmConverterOptions,
} from "./convert.js";
export {
  type ModelProto,
  type NormalizerSpec,
  type PieceType,
  readModelProto,
  type SentencePiece,
  type TrainerSpec,
} from "./model-proto.js";
export { type SentencePieceEncodeOptions, SentencePieceProcessor } from "./processor.js";
export { FAIRSEQ, RenumberedConverter, type Renumbering } from "./renumbered.js";
