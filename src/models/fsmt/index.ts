import type { AnyTokenizerClass } from "../family.js";
import { FSMTTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [FSMTTokenizer];
