import type { AnyTokenizerClass } from "../family.js";
import { ElectraTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ElectraTokenizer];
