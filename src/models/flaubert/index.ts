import type { AnyTokenizerClass } from "../family.js";
import { FlaubertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [FlaubertTokenizer];
