import type { AnyTokenizerClass } from "../family.js";
import { TransfoXLTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [TransfoXLTokenizer];
