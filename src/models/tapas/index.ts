import type { AnyTokenizerClass } from "../family.js";
import { TapasTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [TapasTokenizer];
