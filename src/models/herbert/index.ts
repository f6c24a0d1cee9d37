import type { AnyTokenizerClass } from "../family.js";
import { HerbertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [HerbertTokenizer];
