import type { AnyTokenizerClass } from "../family.js";
import { ConvBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ConvBertTokenizer];
