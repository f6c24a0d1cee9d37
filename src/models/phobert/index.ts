import type { AnyTokenizerClass } from "../family.js";
import { PhobertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [PhobertTokenizer];
