import { decimalValue, lower, once, spaceSource, strip, upper, wordSource } from "../../python-text/index.js";
import { namedAttribute } from "./access.js";
import { bind, defined, numericOf, textOf, wholeOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { fixed } from "./formatting.js";
import { capitalize } from "./letter-case.js";
import { LIST_FILTERS } from "./list-filters.js";
import { escaped, escapeHtml, marked } from "./markup.js";
import { MARKUP_FILTERS } from "./markup-filters.js";
import { binary } from "./operators.js";
import { type JsonStyle, json, repr, str } from "./printing.js";
import { centered, joined, linesOf, padding, replaceText, stripCharacters } from "./text-methods.js";
import {
  type Arguments,
  Dict,
  Float,
  Generator,
  itemsOf,
  iterate,
  lengthOf,
  Markup,
  numberOf,
  plain,
  Tuple,
  truth,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.js";

/** What filters need of who runs them. */
export interface FilterContext {
  readonly budget: Budget;
  /** `value.a.b`, or an element by number: what `attribute` arguments mean. */
  attribute(value: Value, path: Value): Value;
  filter(name: string, value: Value, args: Arguments): Value;
  test(name: string, value: Value, args: Arguments): boolean;
}

export type Filter = (value: Value, args: Arguments, context: FilterContext) => Value;

const text =
  (change: (text: string) => string): Filter =>
  (value, args, { budget }) => {
    bind("the filter", args, []);
    const given = str(value, budget);
    budget.characters(given.length);
    return change(given);
  };

const withDefault: Filter = (value, args) => {
  const { default_value = "", boolean = false } = bind("default", args, ["default_value", "boolean"]);
  return value instanceof Undefined || (truth(boolean) && !truth(value)) ? default_value : value;
};

const length: Filter = (given) => {
  const value = plain(given);
  if (typeof value === "string") return lengthOf(value);
  if (value instanceof Dict) return value.size;
  if (value instanceof View) return value.items.length;
  if (value instanceof Undefined) return 0;
  const items = itemsOf(value);
  if (items === null) throw failure(`object of type '${typeName(value)}' has no len()`);
  return items.length;
};

const markedText: Filter = (value, _args, { budget }) => escaped(value, budget);

/** What Python's `\w+` matches. */
const words = once(() => new RegExp(`[${wordSource()}]+`, "gu"));

/** Jinja's filters: `value | name`. */
const FILTERS: Readonly<Record<string, Filter>> = {
  ...LIST_FILTERS,
  ...MARKUP_FILTERS,
  upper: text((given) => upper(given)),
  lower: text((given) => lower(given)),
  title: text(titled),
  capitalize: text(capitalize),
  string: (value, _args, { budget }) => str(value, budget),
  safe: (value, _args, { budget }) => new Markup(str(value, budget)),
  escape: markedText,
  e: markedText,
  forceescape: (value, _args, { budget }) => new Markup(escapeHtml(str(value, budget), budget)),
  d: withDefault,
  default: withDefault,
  length,
  count: length,
  trim: (value, args, { budget }) => {
    const { chars = null } = bind("trim", args, ["chars"]);
    const given = str(value, budget);
    budget.characters(given.length);
    return chars === null ? strip(given) : stripCharacters(given, textOf("chars", chars), true, true);
  },
  replace: (value, args, { budget }) => {
    const { old, new: fresh, count = null } = bind("replace", args, ["old", "new", "count"]);
    if (old === undefined || fresh === undefined) throw failure("replace needs what to replace, and by what");
    const times = count === null ? -1 : wholeOf("count", count);
    return replaceText(str(value, budget), str(old, budget), str(fresh, budget), times, budget);
  },
  indent: (value, args, { budget }) => {
    const { width = 4, first = false, blank = false } = bind("indent", args, ["width", "first", "blank"]);
    const margin = typeof width === "string" ? width : padding(" ", wholeOf("width", width), budget);
    return indented(str(value, budget), margin, truth(first), truth(blank), budget);
  },
  center: (value, args, { budget }) =>
    centered(str(value, budget), wholeOf("width", bind("center", args, ["width"]).width, 80), " ", budget),
  format: (value, args, { budget }) => {
    const named = new Dict();
    for (const [name, item] of args.named) named.set(name, item);
    const template = value instanceof Markup ? value : str(value, budget);
    return binary("%", template, named.size > 0 ? named : new Tuple(args.positional), budget);
  },
  truncate: (value, args, { budget }) => {
    const {
      length: most,
      killwords,
      end,
      leeway,
    } = bind("truncate", args, ["length", "killwords", "end", "leeway"]);
    const given = str(value, budget);
    const [limit, ending] = [wholeOf("length", most, 255), textOf("end", end, "...")];
    const spare = wholeOf("leeway", leeway, 5);
    if (limit < lengthOf(ending) || spare < 0) throw failure(`truncate cannot end in ${limit} characters`);
    if (lengthOf(given) <= limit + spare) return given;
    const kept = Array.from(given)
      .slice(0, limit - lengthOf(ending))
      .join("");
    const at = truth(killwords ?? false) ? -1 : kept.lastIndexOf(" ");
    return (at < 0 ? kept : kept.slice(0, at)) + ending;
  },
  wordcount: (value, _args, { budget }) => (str(value, budget).match(words()) ?? []).length,
  tojson: (value, args, { budget }) => {
    const {
      ensure_ascii = false,
      indent = null,
      separators = null,
      sort_keys = false,
    } = bind("tojson", args, ["ensure_ascii", "indent", "separators", "sort_keys"]);
    return json(
      defined(value),
      {
        ensureAscii: truth(ensure_ascii),
        indent: marginOf(indent, budget),
        separators: separatorsOf(separators, indent),
        sortKeys: truth(sort_keys),
      },
      budget,
    );
  },
  int: (value, args, { budget }) => {
    const { default: absent = 0, base = 10 } = bind("int", args, ["default", "base"]);
    return toWhole(plain(value), wholeOf("base", base), budget) ?? absent;
  },
  float: (value, args) => {
    const { default: absent = new Float(0) } = bind("float", args, ["default"]);
    const text = plain(value);
    const number = typeof text === "string" ? readNumber(text) : numberOf(defined(value));
    return number === null ? absent : new Float(number);
  },
  abs: (value) => {
    const number = Math.abs(numericOf("abs", value));
    return value instanceof Float ? new Float(number) : number;
  },
  round: (value, args) => {
    const { precision = 0, method = "common" } = bind("round", args, ["precision", "method"]);
    const result = rounded(numericOf("round", value), wholeOf("precision", precision), method);
    return method === "common" && !(value instanceof Float) ? result : new Float(result);
  },
  items: (value) => new Generator(itemPairs(value)),
  list: (value, _args, { budget }) => [...iterate(value, budget)],
  attr: (value, args, { budget }) => {
    const { name } = bind("attr", args, ["name"]);
    return namedAttribute(defined(value), textOf("name", name), budget);
  },
  filesizeformat: (value, args) => {
    const { binary: isBinary = false } = bind("filesizeformat", args, ["binary"]);
    const text = plain(value);
    const number = typeof text === "string" ? readNumber(text) : numberOf(defined(value));
    if (number === null) throw failure("filesizeformat needs a number");
    return fileSize(number, truth(isBinary));
  },
  pprint: (value, _args, { budget }) => {
    const written = repr(value, budget);
    // Python sorts keys, and breaks lines.
    if (written.length <= 80 && !written.includes("{")) return written;
    throw failure("pprint of dicts, and of more than 80 characters, is not supported");
  },
};

/** Filters by which marked text stays marked. */
const KEEPS_MARKUP: ReadonlySet<string> = new Set([
  "upper",
  "lower",
  "capitalize",
  "string",
  "trim",
  "indent",
  "center",
  "truncate",
  "reverse",
]);

/** Filters that take no arguments, and do not look. */
const TAKES_NONE: ReadonlySet<string> = new Set([
  ..."string safe escape e forceescape length count wordcount abs items list pprint first last reverse striptags urlencode".split(
    " ",
  ),
]);

/** A filter. @throws TransformersError TEMPLATE_FAILED where there is none of that name. */
export function filterNamed(name: string): Filter {
  if (!isFilter(name)) throw failure(`there is no filter named ${JSON.stringify(name)}`);
  const filter = TAKES_NONE.has(name) ? takingNone(name, FILTERS[name]!) : FILTERS[name]!;
  if (!KEEPS_MARKUP.has(name)) return filter;
  return (value, args, context) =>
    value instanceof Markup ? marked(filter(value.text, args, context)) : filter(value, args, context);
}

export function isFilter(name: string): boolean {
  return Object.hasOwn(FILTERS, name);
}

function takingNone(name: string, filter: Filter): Filter {
  return (value, args, context) => {
    bind(name, args, []);
    return filter(value, args, context);
  };
}

const wordStart = once(() => new RegExp(`([-({\\[<${spaceSource()}]+)`, "u"));

/** Unlike `str.title`, Jinja's filter begins words after spaces, hyphens and opening brackets alone. */
function titled(text: string): string {
  return text
    .split(wordStart())
    .map(([first = "", ...rest]) => upper(first) + lower(rest.join("")))
    .join("");
}

function* itemPairs(value: Value): Iterable<Value> {
  if (value instanceof Undefined) return;
  if (!(value instanceof Dict)) throw failure("Can only get item pairs from a mapping.");
  for (const entry of value.entries()) yield new Tuple(entry);
}

function indented(given: string, margin: string, first: boolean, blank: boolean, budget: Budget): string {
  budget.characters(given.length);
  const lines = linesOf(`${given}\n`, false);
  budget.step(lines.length);
  budget.characters(given.length + lines.length * margin.length);
  const [head = "", ...rest] = lines;
  const body = rest.map((line) => (line !== "" || blank ? margin + line : line));
  return joined([(first ? margin : "") + head, ...body], "\n", budget);
}

function fileSize(bytes: number, isBinary: boolean): string {
  if (!Number.isFinite(bytes)) throw failure("filesizeformat needs a finite number");
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const prefixes = isBinary ? "KMGTPEZY" : "kMGTPEZY";
  const place = Array.from(prefixes).findIndex((_, i) => bytes < base ** (i + 2));
  const at = place < 0 ? prefixes.length - 1 : place;
  return `${fixed((base * bytes) / base ** (at + 2), 1)} ${prefixes[at]}${isBinary ? "iB" : "B"}`;
}

function marginOf(indent: Value, budget: Budget): string | null {
  if (indent === null) return null;
  return typeof indent === "string" ? indent : padding(" ", wholeOf("indent", indent), budget);
}

function separatorsOf(value: Value, indent: Value): JsonStyle["separators"] {
  if (value === null) return [indent === null ? ", " : ",", ": "];
  const items = itemsOf(value) ?? [];
  if (items.length !== 2) throw failure("separators must be a pair of str");
  return [textOf("a separator", items[0]), textOf("a separator", items[1])];
}

function toWhole(value: Value, base: number, budget: Budget): number | null {
  if (typeof value !== "string") {
    const number = numberOf(defined(value));
    return number === null || !Number.isFinite(number) ? null : Math.trunc(number);
  }
  budget.characters(value.length);
  const digits = withAsciiDigits(strip(value))
    .replace(/^([+-]?)0[xob](?=.)/i, base === 10 ? "$&" : "$1")
    .replaceAll("_", "");
  const whole =
    /^[+-]?[0-9a-z]+$/i.test(digits) && digits.length < 64 ? wholeInBase(digits.toLowerCase(), base) : null;
  if (whole !== null) return whole;
  const number = readNumber(value);
  return number === null || !Number.isFinite(number) ? null : Math.trunc(number);
}

/** Python reads decimal digits of every script. */
function withAsciiDigits(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (each) => {
    const digit = decimalValue(each.codePointAt(0)!);
    return digit < 0 ? each : String(digit);
  });
}

function wholeInBase(digits: string, base: number): number | null {
  const number = Number.parseInt(digits, base);
  const plain = digits.replace(/^[+-]?0*(?=.)/, "");
  return Math.abs(number).toString(base) === plain ? number : null;
}

/** Python's `float(text)`; null where it is no number. */
function readNumber(given: string): number | null {
  const plain = withAsciiDigits(strip(given)).toLowerCase();
  if (/^[+-]?(\d[\d_]*(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(plain)) return Number(plain.replaceAll("_", ""));
  const named = /^([+-]?)(inf|infinity|nan)$/.exec(plain);
  if (named === null) return null;
  return named[2] === "nan" ? Number.NaN : named[1] === "-" ? -Infinity : Infinity;
}

function rounded(value: number, precision: number, method: Value): number {
  if (Math.abs(precision) > 60) throw failure("a precision above 60 is not supported");
  const scale = 10 ** precision;
  if (method === "ceil") return Math.ceil(value * scale) / scale;
  if (method === "floor") return Math.floor(value * scale) / scale;
  if (method !== "common") throw failure("method must be common, ceil or floor");
  if (precision > 0) return Number(fixed(value, precision));
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const difference = scaled - floor;
  const isUp = difference > 0.5 || (difference === 0.5 && floor % 2 !== 0);
  return (isUp ? floor + 1 : floor) / scale;
}
