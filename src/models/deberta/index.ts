import type { AnyTokenizerClass } from "../family.js";
import { DebertaTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [DebertaTokenizer];
