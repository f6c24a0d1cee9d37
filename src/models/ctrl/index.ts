import type { AnyTokenizerClass } from "../family.js";
import { CTRLTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CTRLTokenizer];
