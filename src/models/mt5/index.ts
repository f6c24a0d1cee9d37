import type { AnyTokenizerClass } from "../family.js";
import { MT5Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MT5Tokenizer];
