import {
  category,
  isAlphanumeric,
  isDecimal,
  isDigit,
  isSpace,
  lower,
  splitAtSpace,
  strip,
  stripEnd,
  stripStart,
  upper,
} from "../../python-text/index.js";
import { bind, textOf, wholeOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { formatBraces } from "./formatting.js";
import { capitalize, isAll, isTitle, swapcase, title } from "./letter-case.js";
import { isPrintable } from "./printing.js";
import { type Arguments, iterate, lengthOf, plain, Tuple, truth, typeName, type Value } from "./values.js";

type Method = (text: string, args: Arguments, budget: Budget) => Value;

/** The methods of Python's `str`; those that are not here are undefined. */
const METHODS: Readonly<Record<string, Method>> = {
  upper: bare((text) => upper(text)),
  lower: bare((text) => lower(text)),
  casefold: bare((text) => lower(upper(text))),
  title: bare(title),
  capitalize: bare(capitalize),
  swapcase: bare(swapcase),
  strip: stripping(strip, true, true),
  lstrip: stripping(stripStart, true, false),
  rstrip: stripping(stripEnd, false, true),
  startswith: affix("startswith", (text, part) => text.startsWith(part)),
  endswith: affix("endswith", (text, part) => text.endsWith(part)),
  removeprefix: (text, args) => {
    const prefix = textOf("prefix", bind("removeprefix", args, ["prefix"]).prefix);
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  },
  removesuffix: (text, args) => {
    const suffix = textOf("suffix", bind("removesuffix", args, ["suffix"]).suffix);
    return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  },
  split: (text, args, budget) => split(text, args, budget, false),
  rsplit: (text, args, budget) => split(text, args, budget, true),
  splitlines: (text, args, budget) => {
    const keeps = truth(bind("splitlines", args, ["keepends"]).keepends ?? false);
    return counted(linesOf(text, keeps), budget);
  },
  partition: (text, args) => partition(text, textOf("sep", bind("partition", args, ["sep"]).sep), false),
  rpartition: (text, args) => partition(text, textOf("sep", bind("rpartition", args, ["sep"]).sep), true),
  join: (text, args, budget) => joinTexts(text, bind("join", args, ["iterable"]).iterable, budget),
  replace: (text, args, budget) => {
    const { old, new: fresh, count } = bind("replace", args, ["old", "new", "count"]);
    return replaceText(text, textOf("old", old), textOf("new", fresh), wholeOf("count", count, -1), budget);
  },
  find: finding("find", (text, part) => text.indexOf(part)),
  rfind: finding("rfind", (text, part) => text.lastIndexOf(part)),
  index: present(finding("index", (text, part) => text.indexOf(part))),
  rindex: present(finding("rindex", (text, part) => text.lastIndexOf(part))),
  count: (text, args, budget) => {
    const { sub, start, end } = bind("count", args, ["sub", "start", "end"]);
    const part = textOf("sub", sub);
    budget.characters(text.length);
    const inner = stretch(text, start, end);
    if (inner === null) return 0;
    return part === "" ? lengthOf(inner.text) + 1 : counted(inner.text.split(part), budget).length - 1;
  },
  zfill: (text, args, budget) => {
    const width = wholeOf("width", bind("zfill", args, ["width"]).width);
    const sign = /^[+-]/.exec(text)?.[0] ?? "";
    return sign + padding("0", width - lengthOf(text), budget) + text.slice(sign.length);
  },
  center: (text, args, budget) => centered(text, ...widthOf("center", args), budget),
  ljust: (text, args, budget) => {
    const [width, fill] = widthOf("ljust", args);
    return text + padding(fill, width - lengthOf(text), budget);
  },
  rjust: (text, args, budget) => {
    const [width, fill] = widthOf("rjust", args);
    return padding(fill, width - lengthOf(text), budget) + text;
  },
  format: (text, args, budget) => formatBraces(text, args, budget),
  isdigit: every(isDigit),
  isdecimal: every(isDecimal),
  isnumeric: every(isNumeric),
  isalpha: every((point) => category(point).startsWith("L")),
  isalnum: every(isAlphanumeric),
  isspace: every(isSpace),
  isupper: bare((text) => isAll("upper", text)),
  islower: bare((text) => isAll("lower", text)),
  istitle: bare(isTitle),
  isascii: bare((text) => !/[^\0-\x7f]/.test(text)),
  isprintable: bare((text) => Array.from(text).every((each) => isPrintable(each.codePointAt(0)!))),
  expandtabs: (text, args, budget) => {
    const size = wholeOf("tabsize", bind("expandtabs", args, ["tabsize"]).tabsize, 8);
    return expandTabs(text, size, budget);
  },
  encode: refused("encode", "a template has no bytes"),
  format_map: refused("format_map", "use format"),
  isidentifier: refused("isidentifier", "compare characters"),
  maketrans: refused("maketrans", "use replace"),
  translate: refused("translate", "use replace"),
};

/** Methods that take arguments by their names. */
const TAKES_NAMES: ReadonlySet<string> = new Set(["split", "rsplit", "splitlines", "expandtabs", "format"]);

/** A method of a string; undefined where Python's has none that a template may use. */
export function textMethod(name: string): Method | undefined {
  if (!Object.hasOwn(METHODS, name)) return undefined;
  const method = METHODS[name]!;
  if (TAKES_NAMES.has(name)) return method;
  return (text, args, budget) => {
    if (args.named.size > 0) throw failure(`str.${name}() takes no keyword arguments`);
    return method(text, args, budget);
  };
}

function bare(run: (text: string) => Value): Method {
  return (text, args, budget) => {
    bind("the method", args, []);
    budget.characters(text.length);
    return run(text);
  };
}

function every(test: (point: number) => boolean): Method {
  return bare((text) => text !== "" && Array.from(text).every((each) => test(each.codePointAt(0)!)));
}

function refused(name: string, advice: string): Method {
  return () => {
    throw failure(`the method ${name} of str is not supported: ${advice}`);
  };
}

function expandTabs(text: string, size: number, budget: Budget): string {
  budget.characters(text.length);
  let column = 0;
  const parts: string[] = [];
  for (const piece of text.split(/([\t\n\r])/)) {
    if (piece === "\t") {
      const width = size > 0 ? size - (column % size) : 0;
      parts.push(padding(" ", width, budget));
      column += width;
      continue;
    }
    parts.push(piece);
    column = piece === "\n" || piece === "\r" ? 0 : column + lengthOf(piece);
  }
  budget.step(parts.length);
  return joined(parts, "", budget);
}

/** @throws TransformersError TEMPLATE_FAILED for ideographs, of which some are numbers. */
function isNumeric(point: number): boolean {
  const isIdeograph =
    (point >= 0x3400 && point < 0xa000) || (point >= 0xf900 && point < 0xfb00) || point >= 0x20000;
  if (isIdeograph) throw failure("isnumeric of ideographs is not supported");
  return category(point).startsWith("N");
}

function stripping(plain: (text: string) => string, fromStart: boolean, fromEnd: boolean): Method {
  return (text, args, budget) => {
    budget.characters(text.length);
    const { chars = null } = bind("strip", args, ["chars"]);
    return chars === null ? plain(text) : stripCharacters(text, textOf("chars", chars), fromStart, fromEnd);
  };
}

/** Takes characters of a set away from the ends. */
export function stripCharacters(text: string, chars: string, fromStart: boolean, fromEnd: boolean): string {
  const set = new Set(chars);
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  while (fromStart && start < end && set.has(characters[start]!)) start++;
  while (fromEnd && end > start && set.has(characters[end - 1]!)) end--;
  return characters.slice(start, end).join("");
}

function affix(name: string, test: (text: string, part: string) => boolean): Method {
  return (text, args, budget) => {
    budget.characters(text.length);
    const { part, start, end } = bind(name, args, ["part", "start", "end"]);
    const parts = part === undefined ? null : part instanceof Tuple ? part.items : [part];
    if (parts === null) throw failure(`${name} needs a str`);
    const inner = stretch(text, start, end);
    return parts.some(
      (each) => test(inner?.text ?? "", textOf(`the argument of ${name}`, each)) && inner !== null,
    );
  };
}

function split(text: string, args: Arguments, budget: Budget, fromEnd: boolean): Value {
  const { sep = null, maxsplit } = bind("split", args, ["sep", "maxsplit"]);
  const most = wholeOf("maxsplit", maxsplit, -1);
  budget.characters(text.length);
  if (sep !== null) {
    const separator = textOf("sep", sep);
    if (separator === "") throw failure("empty separator");
    const parts = counted(text.split(separator), budget);
    if (most < 0 || parts.length <= most + 1) return parts;
    return fromEnd
      ? [parts.slice(0, parts.length - most).join(separator), ...parts.slice(parts.length - most)]
      : [...parts.slice(0, most), parts.slice(most).join(separator)];
  }
  const words = counted(splitAtSpace(text), budget);
  if (most < 0 || words.length <= most) return words;
  if (fromEnd) {
    const rest = words.slice(words.length - most);
    let end = text.length;
    for (const word of rest.toReversed()) end = text.lastIndexOf(word, end - word.length);
    const first = strip(text.slice(0, end));
    return first === "" ? rest : [stripEnd(text.slice(0, end)), ...rest];
  }
  let start = 0;
  for (const word of words.slice(0, most)) start = text.indexOf(word, start) + word.length;
  const rest = stripStart(text.slice(start));
  return rest === "" ? words.slice(0, most) : [...words.slice(0, most), rest];
}

/** What stands between line ends, as Python's `splitlines` knows them. */
export function linesOf(text: string, keepsEnds: boolean): string[] {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends lines at these, too
  const ends = /\r\n|[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]/g;
  let start = 0;
  for (const match of text.matchAll(ends)) {
    lines.push(text.slice(start, keepsEnds ? match.index + match[0].length : match.index));
    start = match.index + match[0].length;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

function partition(text: string, separator: string, fromEnd: boolean): Value {
  if (separator === "") throw failure("empty separator");
  const at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at < 0) return new Tuple(fromEnd ? ["", "", text] : [text, "", ""]);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function joinTexts(separator: string, iterable: Value | undefined, budget: Budget): string {
  if (iterable === undefined) throw failure("join needs an iterable");
  const texts = iterate(iterable, budget).map((item) => {
    const text = plain(item);
    if (typeof text === "string") return text;
    throw failure(`join expects str, found ${typeName(item)}`);
  });
  return joined(texts, separator, budget);
}

/** Strings with a separator between them. */
export function joined(texts: readonly string[], separator: string, budget: Budget): string {
  budget.characters(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

/** Python's `str.replace`. */
export function replaceText(text: string, old: string, fresh: string, count: number, budget: Budget): string {
  budget.characters(text.length);
  const parts = old === "" ? ["", ...Array.from(text), ""] : text.split(old);
  budget.step(parts.length);
  const times = Math.min(count < 0 ? Number.POSITIVE_INFINITY : count, parts.length - 1);
  budget.characters(text.length + times * fresh.length);
  if (times === parts.length - 1) return parts.join(fresh);
  return [...parts.slice(0, times), parts.slice(times).join(old)].join(fresh);
}

function finding(name: string, find: (text: string, part: string) => number): Method {
  return (text, args, budget) => {
    budget.characters(text.length);
    const { sub, start, end } = bind(name, args, ["sub", "start", "end"]);
    const part = textOf("sub", sub);
    const inner = stretch(text, start, end);
    const at = inner === null ? -1 : find(inner.text, part);
    return at < 0 ? at : inner!.from + lengthOf(inner!.text.slice(0, at));
  };
}

/** The characters from `start` to `end`, as methods that search take them; null where they begin behind their end. */
function stretch(
  text: string,
  start: Value | undefined,
  end: Value | undefined,
): { text: string; from: number } | null {
  if (start == null && end == null) return { text, from: 0 };
  const characters = Array.from(text);
  const { length } = characters;
  const place = (value: Value | undefined, absent: number) => {
    const given = value == null ? absent : wholeOf("place", value);
    return Math.max(given < 0 ? given + length : given, 0);
  };
  const [from, to] = [place(start, 0), Math.min(place(end, length), length)];
  return from > to ? null : { text: characters.slice(from, to).join(""), from };
}

function present(find: Method): Method {
  return (text, args, budget) => {
    const at = find(text, args, budget);
    if (at === -1) throw failure("substring not found");
    return at;
  };
}

function widthOf(name: string, args: Arguments): [width: number, fill: string] {
  const { width, fillchar } = bind(name, args, ["width", "fillchar"]);
  const fill = textOf("fillchar", fillchar, " ");
  if (lengthOf(fill) !== 1) throw failure("The fill character must be exactly one character long");
  return [wholeOf("width", width), fill];
}

/** `fill` so often. */
export function padding(fill: string, count: number, budget: Budget): string {
  if (count <= 0) return "";
  budget.characters(count * fill.length);
  return fill.repeat(count);
}

/** Python puts the odd character on the left where the width is odd. */
export function centered(text: string, width: number, fill: string, budget: Budget): string {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return padding(fill, left, budget) + text + padding(fill, missing - left, budget);
}

function counted<T>(parts: T[], budget: Budget): T[] {
  budget.step(parts.length);
  return parts;
}
