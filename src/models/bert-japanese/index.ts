import type { AnyTokenizerClass } from "../family.js";
import { BertJapaneseTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BertJapaneseTokenizer];
