import type { AnyTokenizerClass } from "../family.js";
import { ByT5Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ByT5Tokenizer];
