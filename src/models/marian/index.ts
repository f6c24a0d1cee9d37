import type { AnyTokenizerClass } from "../family.js";
import { MarianTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MarianTokenizer];
