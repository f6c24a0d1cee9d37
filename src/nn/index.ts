export { type Activation, getActivation } from "./activations.js";
export * as init from "./init.js";
export { Dropout, Embedding, LayerNorm, Linear } from "./layers.js";
export { Module, ModuleList } from "./module.js";
