import type { AnyTokenizerClass } from "../family.js";
import { GPT2Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [GPT2Tokenizer];
