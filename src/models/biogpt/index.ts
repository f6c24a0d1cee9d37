import type { AnyTokenizerClass } from "../family.js";
import { BioGptTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BioGptTokenizer];
