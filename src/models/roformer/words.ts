import { TransformersError } from "../../errors.js";
import type { Splitter } from "../../tokenizers/index.js";
import type { Json } from "../../tokenizers/json.js";
import { isSpace } from "../../tokenizers/python-text/index.js";
import { type IntBuffer, pointAt, unitsToString } from "../../tokenizers/text.js";

/** Words of jieba's dictionary in ASCII alone. */
const ASCII_WORDS = new Set(["AT&T", "c#", "C#", "c++", "C++"]);
/** Words of jieba's dictionary in ASCII and ideographs: where one stands, ASCII beside it is cut otherwise. */
const MIXED_WORDS =
  "B超 T恤 A座 A股 A型 A轮 AA制 AB型 B座 B股 B型 B超 B轮 BB机 BP机 C盘 C座 C语言 CD盒 CD机 CALL机 D盘 D座 D版 E盘 E座 E化 E通 F盘 F座 G盘 H盘 H股 I盘 IC卡 IP卡 IP电话 IP地址 K党 K歌之王 N年 O型 PC机 PH值 SIM卡 U盘 VISA卡 Z盘 Q版 QQ号 RSS订阅 T盘 X光 X光线 X射线 T恤衫 T型台 T台 4S店 4s店 江南style 江南Style 1号店 小S 大S 阿Q".split(
    " ",
  );

/**
 * The words that RoFormer sees, where they can be told without a Chinese dictionary. Python cuts a text into the words
 * of jieba's dictionary and keeps those that the vocabulary has; of all others, each ideograph is a word. So the
 * dictionary only matters where a word of several ideographs that the vocabulary has stands in a text, which is refused.
 */
export class RoFormerWords implements Splitter {
  /** tokenizer.json cannot name jieba; it has BERT's in this place, as Python writes it. */
  readonly type = "BertPreTokenizer";
  /** What only the dictionary tells how to cut. */
  readonly #words: ReadonlySet<string>;
  /** The first two UTF-16 units of these. */
  readonly #beginnings = new Set<number>();
  readonly #longest: number;

  constructor(vocab: ReadonlyMap<string, number>) {
    const known = [...vocab.keys()].filter((word) => word.length > 1 && hasSeveralIdeographs(word));
    this.#words = new Set([...known, ...MIXED_WORDS]);
    let longest = 0;
    for (const word of this.#words) {
      this.#beginnings.add(pairOf(word.charCodeAt(0), word.charCodeAt(1)));
      longest = Math.max(longest, word.length);
    }
    this.#longest = longest;
  }

  /** @throws TransformersError UNSUPPORTED where only jieba's dictionary tells what a word is. */
  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void {
    for (let start = from; start < to; ) {
      this.#refuseWordAt(units, start, to);
      const end = this.#endOf(units, start, to);
      if (!isSpace(units[start]!)) {
        spans.push(start);
        spans.push(end);
      }
      start = end;
    }
  }

  toJson(): Json {
    return { type: this.type };
  }

  /** Where what begins there ends: a word in ASCII, letters and digits, or one character. */
  #endOf(units: Uint16Array, start: number, to: number): number {
    const word = asciiWordAt(units, start, to);
    if (word > 0) return start + word;
    let end = start;
    while (end < to && isLetterOrDigit(units[end]!) && (end === start || asciiWordAt(units, end, to) === 0)) {
      end++;
      if (end < to) this.#refuseWordAt(units, end, to);
    }
    return end > start ? end : start + (pointAt(units, start, to) > 0xffff ? 2 : 1);
  }

  #refuseWordAt(units: Uint16Array, start: number, to: number): void {
    if (start + 1 >= to || !this.#beginnings.has(pairOf(units[start]!, units[start + 1]!))) return;
    const longest = Math.min(this.#longest, to - start);
    for (let length = 2; length <= longest; length++) {
      const word = unitsToString(units, start, start + length);
      if (!this.#words.has(word)) continue;
      throw new TransformersError(
        "UNSUPPORTED",
        `RoFormer cuts "${word}" by the dictionary of jieba, which is not part of this library; cut the text with a Chinese word segmenter of your own, and use a vocabulary of single characters, or ids made in Python`,
      );
    }
  }
}

/** The length of a word of {@link ASCII_WORDS} that begins there; 0 where none does. */
function asciiWordAt(units: Uint16Array, start: number, to: number): number {
  const unit = units[start]!;
  if (unit !== 0x41 && unit !== 0x43 && unit !== 0x63) return 0;
  for (const word of ASCII_WORDS) {
    if (start + word.length <= to && unitsToString(units, start, start + word.length) === word)
      return word.length;
  }
  return 0;
}

function isLetterOrDigit(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}

function pairOf(first: number, second: number): number {
  return first * 0x10000 + second;
}

/** Whether it is of several characters, an ideograph among them. */
function hasSeveralIdeographs(word: string): boolean {
  const points = Array.from(word, (character) => character.codePointAt(0)!);
  return points.length > 1 && !word.startsWith("##") && points.some(isIdeograph);
}

/** The ideographs of jieba's expression for Chinese text. */
function isIdeograph(point: number): boolean {
  return (
    (point >= 0x3400 && point <= 0x4dbf) ||
    (point >= 0x4e00 && point <= 0x9fff) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    point >= 0x20000
  );
}
