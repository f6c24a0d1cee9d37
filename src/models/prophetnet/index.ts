import type { AnyTokenizerClass } from "../family.js";
import { ProphetNetTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ProphetNetTokenizer];
