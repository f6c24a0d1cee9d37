import type { AnyTokenizerClass } from "../family.js";
import { SqueezeBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [SqueezeBertTokenizer];
