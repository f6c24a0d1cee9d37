import type { AnyTokenizerClass } from "../family.js";
import { OpenAIGPTTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [OpenAIGPTTokenizer];
