import type { AnyTokenizerClass } from "../family.js";
import { M2M100Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [M2M100Tokenizer];
