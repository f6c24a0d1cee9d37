import type { AnyTokenizerClass } from "../family.js";
import { RobertaTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [RobertaTokenizer];
