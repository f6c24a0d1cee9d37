export { readVocabJson, type VocabJsonStyle, writeVocabJson } from "./json.js";
export { readLines, readTokenLines, writeTokenLines } from "./lines.js";
export { requiredBytes, requiredText } from "./required.js";
