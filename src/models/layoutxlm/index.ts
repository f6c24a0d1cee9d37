import type { AnyTokenizerClass } from "../family.js";
import { LayoutXLMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LayoutXLMTokenizer];
