import type { AnyTokenizerClass } from "../family.js";
import { RemBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [RemBertTokenizer];
