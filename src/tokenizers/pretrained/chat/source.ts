import { isSpace, stripEnd } from "../../python-text/index.js";
import { invalid } from "./budget.js";
import { escaped } from "./printing.js";

/** A part of a template: text that is written as it is, an expression, or a statement. */
export interface Part {
  readonly kind: "text" | "expression" | "statement";
  /** The text, or what stands in the tag, where strings are replaced by `'0'`, `'1'`, ...: places in `strings`. */
  readonly content: string;
  readonly strings: readonly string[];
}

const OPENERS = { "{{": "expression", "{%": "statement", "{#": "comment" } as const;
const CLOSERS = { expression: "}}", statement: "%}", comment: "#}" } as const;

/**
 * Cuts a template into text and tags, as Jinja does with `trim_blocks` and `lstrip_blocks`: a statement or comment
 * swallows the newline after it and, alone on its line, the spaces before it; `-` swallows all whitespace on its
 * side, and `+` leaves it. Comments are left out.
 * @throws TransformersError TEMPLATE_INVALID where a tag does not end.
 */
export function cutTemplate(template: string): Part[] {
  const lines = template.replace(/\r\n?/g, "\n");
  const source = lines.endsWith("\n") ? lines.slice(0, -1) : lines;
  const parts: Part[] = [];
  const addText = (content: string) => {
    if (content !== "") parts.push({ kind: "text", content, strings: [] });
  };
  let startsLine = true;
  for (let at = 0; ; ) {
    const open = nextOpener(source, at);
    if (open < 0) {
      addText(source.slice(at));
      return parts;
    }
    const kind = OPENERS[source.slice(open, open + 2) as keyof typeof OPENERS];
    const sign = signAt(source, open + 2);
    addText(textBefore(source.slice(at, open), sign, kind !== "expression", startsLine));
    const start = open + 2 + sign.length;
    const raw = kind === "statement" ? rawBlock(source, start) : null;
    if (raw !== null) {
      addText(textBefore(raw.text, raw.sign, true, source[raw.from - 1] === "\n"));
      at = raw.end;
    } else if (kind === "comment") {
      at = endOfComment(source, start);
    } else {
      const tag = readTag(source, start, kind);
      parts.push({ kind, content: tag.content, strings: tag.strings });
      at = tag.end;
    }
    startsLine = source[at - 1] === "\n";
  }
}

function nextOpener(source: string, from: number): number {
  for (let at = source.indexOf("{", from); at >= 0; at = source.indexOf("{", at + 1)) {
    const next = source[at + 1];
    if (next === "{" || next === "%" || next === "#") return at;
  }
  return -1;
}

function signAt(source: string, at: number): "-" | "+" | "" {
  const sign = source[at];
  return sign === "-" || sign === "+" ? sign : "";
}

function textBefore(text: string, sign: string, isBlock: boolean, startsLine: boolean): string {
  if (sign === "-") return stripEnd(text);
  if (sign === "+" || !isBlock) return text;
  const line = text.lastIndexOf("\n") + 1;
  return (line > 0 || startsLine) && stripEnd(text.slice(line)) === "" ? text.slice(0, line) : text;
}

/** Where the text goes on after the end of a tag at `at`, which begins with a sign or with `closer`; -1 where none is. */
function afterCloser(source: string, at: number, closer: string): number {
  const sign = closer === "}}" && source[at] === "+" ? "" : signAt(source, at);
  if (!source.startsWith(closer, at + sign.length)) return -1;
  let end = at + sign.length + closer.length;
  if (sign === "-") while (end < source.length && isSpace(source.charCodeAt(end))) end++;
  else if (sign === "" && closer !== "}}" && source[end] === "\n") end++;
  return end;
}

function endOfComment(source: string, start: number): number {
  const close = source.indexOf("#}", start);
  if (close < 0) throw invalid("a comment does not end: #} is missing");
  const hasSign = close > start && signAt(source, close - 1) !== "";
  return afterCloser(source, hasSign ? close - 1 : close, CLOSERS.comment);
}

function rawBlock(
  source: string,
  start: number,
): { from: number; text: string; sign: string; end: number } | null {
  // The newline after {% raw %} is text of the block, whatever trim_blocks says.
  const opening = /\s*raw\s*(?:-%\}\s*|%\})/y;
  opening.lastIndex = start;
  if (!opening.test(source)) return null;
  const from = opening.lastIndex;
  for (let open = source.indexOf("{%", from); open >= 0; open = source.indexOf("{%", open + 2)) {
    const sign = signAt(source, open + 2);
    const closing = /\s*endraw\s*(?=[-+]?%\})/y;
    closing.lastIndex = open + 2 + sign.length;
    if (!closing.test(source)) continue;
    return {
      from,
      text: source.slice(from, open),
      sign,
      end: afterCloser(source, closing.lastIndex, CLOSERS.statement),
    };
  }
  throw invalid("a raw block does not end: {% endraw %} is missing");
}

/** Reads a tag up to its end, which no string and no bracket is around. */
function readTag(
  source: string,
  start: number,
  kind: "expression" | "statement",
): { content: string; strings: string[]; end: number } {
  const strings: string[] = [];
  const pieces: string[] = [];
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const character = source[at]!;
    if (depth === 0) {
      const end = afterCloser(source, at, CLOSERS[kind]);
      if (end >= 0) return { content: pieces.join(""), strings, end };
    }
    if (character === '"' || character === "'") {
      const end = endOfString(source, at);
      pieces.push(`'${strings.length}'`);
      strings.push(readEscapes(source.slice(at + 1, end)));
      at = end;
      continue;
    }
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (!isSpace(source.charCodeAt(at))) pieces.push(character);
    else if (pieces.at(-1) !== " ") pieces.push(" ");
  }
  throw invalid(
    `a tag does not end: ${CLOSERS[kind]} is missing after ${JSON.stringify(source.slice(start, start + 60))}`,
  );
}

function endOfString(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === source[start]) return at;
  }
  throw invalid("a string does not end");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The string that a literal's text stands for in Python. */
function readEscapes(text: string): string {
  return text.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/gu,
    (whole: string, code: string) => {
      if (Object.hasOwn(ESCAPES, code)) return ESCAPES[code]!;
      if (/^[0-7]+$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      if (/^[xuUN]$/.test(code))
        throw invalid(`${whole} does not say which character, in a way that is supported`);
      // Jinja writes what is not ASCII as an escape itself, and then reads escapes: of these two the backslashes are one.
      if (code.codePointAt(0)! > 0x7f) return escaped(code.codePointAt(0)!);
      if (!/^[xuU]/.test(code)) return whole;
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) throw invalid(`${whole} is no character`);
      return String.fromCodePoint(point);
    },
  );
}
