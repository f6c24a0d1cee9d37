import type { AnyTokenizerClass } from "../family.js";
import { PLBartTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [PLBartTokenizer];
