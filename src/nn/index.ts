export { type Activation, getActivation } from "./activations.js";
export { ModuleDict, ModuleList, ParameterList, Sequential } from "./containers.js";
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvolutionSettings,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type TransposedSettings,
} from "./convolution.js";
export * as init from "./init.js";
export { Conv1D, Dropout, Embedding, Flatten, Identity, Linear } from "./layers.js";
export { Module } from "./module.js";
export * from "./nonlinearities.js";
export * from "./normalization.js";
export * from "./pooling.js";
export { respelled } from "./spelling.js";
export * as utils from "./weight-norm.js";
