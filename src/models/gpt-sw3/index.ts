import type { AnyTokenizerClass } from "../family.js";
import { GPTSw3Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [GPTSw3Tokenizer];
