// Written by scripts/registry.ts from the folders beside this file; `npm run registry` writes it anew.
import type { Family } from "./family.js";

/** The families by model_type, each loaded when it is first asked for. */
export const families: Readonly<Record<string, () => Promise<Family>>> = {
  bert: async () => (await import("./bert/index.js")).family,
};

/** Whose tokenizer has which name in tokenizer_config.json. */
export const tokenizerFamilies: Readonly<Record<string, string>> = {
  BertTokenizer: "bert",
};
