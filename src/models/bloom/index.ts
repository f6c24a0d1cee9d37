import type { AnyTokenizerClass } from "../family.js";
import { BloomTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BloomTokenizer];
