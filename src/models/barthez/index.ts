import type { AnyTokenizerClass } from "../family.js";
import { BarthezTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BarthezTokenizer];
