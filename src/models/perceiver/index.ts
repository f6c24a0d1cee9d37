import type { AnyTokenizerClass } from "../family.js";
import { PerceiverTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [PerceiverTokenizer];
