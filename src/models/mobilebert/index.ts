import type { AnyTokenizerClass } from "../family.js";
import { MobileBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [MobileBertTokenizer];
