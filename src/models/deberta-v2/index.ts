import type { AnyTokenizerClass } from "../family.js";
import { DebertaV2Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [DebertaV2Tokenizer];
