import type { AnyTokenizerClass } from "../family.js";
import { RealmTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [RealmTokenizer];
