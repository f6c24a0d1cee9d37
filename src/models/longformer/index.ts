import type { AnyTokenizerClass } from "../family.js";
import { LongformerTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LongformerTokenizer];
