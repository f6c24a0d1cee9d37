import type { AnyTokenizerClass } from "../family.js";
import { XLMRobertaTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [XLMRobertaTokenizer];
