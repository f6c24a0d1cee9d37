export { readMerges, SubwordMerges, writeMerges } from "./merges.js";
