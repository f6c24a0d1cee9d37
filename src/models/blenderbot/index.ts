import type { AnyTokenizerClass } from "../family.js";
import { BlenderbotTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BlenderbotTokenizer];
