import type { AnyTokenizerClass } from "../family.js";
import { MarkupLMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MarkupLMTokenizer];
