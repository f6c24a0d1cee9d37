import type { AnyTokenizerClass } from "../family.js";
import { NllbTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [NllbTokenizer];
