import type { AnyTokenizerClass } from "../family.js";
import { SpeechT5Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [SpeechT5Tokenizer];
