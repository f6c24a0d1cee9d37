export {
  type DecodeOptions,
  type EncodedIds,
  type PadOptions,
  type PrepareOptions,
  PreTrainedTokenizerBase,
  type SpecialTokensMaskOptions,
} from "./base.js";
export { BatchEncoding, type Range } from "./batch-encoding.js";
export {
  type BytePairConfig,
  BytePairTokenizer,
  SpacedBytePairTokenizer,
} from "./byte-pair-tokenizer.js";
export type { CallValues } from "./call.js";
export type { CallOptions } from "./call-options.js";
export type { ChatOptions, ChatResult } from "./chat/apply.js";
export type { ChatMessage, ChatTemplates, Conversation } from "./chat/conversation.js";
export { clean_up_tokenization } from "./clean-up.js";
export { A, B, B0, type FramePiece, frame, framing, robertaFrame } from "./frame.js";
export type { TextInput } from "./inputs.js";
export type { TruncatedSequences } from "./prepare.js";
export { type LengthOptions, PreTrainedTokenizer, PreTrainedTokenizerFast } from "./pretrained-tokenizer.js";
export {
  type PythonDecodeOptions,
  PythonTokenizer,
  type TokenizeOptions,
} from "./python-tokenizer.js";
export type { FileTexts, TokenizerConfig } from "./read-files.js";
export { BertFramedPieces, SentencePieceTokenizer } from "./sentencepiece-tokenizer.js";
export type { SpecialTokenFlags, SpecialTokenOptions } from "./special-tokens.js";
export type { SaveOptions } from "./stored-tokenizer.js";
export type { IdSequence } from "./token-methods.js";
export { type TokenTable, VocabTable } from "./token-table.js";
export type { TrainNewOptions } from "./train-new.js";
export {
  type LanguageFrame,
  type TranslationBatchOptions,
  type TranslationConfig,
  TranslationTokenizer,
} from "./translation-tokenizer.js";
export type { FileContent } from "./write-files.js";
