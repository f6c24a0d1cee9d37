import type { AnyTokenizerClass } from "../family.js";
import { Wav2Vec2PhonemeCTCTokenizer } from "./tokenization.js";

export * from "./tokenization.js";

export const tokenizers: readonly AnyTokenizerClass[] = [Wav2Vec2PhonemeCTCTokenizer];
