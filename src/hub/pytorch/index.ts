export { type PytorchTensor, readPytorchCheckpoint, readPytorchTensor } from "./read.js";
