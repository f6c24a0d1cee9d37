import type { AnyTokenizerClass } from "../family.js";
import { FNetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [FNetTokenizer];
