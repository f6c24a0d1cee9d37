import type { AnyTokenizerClass } from "../family.js";
import { ErnieMTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [ErnieMTokenizer];
