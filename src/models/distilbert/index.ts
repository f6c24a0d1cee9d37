import type { AnyTokenizerClass } from "../family.js";
import { DistilBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [DistilBertTokenizer];
