import type { AnyTokenizerClass } from "../family.js";
import { CanineTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CanineTokenizer];
