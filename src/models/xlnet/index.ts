import type { AnyTokenizerClass } from "../family.js";
import { XLNetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [XLNetTokenizer];
