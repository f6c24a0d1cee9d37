import type { AnyTokenizerClass } from "../family.js";
import { BartTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BartTokenizer];
