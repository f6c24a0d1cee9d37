import type { AnyTokenizerClass } from "../family.js";
import { ReformerTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ReformerTokenizer];
