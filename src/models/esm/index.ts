import type { AnyTokenizerClass } from "../family.js";
import { EsmTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [EsmTokenizer];
