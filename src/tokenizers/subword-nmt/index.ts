export { joinEndedSubwords, joinMarkedSubwords, markedSubwords, wordsAndBreaks } from "./marks.js";
export { readMerges, SubwordMerges, writeMerges } from "./merges.js";
export { SubwordVocabulary } from "./vocabulary.js";
