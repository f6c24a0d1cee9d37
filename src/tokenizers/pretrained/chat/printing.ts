import { category } from "../../python-text/index.js";
import type { Budget } from "./budget.js";
import { failure } from "./budget.js";
import {
  type Attributes,
  Callable,
  Dict,
  Float,
  Generator,
  itemsOf,
  Macro,
  Markup,
  Namespace,
  plain,
  Range,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.js";

/** Python's `str(value)`. */
export function str(value: Value, budget: Budget): string {
  if (typeof value === "string") return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) return "";
  return repr(value, budget);
}

/** Python's `repr(value)`. */
export function repr(value: Value, budget: Budget): string {
  budget.step();
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return integerText(value);
  if (typeof value === "string") return reprText(value, budget);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Markup) return `Markup(${reprText(value.text, budget)})`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Macro)
    return value.ownName === null ? "<Macro anonymous>" : `<Macro ${reprText(value.ownName, budget)}>`;
  if (value instanceof Generator || value instanceof Callable) throw unprinted(value.name);
  if (value instanceof Range) {
    const { start, stop, step } = value;
    return `range(${[start, stop, ...(step === 1 ? [] : [step])].map(integerText).join(", ")})`;
  }
  return budget.deeper(() => {
    const items = itemsOf(value);
    if (items !== null) {
      const texts = items.map((item) => repr(item, budget));
      if (Array.isArray(value)) return joined("[", texts, ", ", "]", budget);
      return joined("(", texts, ", ", texts.length === 1 ? ",)" : ")", budget);
    }
    if (value instanceof View) {
      const texts = value.items.map((item) => repr(item, budget));
      return joined(`${value.name}([`, texts, ", ", "])", budget);
    }
    if (value instanceof Dict) return braces(value.entries(), budget);
    if (value instanceof Namespace) return `<Namespace ${braces([...value.attributes], budget)}>`;
    const { text, name } = value as Attributes;
    if (text === null) throw unprinted(name);
    return text;
  });
}

function unprinted(name: string): Error {
  return failure(`${name} cannot be printed: it has no text but its address in Python`);
}

function braces(entries: readonly (readonly [Value, Value])[], budget: Budget): string {
  const texts = entries.map(([key, value]) => `${repr(key, budget)}: ${repr(value, budget)}`);
  return joined("{", texts, ", ", "}", budget);
}

function joined(
  open: string,
  texts: readonly string[],
  separator: string,
  close: string,
  budget: Budget,
): string {
  budget.characters(texts.reduce((sum, text) => sum + text.length + separator.length, 2));
  return open + texts.join(separator) + close;
}

export function integerText(value: number): string {
  return BigInt(value).toString();
}

/** Python's `repr` of a float. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits, exponentText] = value.toExponential().split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function reprText(text: string, budget: Budget): string {
  budget.characters(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (character === quote) result += `\\${quote}`;
    else if (ESCAPES.has(character)) result += ESCAPES.get(character)!;
    else if (point >= 0x20 && point < 0x7f) result += character;
    else result += isPrintable(point) ? character : escaped(point);
  }
  budget.characters(result.length);
  return result + quote;
}

/** Python's `str.isprintable` of one character. */
export function isPrintable(point: number): boolean {
  return point === 0x20 || !/^[CZ]/.test(category(point));
}

/** A character as an escape in a literal. */
export function escaped(point: number): string {
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, "0")}`;
  return point < 0x10000
    ? `\\u${point.toString(16).padStart(4, "0")}`
    : `\\U${point.toString(16).padStart(8, "0")}`;
}

/** How {@link json} writes. */
export interface JsonStyle {
  ensureAscii: boolean;
  /** What each level is indented by; null for one line. */
  indent: string | null;
  separators: readonly [item: string, key: string];
  sortKeys: boolean;
}

/** Python's `json.dumps(value)`. */
export function json(value: Value, style: JsonStyle, budget: Budget, margin = ""): string {
  budget.step();
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return integerText(value);
  if (value instanceof Float) return floatText(value.value).replace("inf", "Infinity").replace("nan", "NaN");
  if (typeof value === "string") return jsonText(value, style.ensureAscii, budget);
  if (value instanceof Markup) return jsonText(value.text, style.ensureAscii, budget);
  const inner = style.indent === null ? "" : margin + style.indent;
  const write = (item: Value) => json(item, style, budget, inner);
  return budget.deeper(() => {
    const items = itemsOf(value);
    if (items !== null && !(value instanceof Range))
      return block("[", items.map(write), "]", style, margin, budget);
    if (!(value instanceof Dict)) throw failure(`Object of type ${typeName(value)} is not JSON serializable`);
    const entries = value.entries().map(([key, item]) => [jsonKey(key), item] as const);
    if (style.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const lines = entries.map(
      ([key, item]) => jsonText(key, style.ensureAscii, budget) + style.separators[1] + write(item),
    );
    return block("{", lines, "}", style, margin, budget);
  });
}

function block(
  open: string,
  lines: readonly string[],
  close: string,
  { indent, separators }: JsonStyle,
  margin: string,
  budget: Budget,
): string {
  if (lines.length === 0) return open + close;
  const newline = indent === null ? "" : `\n${margin}${indent}`;
  const separator = indent === null ? separators[0] : separators[0] + newline;
  budget.characters(lines.reduce((sum, line) => sum + line.length + separator.length, margin.length + 4));
  return `${open}${newline}${lines.join(separator)}${indent === null ? "" : `\n${margin}`}${close}`;
}

function jsonKey(given: Value): string {
  const key = plain(given);
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean" || typeof key === "number") return String(key);
  if (key instanceof Float) return floatText(key.value);
  throw failure("keys of JSON must be str, int, float, bool or None");
}

function jsonText(text: string, ensureAscii: boolean, budget: Budget): string {
  budget.characters(text.length);
  const written = JSON.stringify(text);
  if (!ensureAscii) return written;
  return written.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
