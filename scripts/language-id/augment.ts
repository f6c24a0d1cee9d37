import { isTechnical } from "./filters.js";
import { isUnspaced, languages, type Script } from "./languages.js";

/** How likely each change is, and how long a crop may be. */
export interface AugmentOptions {
  /** Leave out options, file names, commands and identifiers. Default 0.6. */
  withoutTechnical?: number;
  /** Put another sentence of the same language behind it, where one is given. Default 0.15. */
  joined?: number;
  /** Cut a piece out at word boundaries. Default 0.6. */
  cropped?: number;
  /** Write everything in lower case. Default 0.25. */
  lowerCased?: number;
  /** Write the first letter in the other case. Default 0.2. */
  firstLetter?: number;
  /** Leave out punctuation. Default 0.25. */
  withoutPunctuation?: number;
  /** Write Serbian in Latin letters. Default 0.3. */
  serbianLatin?: number;
  /** The shortest and the longest crop, in characters. Defaults 8 and 120. */
  minimum?: number;
  maximum?: number;
}

/**
 * A variation of a training sentence, so that the model meets short, plain and careless text and not
 * only complete sentences of manuals. The same arguments give the same text.
 *
 * @param label the sentence's ISO 639-1 code
 * @param seed any integer; give each sentence another one in each epoch
 * @param partner another sentence of the same language that may be joined on
 */
export function augment(
  text: string,
  label: string,
  seed: number,
  partner?: string,
  options: AugmentOptions = {},
): string {
  const next = random(seed);
  const happens = (probability: number) => next() < probability;
  const script = scriptOf(label);
  // Every draw is made in every call, so that switching one change off leaves the others as they were.
  const draws = {
    technical: happens(options.withoutTechnical ?? 0.6),
    joined: happens(options.joined ?? 0.15),
    cropped: happens(options.cropped ?? 0.6),
    lower: happens(options.lowerCased ?? 0.25),
    first: happens(options.firstLetter ?? 0.2),
    punctuation: happens(options.withoutPunctuation ?? 0.25),
    latin: happens(options.serbianLatin ?? 0.3),
    crop: Math.floor(next() * 2 ** 32),
  };
  const clean = (sentence: string) => (draws.technical ? removeTechnical(sentence, script) : sentence);

  let result = clean(text);
  if (draws.joined && partner !== undefined) result = joinSentences(result, clean(partner), script);
  if (draws.cropped) {
    const piece = crop(result, draws.crop, options);
    if (/(?:\p{L}\P{L}*){4}/u.test(piece)) result = piece; // and not a piece like "(00..53)"
  }
  if (draws.lower) result = result.toLocaleLowerCase(label);
  if (draws.first) result = flipFirstLetter(result, label);
  if (draws.punctuation) result = dropPunctuation(result);
  if (draws.latin && label === "sr") result = toSerbianLatin(result);
  return result;
}

/** The script of a label of this corpus; throws where the label is unknown. */
export function scriptOf(label: string): Script {
  const language = languages.find((candidate) => candidate.label === label);
  if (language === undefined) throw new Error(`no language "${label}" in the corpus`);
  return language.script;
}

/** Numbers in [0, 1) that depend on `seed` alone (splitmix32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return ((value ^ (value >>> 15)) >>> 0) / 2 ** 32;
  };
}

const unit =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\s+|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/**
 * A piece of `text` of random length between `minimum` and `maximum` characters, cut between words, or
 * between characters where there are no blanks. Shorter texts come back as they are; a word longer
 * than `maximum` is cut.
 */
export function crop(
  text: string,
  seed: number,
  { minimum = 8, maximum = 120 }: AugmentOptions = {},
): string {
  const next = random(seed);
  const lengthOf = (piece: string) => [...piece].length;
  const units = text.match(unit) ?? [];
  const total = lengthOf(text);
  if (total <= minimum) return text;

  const target = minimum + Math.floor(next() * (Math.min(maximum, total) - minimum + 1));
  const starts: number[] = [];
  let before = 0;
  units.forEach((piece, index) => {
    if (piece.trim() !== "" && total - before >= minimum) starts.push(index);
    before += lengthOf(piece);
  });
  let piece = "";
  for (const word of units.slice(starts[Math.floor(next() * starts.length)])) {
    const isEnough = lengthOf(piece.trim()) >= minimum;
    if (isEnough && lengthOf(piece + word) > target) break;
    piece += word;
  }
  return [...piece.trim()].slice(0, maximum).join("");
}

/** Turns the case of the first letter. */
export function flipFirstLetter(text: string, label: string): string {
  return text.replace(/\p{L}/u, (letter) => {
    const lower = letter.toLocaleLowerCase(label);
    return lower === letter ? letter.toLocaleUpperCase(label) : lower;
  });
}

/** Removes punctuation and signs, but not the apostrophes and hyphens inside words. */
export function dropPunctuation(text: string): string {
  return text
    .replace(/(?!['’-])[\p{P}\p{S}]|(?<!\p{L})['’-]|['’-](?!\p{L})/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** One sentence behind the other, closed by a full stop where the first has no end of its own. */
export function joinSentences(first: string, second: string, script: Script): string {
  const isUnbroken = isUnspaced(script);
  const stop = /[.!?:;。！？：；]["”»)」』）]*$/u.test(first) ? "" : isUnbroken ? "。" : ".";
  return `${first}${stop}${isUnbroken ? "" : " "}${second}`;
}

/**
 * Leaves out options, file names, commands, numbers and identifiers in capitals; in text that is not
 * in Latin script, everything in Latin letters. Where hardly anything would remain, nothing changes.
 */
export function removeTechnical(text: string, script: Script): string {
  const words = text.split(/\s+/).flatMap((word) => {
    // Without blanks between words, a "word" is a whole clause.
    const isTerm = !isUnspaced(script) && isTechnical(word, script);
    if (!isTerm) return script === "Latin" ? word : word.replace(latinRun, " ");
    // The punctuation behind a removed word still ends the sentence.
    return /[.!?:;,。！？：；、，]$/u.exec(word)?.[0] ?? [];
  });
  const result = words
    .join(" ")
    .replace(/[([（「『“«„]\s*[)\]）」』”»“]|"\s*"|'\s*'/gu, " ")
    .replace(/\s+([.,;:!?)\]。！？：；、，）])/gu, "$1")
    .replace(/[,;:、，；：]+(?=[.,;:!?。！？：；、，])/gu, "")
    .replace(/^[\s.,;:!?)\]。！？：；、，）]+/u, "")
    .replace(unspacedGap, "")
    .replace(/\s+/g, " ")
    .trim();
  const letters = result.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 8 ? result : text;
}

const latinRun = /[-/.]*[\p{Script=Latin}\d][\p{Script=Latin}\d_./:@%=+-]*(?:\(\d?\))?/gu;
const unspacedGap =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。])\s+(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;

const serbianLetters = new Map(
  [..."абвгдђежзијклљмнњопрстћуфхцчџш"].map((letter, index) => [
    letter,
    "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(" ")[index]!,
  ]),
);

/** Serbian from Cyrillic to Latin letters, one for one: both are in everyday use. */
export function toSerbianLatin(text: string): string {
  return text.replace(/\p{Script=Cyrillic}/gu, (letter, index: number) => {
    const latin = serbianLetters.get(letter.toLowerCase());
    if (latin === undefined || letter === letter.toLowerCase()) return latin ?? letter;
    const isCapitals = /\p{Lu}/u.test(text[index + 1] ?? "");
    return isCapitals ? latin.toUpperCase() : latin[0]!.toUpperCase() + latin.slice(1);
  });
}
