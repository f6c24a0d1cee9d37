import type { AnyTokenizerClass } from "../family.js";
import { CodeGenTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CodeGenTokenizer];
