import type { AnyTokenizerClass } from "../family.js";
import { CamembertTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [CamembertTokenizer];
