import type { AnyTokenizerClass } from "../family.js";
import { RoFormerTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [RoFormerTokenizer];
