import type { AnyTokenizerClass } from "../family.js";
import { XGLMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [XGLMTokenizer];
