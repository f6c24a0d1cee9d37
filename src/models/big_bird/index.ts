import type { AnyTokenizerClass } from "../family.js";
import { BigBirdTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BigBirdTokenizer];
