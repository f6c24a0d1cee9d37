import type { AnyTokenizerClass } from "../family.js";
import { MBart50Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MBart50Tokenizer];
