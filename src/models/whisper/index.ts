import type { AnyTokenizerClass } from "../family.js";
import { WhisperTokenizer } from "./tokenization.js";

export * from "./english-normalizer.js";
export * from "./languages.js";
export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [WhisperTokenizer];
