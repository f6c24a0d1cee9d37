import type { AnyTokenizerClass } from "../family.js";
import { Speech2Text2Tokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [Speech2Text2Tokenizer];
