import type { AnyTokenizerClass } from "../family.js";
import { SeamlessM4TTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [SeamlessM4TTokenizer];
