import type { AnyTokenizerClass } from "../family.js";
import { BertweetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BertweetTokenizer];
