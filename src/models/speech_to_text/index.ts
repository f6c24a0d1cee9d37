import type { AnyTokenizerClass } from "../family.js";
import { Speech2TextTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [Speech2TextTokenizer];
