export { readFlaxWeights } from "./read.js";
