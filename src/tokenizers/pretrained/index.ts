export { BatchEncoding, type Range } from "./batch-encoding.js";
export type { CallValues } from "./call.js";
export type { CallOptions } from "./call-options.js";
export { clean_up_tokenization } from "./clean-up.js";
export type { TextInput } from "./inputs.js";
export {
  type DecodeOptions,
  type IdSequence,
  type PadOptions,
  PreTrainedTokenizer,
  PreTrainedTokenizerFast,
} from "./pretrained-tokenizer.js";
export type { FileTexts, TokenizerConfig } from "./saved-files.js";
export type { SpecialTokenOptions } from "./special-tokens.js";
