import { isUnspaced, type Script, scriptShare } from "./languages.js";

/** What cannot stand in a sentence worth learning from: addresses, licences, code. */
const refused = [
  /https?:|ftp:|www\.|\S@\S|[©®]|\(c\)/iu,
  /copyright|licen[sc]e|lizenz|\bGN?U? ?GPL|\bGPL|public domain|\bBSD\b|Free Software Foundation/iu,
  /[{}\\<>|]|\/\*|\*\/|::|;;|&&|\[\.|\.\.\.|…|\ufffd|\[\s*\]|\(\s*\)\s*\(|"\s*"|«\s*»|„\s*“/u,
  // Pointers to the Texinfo manual, the same on every page of a package but for the command's name.
  /info '?\(|Texinfo/,
  // Hand-drawn tables, and lines that lost a word to a macro.
  /\s{2,}|[-=*.]{3,}| [,;:] | \. |^[,.;:)\]!?]|[,(]\s*$|\(\s*[,)]|,\s*,/u,
];

/**
 * Whether a sentence is running text: 10 to 300 characters, letters rather than signs, words rather
 * than options, file names, numbers and code, and most letters in the script of its language.
 */
export function isRunningText(sentence: string, script: Script): boolean {
  const length = [...sentence].length;
  if (length < 10 || length > 300) return false;
  if (refused.some((pattern) => pattern.test(sentence)) || !isBalanced(sentence)) return false;

  const visible = [...sentence].filter((character) => character !== " ");
  const letters = visible.filter((character) => /[\p{L}\p{M}]/u.test(character));
  if (letters.length < 0.75 * visible.length) return false;
  if (scriptShare(sentence, script) < (script === "Latin" ? 0.95 : 0.6)) return false;
  if (isUnspaced(script)) return scriptShare(sentence, script) * letters.length >= 7;

  const words = sentence.split(/\s+/);
  const names = words.slice(1).filter((word) => /^\p{Lu}[\p{Ll}\p{Lu}.,]*$/u.test(word)).length;
  if (names >= 2 && names >= 0.6 * (words.length - 1)) return false; // "Written by Ada Example and ..."
  const technical = words.filter((word) => isTechnical(word, script)).length;
  const plain = words.filter((word) => isPlainWord(word, script)).length;
  return plain >= (technical === 0 ? 2 : 3) && technical <= 0.25 * words.length;
}

/**
 * Whether a word is an option, a file name, a command with its section, a number, code or a name in
 * capitals. In a text that is not in Latin script, every word in Latin letters is technical.
 */
export function isTechnical(word: string, script: Script = "Latin"): boolean {
  const core = word.replace(/^["'«»„“”‘’‚([]+|["'«»„“”‘’)\].,;:!?]+$/gu, "");
  if (core === "") return false;
  if (script !== "Latin" && /^[\p{Script=Latin}\p{N}\p{P}\p{S}]+$/u.test(core)) return true;
  return (
    /[\d/_=<>{}|\\@#$%&*+~^`]|^-|\w\.\w|\w:\w|\(\)|\(\d|::/u.test(core) ||
    /^\p{Lu}[\p{Lu}\p{N}.-]+$/u.test(core) ||
    /\p{Ll}\p{Lu}/u.test(core)
  );
}

function isPlainWord(word: string, script: Script): boolean {
  return !isTechnical(word, script) && /\p{L}{2}/u.test(word) && /\p{Ll}|\p{Lo}/u.test(word);
}

/** Whether brackets and paired quotes close; a fragment cut at an abbreviation often leaves one open. */
function isBalanced(sentence: string): boolean {
  const count = (pattern: RegExp) => sentence.match(pattern)?.length ?? 0;
  return (
    count(/[([（]/g) === count(/[)\]）]/g) &&
    count(/[「『]/g) === count(/[」』]/g) &&
    count(/"/g) % 2 === 0 &&
    count(/[«»„“”]/g) % 2 === 0
  );
}

/**
 * What two sentences have in common when they differ only in case, digits, signs, blanks and the name
 * of the page they stand on.
 */
export function duplicateKey(sentence: string, pageName = ""): string {
  const words = sentence.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u);
  return words
    .filter((word) => word !== pageName)
    .join("")
    .replace(/\p{N}/gu, "");
}

/**
 * How often each word occurs in one language: enough to tell an English paragraph that a translator
 * has left standing from a translated one.
 */
export class WordCounts {
  private readonly counts = new Map<string, number>();
  private total = 0;

  constructor(sentences: Iterable<string>) {
    for (const sentence of sentences) {
      for (const word of wordsOf(sentence)) {
        this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
        this.total += 1;
      }
    }
  }

  /** The logarithm of the word's share, smoothed so that an unknown word counts as half an occurrence. */
  logShare(word: string): number {
    return Math.log(((this.counts.get(word) ?? 0) + 0.5) / (this.total + 20_000));
  }
}

/**
 * Whether a sentence is written in the language of `own` rather than in English: its words taken
 * together are e^4 times as likely there, and no more than a third of them are English by far.
 */
export function isTranslated(sentence: string, own: WordCounts, english: WordCounts): boolean {
  const evidence = wordsOf(sentence).map((word) => own.logShare(word) - english.logShare(word));
  const sum = evidence.reduce((total, value) => total + Math.max(-5, Math.min(5, value)), 0);
  return sum >= 4 && evidence.filter((value) => value < -2).length * 3 <= evidence.length;
}

function wordsOf(sentence: string): string[] {
  return sentence
    .split(/\s+/)
    .filter((word) => !isTechnical(word))
    .flatMap((word) => word.toLowerCase().match(/[\p{L}\p{M}]{2,}/gu) ?? []);
}
