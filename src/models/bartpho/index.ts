import type { AnyTokenizerClass } from "../family.js";
import { BartphoTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BartphoTokenizer];
