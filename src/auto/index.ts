export { AutoConfig, type AutoConfigFields } from "./configuration.js";
export type * from "./model-types.js";
export * from "./modeling.js";
export { knownModelTypes, loadFamily, type RegisterOptions } from "./registry.js";
export { AutoTokenizer, type AutoTokenizerOptions } from "./tokenization.js";
