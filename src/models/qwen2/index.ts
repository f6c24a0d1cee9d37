import type { AnyTokenizerClass } from "../family.js";
import { Qwen2Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [Qwen2Tokenizer];
