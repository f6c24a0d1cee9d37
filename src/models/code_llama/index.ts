import type { AnyTokenizerClass } from "../family.js";
import { CodeLlamaTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CodeLlamaTokenizer];
