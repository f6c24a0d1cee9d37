import type { AnyTokenizerClass } from "../family.js";
import { MvpTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MvpTokenizer];
