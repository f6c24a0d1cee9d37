import type { AnyTokenizerClass } from "../family.js";
import { SplinterTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [SplinterTokenizer];
