import type { AnyTokenizerClass } from "../family.js";
import { MBartTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MBartTokenizer];
