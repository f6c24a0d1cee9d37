import type { AnyTokenizerClass } from "../family.js";
import { VitsTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [VitsTokenizer];
