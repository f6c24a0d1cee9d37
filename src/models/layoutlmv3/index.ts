import type { AnyTokenizerClass } from "../family.js";
import { LayoutLMv3Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LayoutLMv3Tokenizer];
