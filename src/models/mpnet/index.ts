import type { AnyTokenizerClass } from "../family.js";
import { MPNetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MPNetTokenizer];
