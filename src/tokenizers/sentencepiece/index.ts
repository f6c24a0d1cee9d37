export {
  type ModelProto,
  type NormalizerSpec,
  type PieceType,
  readModelProto,
  type SentencePiece,
  type TrainerSpec,
} from "./model-proto.js";
export { type SentencePieceEncodeOptions, SentencePieceProcessor } from "./processor.js";
