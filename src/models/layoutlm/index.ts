import type { AnyTokenizerClass } from "../family.js";
import { LayoutLMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LayoutLMTokenizer];
