import { NFC, NFD, normalizeString, Tokenizer, WordPiece } from "../index.js";
import { category, isPunctuation } from "./characters.js";
import { lower, splitAtSpace } from "./strings.js";

/** The blocks of ideographs that each stand alone, as Python lists them; the Rust library begins one of them late. */
const HAN = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b820, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
] as const;

/** Options of {@link BertWords}. */
export interface BertWordsOptions {
  /** Whether to lowercase (default true). */
  do_lower_case?: boolean;
  /** Words that stay as they are (default none). */
  never_split?: readonly string[] | null;
  /** Whether each ideograph is a word of its own (default true). */
  tokenize_chinese_chars?: boolean;
  /** Whether to strip accents; null (the default): where it lowercases. */
  strip_accents?: boolean | null;
}

/**
 * The words and punctuation of a text as Python's BasicTokenizer finds them, by Python's tables. The Rust library's
 * BERT components differ in ideographs, controls, composed letters and the words that stay.
 */
export class BertWords {
  readonly #options: Required<BertWordsOptions>;

  constructor(options: BertWordsOptions = {}) {
    this.#options = {
      do_lower_case: options.do_lower_case ?? true,
      never_split: options.never_split ?? [],
      tokenize_chinese_chars: options.tokenize_chinese_chars ?? true,
      strip_accents: options.strip_accents ?? null,
    };
  }

  /** `kept`: further words that stay as they are. */
  tokenize(text: string, kept: readonly string[] = []): string[] {
    const { do_lower_case, never_split, strip_accents } = this.#options;
    const whole = new Set([...(never_split ?? []), ...kept]);
    const words = splitAtSpace(normalizeString(new NFC(), this.#clean(text)));
    const parts = words.flatMap((word) => {
      if (whole.has(word)) return [word];
      const cased = do_lower_case ? lower(word) : word;
      const bare = (strip_accents ?? do_lower_case) ? withoutAccents(cased) : cased;
      return whole.has(bare) ? [bare] : splitAtPunctuation(bare);
    });
    return parts.flatMap(splitAtSpace);
  }

  /** Without controls, with plain spaces, and with spaces around ideographs. */
  #clean(text: string): string {
    let cleaned = "";
    for (const character of text) {
      const point = character.codePointAt(0)!;
      if (point === 0 || point === 0xfffd) continue;
      if (character === "\t" || character === "\n" || character === "\r") cleaned += " ";
      else if (point >= 0x20 && point < 0x7f) cleaned += character;
      else if (category(point) === "Zs") cleaned += " ";
      else if (category(point).startsWith("C")) continue;
      else if (this.#options.tokenize_chinese_chars && isHan(point)) cleaned += ` ${character} `;
      else cleaned += character;
    }
    return cleaned;
  }
}

/** WordPiece over what stands between whitespace, as tokens. */
export class WordPieces {
  readonly #tokenizer: Tokenizer;

  constructor(vocab: ReadonlyMap<string, number>, unk_token: string) {
    this.#tokenizer = new Tokenizer(new WordPiece(vocab, { unk_token }));
  }

  tokenize(text: string): string[] {
    return splitAtSpace(text).flatMap((word) =>
      Array.from(this.#tokenizer.encode_ids(word), (id) => this.#tokenizer.id_to_token(id)!),
    );
  }
}

function isHan(point: number): boolean {
  return HAN.some(([from, to]) => point >= from && point <= to);
}

function withoutAccents(text: string): string {
  return Array.from(normalizeString(new NFD(), text))
    .filter((character) => category(character.codePointAt(0)!) !== "Mn")
    .join("");
}

function splitAtPunctuation(word: string): string[] {
  const parts: string[] = [];
  let isOpen = false;
  for (const character of word) {
    const isAlone = isPunctuation(character.codePointAt(0)!);
    if (isAlone || !isOpen) parts.push(character);
    else parts[parts.length - 1] += character;
    isOpen = !isAlone;
  }
  return parts;
}
