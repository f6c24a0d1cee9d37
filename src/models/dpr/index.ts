import type { AnyTokenizerClass } from "../family.js";
import {
  DPRContextEncoderTokenizer,
  DPRQuestionEncoderTokenizer,
  DPRReaderTokenizer,
} from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [
  DPRQuestionEncoderTokenizer,
  DPRContextEncoderTokenizer,
  DPRReaderTokenizer,
];
