import type { AnyTokenizerClass } from "../family.js";
import { LEDTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [LEDTokenizer];
