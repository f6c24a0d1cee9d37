export {
  category,
  decimalValue,
  isAlphanumeric,
  isDecimal,
  isDigit,
  isPunctuation,
  isSpace,
  isWordCharacter,
  majorCategory,
} from "./characters.js";
export { classSource, digitSource, once, otherSource, spaceSource, wordSource } from "./patterns.js";
export { lower, splitAtSpace, strip, stripEnd, stripStart, upper } from "./strings.js";
export { decodeUtf8 } from "./utf8.js";
