import type { AnyTokenizerClass } from "../family.js";
import { BertGenerationTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BertGenerationTokenizer];
