export { AddedToken, type AddedTokenOptions } from "./added-vocabulary.js";
export { type Decoder, WordPieceDecoder, type WordPieceDecoderOptions } from "./decoders/index.js";
export { Encoding, type Span } from "./encoding.js";
export { type Model, readVocabTxt, WordPiece, type WordPieceOptions } from "./models/index.js";
export {
  BertNormalizer,
  type BertNormalizerOptions,
  Lowercase,
  NFC,
  NFD,
  NFKC,
  NFKD,
  type Normalizer,
  NormalizerSequence,
  normalizeString,
  StripAccents,
} from "./normalizers/index.js";
export type { PaddingOptions } from "./padding.js";
export {
  BertPreTokenizer,
  type PreTokenizer,
  PreTokenizerSequence,
  type PreTokenizerStep,
  Punctuation,
  type Rewriter,
  type SplitBehavior,
  type Splitter,
  splitString,
  Whitespace,
  WhitespaceSplit,
} from "./pre-tokenizers/index.js";
export {
  BertProcessing,
  type PostProcessor,
  type TemplateOptions,
  type TemplatePiece,
  TemplateProcessing,
  type TemplateToken,
} from "./processors/index.js";
export {
  type EncodeOptions,
  Tokenizer,
  type TokenizerInput,
  type TokenizerParts,
  type Trainer,
} from "./tokenizer.js";
export { WordPieceTrainer, type WordPieceTrainerOptions } from "./trainers/wordpiece.js";
export type { Side, TruncationOptions, TruncationStrategy } from "./truncation.js";
