// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.
import type { AnyTokenizerClass, Family } from "./family.js";

/** The families by model_type, each loaded when it is first asked for. */
export const families: Readonly<Record<string, () => Promise<Family>>> = {
  bert: async () => (await import("./bert/index.js")).family,
};

/** The tokenizers by their name in tokenizer_config.json, each loaded when it is first asked for. */
export const tokenizerClasses: Readonly<Record<string, () => Promise<AnyTokenizerClass>>> = {
  BertTokenizer: async () => (await import("./bert/index.js")).tokenizers[0]!,
};
