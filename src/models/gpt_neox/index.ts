import type { AnyTokenizerClass } from "../family.js";
import { GPTNeoXTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [GPTNeoXTokenizer];
