export { readKerasWeights } from "./read.js";
