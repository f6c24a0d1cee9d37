import type { AnyTokenizerClass } from "../family.js";
import { AlbertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [AlbertTokenizer];
