import type { AnyTokenizerClass } from "../family.js";
import { LxmertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LxmertTokenizer];
