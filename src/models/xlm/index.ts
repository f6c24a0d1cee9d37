import type { AnyTokenizerClass } from "../family.js";
import { XLMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [XLMTokenizer];
