import type { AnyTokenizerClass } from "../family.js";
import { T5Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [T5Tokenizer];
