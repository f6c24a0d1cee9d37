export { AddedToken, type AddedTokenOptions } from "./added-vocabulary.js";
export { DecodeStream, type IdKind, type StreamBoundary, type StreamSource } from "./decode-stream.js";
export {
  BPEDecoder,
  ByteFallback,
  ByteLevelDecoder,
  type ByteLevelDecoderOptions,
  CTC,
  type CTCOptions,
  type Decoder,
  DecoderSequence,
  Fuse,
  ReplaceDecoder,
  StripDecoder,
  type StripDecoderOptions,
  WordPieceDecoder,
  type WordPieceDecoderOptions,
} from "./decoders/index.js";
export { Encoding, type Span } from "./encoding.js";
export {
  BPE,
  type BPEOptions,
  type Merge,
  type Model,
  readMergeLines,
  readVocabTxt,
  WordLevel,
  type WordLevelOptions,
  WordPiece,
  type WordPieceOptions,
} from "./models/index.js";
export {
  BertNormalizer,
  type BertNormalizerOptions,
  ByteLevelNormalizer,
  Lowercase,
  NFC,
  NFD,
  NFKC,
  NFKD,
  Nmt,
  type Normalizer,
  NormalizerSequence,
  normalizeString,
  Prepend,
  Replace,
  Strip,
  StripAccents,
  type StripOptions,
} from "./normalizers/index.js";
export type { PaddingOptions } from "./padding.js";
export {
  BertPreTokenizer,
  ByteLevel,
  type ByteLevelOptions,
  CharDelimiterSplit,
  Digits,
  type DigitsOptions,
  FixedLength,
  type FixedLengthOptions,
  type PreTokenizer,
  PreTokenizerSequence,
  type PreTokenizerStep,
  Punctuation,
  type Rewriter,
  Split,
  type SplitBehavior,
  type SplitOptions,
  type Splitter,
  splitString,
  UnicodeScripts,
  Whitespace,
  WhitespaceSplit,
} from "./pre-tokenizers/index.js";
export {
  BertProcessing,
  ByteLevelProcessing,
  type ByteLevelProcessingOptions,
  type PostProcessor,
  ProcessorSequence,
  RobertaProcessing,
  type RobertaProcessingOptions,
  type TemplateOptions,
  type TemplatePiece,
  TemplateProcessing,
  type TemplateToken,
} from "./processors/index.js";
export { Regex } from "./regex/index.js";
export {
  type EncodeOptions,
  Tokenizer,
  type TokenizerInput,
  type TokenizerParts,
  type Trainer,
} from "./tokenizer.js";
export { WordPieceTrainer, type WordPieceTrainerOptions } from "./trainers/wordpiece.js";
export type { Side, TruncationOptions, TruncationStrategy } from "./truncation.js";
