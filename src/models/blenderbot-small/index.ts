import type { AnyTokenizerClass } from "../family.js";
import { BlenderbotSmallTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [BlenderbotSmallTokenizer];
