import type { AnyTokenizerClass } from "../family.js";
import { LayoutLMv2Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LayoutLMv2Tokenizer];
