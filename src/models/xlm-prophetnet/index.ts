import type { AnyTokenizerClass } from "../family.js";
import { XLMProphetNetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [XLMProphetNetTokenizer];
