import type { AnyTokenizerClass } from "../family.js";
import { RetriBertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [RetriBertTokenizer];
