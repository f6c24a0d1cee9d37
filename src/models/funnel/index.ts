import type { AnyTokenizerClass } from "../family.js";
import { FunnelTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [FunnelTokenizer];
