export { MosesDetokenizer } from "./detokenizer.js";
export { MosesPunctNormalizer, replaceUnicodePunctuation } from "./punctuation.js";
export { type MosesTokenizeOptions, MosesTokenizer } from "./tokenizer.js";
