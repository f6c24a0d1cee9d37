import type { AnyTokenizerClass } from "../family.js";
import { LlamaTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LlamaTokenizer];
