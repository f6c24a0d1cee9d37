import type { AnyTokenizerClass } from "../family.js";
import { CLIPTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CLIPTokenizer];
