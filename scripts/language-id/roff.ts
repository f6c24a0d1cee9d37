import { unescapeRoff } from "./roff-escapes.js";

/**
 * The running text of a manual page, paragraph by paragraph, from its source in man(7) or mdoc(7).
 *
 * Left out: headings, list tags, tables, examples and other text that is not filled, comments, macro
 * definitions, conditionals. The line of the first section, `name - what it does`, gives what stands
 * behind the dash.
 */
export function stripRoff(source: string): string[] {
  const reader = new PageReader();
  const lines = source
    .replace(/\r/g, "")
    .replace(/([^\\])\\\n/g, "$1")
    .split("\n");
  for (const line of lines) reader.read(line);
  return reader.finish();
}

/** Requests that open a block without prose, and what closes it. */
const blocks: Record<string, string> = {
  TS: "TE",
  EQ: "EN",
  PS: "PE",
  nf: "fi",
  EX: "EE",
  Vb: "Ve",
  CS: "CE",
  DS: "DE",
  Ds: "De",
  Bd: "Ed",
  SY: "YS",
};

const definitions = new Set(["de", "de1", "am", "am1", "ig"]);
const conditionals = new Set(["if", "ie", "el", "while"]);
const headings = new Set(["SH", "SS", "Sh", "Ss"]);
const tagged = new Set(["TP", "TQ"]);

const breaks = new Set(
  "PP LP P IP HP sp Sp br RS RE in ti bp TH Pp It Bl El Dl D1 Dd Dt Os Fd In Lk UR URL MTO fi EE".split(" "),
);

/** Font requests: the arguments are text, separated by spaces or (`BR`, `IR`, ...) not at all. */
const spacedFonts = new Set(["B", "I", "R", "SM", "SB"]);
const alternatingFonts = new Set(["BR", "BI", "IR", "IB", "RB", "RI"]);

/** Requests of mdoc(7) that print their arguments within a sentence. */
const inlineMdoc = new Set(
  "Ad An Ap Aq Ar Bq Brq Bx At Cm Dq Dv Em Er Ev Fa Fl Fn Ft Fx Ic Li Nm Ns Nx No Op Pa Pq Ql Qq Sq St Sx Sy Tn Ux Va Vt Xr".split(
    " ",
  ),
);

class PageReader {
  private readonly paragraphs: string[] = [];
  private paragraph: string[] = [];
  private closing: ((line: string, request: string) => boolean) | undefined;
  private skipTag = false;
  private sections = 0;
  private pageName = "";

  read(line: string): void {
    const request = /^[.']\s*([^\s\\"]*)/.exec(line)?.[1] ?? "";
    if (this.closing) {
      if (this.closing(line, request)) this.closing = undefined;
      if (!headings.has(request)) return;
    }
    if (/^[.']/.test(line)) this.readRequest(line, request);
    else this.readText(line);
  }

  finish(): string[] {
    this.endParagraph();
    return this.paragraphs;
  }

  private readText(line: string): void {
    // A line that starts with blanks is not filled: an example or a table drawn by hand.
    if (line.trim() === "" || (/^(?:\t| {4})/.test(line) && !this.skipTag)) this.endParagraph();
    else if (/^\\["#]/.test(line)) return;
    else if (this.skipTag) this.skipTag = false;
    else this.append(unescapeRoff(line), /\\c\s*$/.test(line));
  }

  private readRequest(line: string, request: string): void {
    if (/^[.']\s*(?:\\["#].*)?$/.test(line)) return;
    const text = line.replace(/^[.']\s*\S+\s*/, "");
    if (headings.has(request)) {
      this.endParagraph();
      this.sections += 1;
      this.skipTag = text === "";
    } else if (definitions.has(request)) {
      const end = request === "ig" ? text.split(/\s+/)[0] : text.split(/\s+/)[1];
      this.closing = (next, name) => (end ? name === end : /^\.\./.test(next));
    } else if (conditionals.has(request)) this.skipConditional(line);
    else if (blocks[request] !== undefined) {
      this.endParagraph();
      const end = blocks[request];
      this.closing = (_, name) => name === end || headings.has(name);
    } else if (tagged.has(request)) {
      this.endParagraph();
      this.skipTag = true;
    } else if (breaks.has(request)) {
      this.endParagraph();
      this.skipTag = false;
    } else if (request === "Nd") {
      this.endParagraph();
      this.append(unescapeRoff(text));
      this.endParagraph();
    } else if (request === "UE" || request === "ME") this.append(unescapeRoff(text));
    else this.readInline(text, request);
  }

  private readInline(text: string, request: string): void {
    const isFont = spacedFonts.has(request) || alternatingFonts.has(request);
    if (!isFont && !inlineMdoc.has(request)) return;
    if (this.skipTag) {
      this.skipTag = false;
      return;
    }
    if (request === "Nm" && text && !this.pageName) this.pageName = text.split(" ")[0]!;
    if (!isFont) this.append(mdocText(request, text || (request === "Nm" ? this.pageName : "")));
    else {
      const parts = splitArguments(text).map(unescapeRoff);
      this.append(parts.join(spacedFonts.has(request) ? " " : ""), /\\c\s*$/.test(text));
    }
  }

  /** A conditional is dropped, with the lines up to the brace that closes it. */
  private skipConditional(line: string): void {
    const depthOf = (text: string) => (text.match(/\\\{/g)?.length ?? 0) - (text.match(/\\\}/g)?.length ?? 0);
    let depth = depthOf(line);
    if (depth <= 0) return;
    this.closing = (next) => {
      depth += depthOf(next);
      return depth <= 0;
    };
  }

  private append(text: string, glued = false): void {
    if (text.trim() !== "") this.paragraph.push(glued ? text.trim() : `${text.trim()} `);
  }

  private endParagraph(): void {
    let text = tidy(this.paragraph.join(""));
    this.paragraph = [];
    if (this.sections <= 1) text = text.replace(/^.*?(?:\s[-–—]+|―)\s/u, "");
    if (text !== "") this.paragraphs.push(text);
  }
}

/** The arguments of a request: separated by blanks, or within double quotes. */
export function splitArguments(text: string): string[] {
  const matches = text.replace(/\\ /g, "\\~").matchAll(/"((?:[^"]|"")*)"?|(\S+)/g);
  return [...matches].map((match) => match[2] ?? match[1]!.replace(/""/g, '"'));
}

/** The text of an mdoc line: nested requests are dropped, dashes and quotes put back. */
function mdocText(request: string, text: string): string {
  const words = [request, ...splitArguments(text)];
  let result = "";
  let flag = false;
  for (const word of words) {
    if (inlineMdoc.has(word)) {
      flag = word === "Fl";
      if (word === "Ns") result = result.trimEnd();
      continue;
    }
    const isPunctuation = /^[.,:;)\]?!]$/.test(word);
    if (isPunctuation) result = result.trimEnd();
    result += `${flag && !isPunctuation ? "-" : ""}${unescapeRoff(word)} `;
    flag = false;
  }
  if (request === "Xr") result = result.replace(/^(\S+) (\d\w*)/, "$1($2)");
  return result.trim();
}

const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。，；：！？（）「」『』]`;
const brokenLine = new RegExp(`(?<=${unspaced}) (?=${unspaced})`, "gu");

/** Joins lines of Chinese and Japanese without a blank, and mends typewriter quotes. */
function tidy(text: string): string {
  return text
    .replace(/``|''/g, '"')
    .replace(/[\s\u00a0\u3000]+/g, " ")
    .replace(/\u00ad/g, "")
    .replace(brokenLine, "")
    .replace(/ ([,;)\]])/g, "$1")
    .trim();
}
