import type { AnyTokenizerClass } from "../family.js";
import { PegasusTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [PegasusTokenizer];
