import { clusterEnd } from "./unicode/graphemes.js";

/**
 * Where a stream's text may be cut: between characters, between what readers see as characters (a base with its
 * combining marks, a flag, an emoji with ZWJ), or between words, as `TextStreamer` of Transformers does.
 */
export type StreamBoundary = "codepoint" | "grapheme" | "word";

/** What an id is to a stream. */
export type IdKind = "text" | "open" | "silent";

/** How a {@link DecodeStream} decodes. */
export interface StreamSource {
  /** The text of ids. */
  decode(ids: readonly number[]): string;
  /**
   * "open": the text of an id is only known from those after it, as of one byte of several; "silent": it is left out.
   */
  kindOf?(id: number): IdKind;
  /** What is done to text that is complete; called with pieces in order, and at the end with null. */
  finish?(text: string | null): string;
}

/** Of more ids than these, none of which can be forgotten, the text is not looked at again before there are twice as many. */
const PATIENCE = 32;

/**
 * Decodes ids one after the other, as they are generated. The pieces joined together are what decoding all ids at
 * once gives; none ends within a character, and by default none within what readers see as one. The cost of an id
 * does not grow with what came before.
 *
 * That holds where the text of a token depends on what was before it no further than the last visible text, which
 * all decoders of the field keep to.
 */
export class DecodeStream {
  readonly #source: StreamSource;
  readonly #boundary: StreamBoundary;
  /** Ids whose text is not complete, after some that give it the right beginning. */
  #window: number[] = [];
  /** How much of the window's text has been taken. */
  #taken = 0;
  /** Where in the window the ids begin that no text has been taken of. */
  #fresh = 0;
  #nextLook = 0;
  #held = "";

  constructor(source: StreamSource, boundary: StreamBoundary = "grapheme") {
    this.#source = source;
    this.#boundary = boundary;
  }

  /** Takes an id, or several; gives the text that is complete by now. */
  push(ids: number | Iterable<number>): string {
    let text = "";
    for (const id of typeof ids === "number" ? [ids] : ids) {
      const kind = this.#source.kindOf?.(id) ?? "text";
      if (kind === "silent") continue;
      this.#window.push(id);
      const { length } = this.#window;
      if (kind === "open" || (length > PATIENCE && length < this.#nextLook)) continue;
      text += this.#take();
    }
    return this.#release(this.#finish(text));
  }

  /** Gives what is left, after which the stream is as new. */
  end(): string {
    const text = this.#source.decode(this.#window).slice(this.#taken);
    const rest = this.#held + this.#finish(text) + this.#finish(null);
    this.#window = [];
    this.#taken = 0;
    this.#fresh = 0;
    this.#held = "";
    return rest;
  }

  #take(): string {
    const text = this.#source.decode(this.#window);
    // A last replacement character may be the beginning of another one.
    const complete = text.endsWith("\ufffd") ? text.length - 1 : text.length;
    const taken = text.slice(this.#taken, Math.max(complete, this.#taken));
    this.#taken = Math.max(complete, this.#taken);
    const isShorter = taken !== "" && complete === text.length && this.#forget();
    this.#nextLook = isShorter ? 0 : 2 * this.#window.length;
    return taken;
  }

  /**
   * Leaves out the ids before those of the last text, where that text alone gives what follows the same beginning;
   * says whether it did.
   */
  #forget(): boolean {
    const context = this.#window.slice(this.#fresh);
    const isFirst = this.#fresh === 0;
    const text = isFirst ? "" : this.#source.decode(context);
    const isEnough = text.trim() !== "";
    if (isEnough) {
      this.#window = context;
      this.#taken = text.length;
    }
    this.#fresh = this.#window.length;
    return isEnough || isFirst;
  }

  #finish(text: string | null): string {
    return this.#source.finish === undefined ? (text ?? "") : this.#source.finish(text);
  }

  /** Of the text that is held back and `text`, what may be shown. */
  #release(text: string): string {
    if (text === "" || this.#boundary === "codepoint") return text;
    if (this.#boundary === "word") {
      const end = wordEnd(text);
      const released = end === 0 ? "" : this.#held + text.slice(0, end);
      this.#held = end === 0 ? this.#held + text : text.slice(end);
      return released;
    }
    const all = this.#held + text;
    const end = lastCluster(all);
    this.#held = all.slice(end);
    return all.slice(0, end);
  }
}

/** A longer cluster is given away: nobody sees it as one character. */
const LONGEST_CLUSTER = 256;

/** Where the last grapheme cluster begins, which what follows may be part of; nothing joins a line's end. */
function lastCluster(text: string): number {
  if (text.endsWith("\n")) return text.length;
  // Clusters are looked for from a place where one must begin: after a line's end or between ASCII letters.
  let from = text.length - 1;
  while (from > 0 && !(isAscii(text, from) && isAscii(text, from - 1)) && text[from - 1] !== "\n") from--;
  const units = new Uint16Array(text.length - from);
  for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(from + i);
  let start = 0;
  for (
    let end = clusterEnd(units, 0, units.length);
    end < units.length;
    end = clusterEnd(units, start, units.length)
  ) {
    start = end;
  }
  if (isRegional(units, start)) {
    // Flags are pairs: where an odd number of halves is before the last one, it completes a pair.
    let halves = 0;
    while (start - 2 * (halves + 1) >= 0 && isRegional(units, start - 2 * (halves + 1))) halves++;
    if (halves % 2 === 1) start -= 2;
  }
  return units.length - start > LONGEST_CLUSTER ? text.length : from + start;
}

/** Whether half of a flag stands there: U+1F1E6 to U+1F1FF. */
function isRegional(units: Uint16Array, place: number): boolean {
  return units[place] === 0xd83c && units[place + 1]! >= 0xdde6 && units[place + 1]! <= 0xddff;
}

function isAscii(text: string, place: number): boolean {
  const unit = text.charCodeAt(place);
  return unit >= 0x20 && unit < 0x7f;
}

/** A line's end and a Chinese character end what is before them; else the last space does. */
function wordEnd(text: string): number {
  if (text.endsWith("\n")) return text.length;
  const point = text.codePointAt(text.length - (/[\udc00-\udfff]$/.test(text) ? 2 : 1))!;
  return isIdeograph(point) ? text.length : text.lastIndexOf(" ") + 1;
}

/** The blocks of CJK ideographs that BERT and TextStreamer know. */
function isIdeograph(point: number): boolean {
  return (
    (point >= 0x4e00 && point <= 0x9fff) ||
    (point >= 0x3400 && point <= 0x4dbf) ||
    (point >= 0x20000 && point <= 0x2a6df) ||
    (point >= 0x2a700 && point <= 0x2b73f) ||
    (point >= 0x2b740 && point <= 0x2b81f) ||
    (point >= 0x2b820 && point <= 0x2ceaf) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0x2f800 && point <= 0x2fa1f)
  );
}
