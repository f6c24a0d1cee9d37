import type { Budget } from "./budget.js";
import { str } from "./printing.js";
import { Dict, iterate, Markup, numberOf, Tuple, type Value } from "./values.js";

/** The value marked as HTML: what stands for itself there is escaped, unless it is marked already. */
export function escaped(value: Value, budget: Budget): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(str(value, budget), budget));
}

export function escapeHtml(text: string, budget: Budget): string {
  budget.characters(text.length);
  const result = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&#34;")
    .replaceAll("'", "&#39;");
  budget.text(result.length);
  return result;
}

/** What a method of marked text gives: its strings are marked, too. */
export function marked(result: Value): Value {
  if (typeof result === "string") return new Markup(result);
  if (Array.isArray(result)) return result.map(marked);
  return result instanceof Tuple ? new Tuple(result.items.map(marked)) : result;
}

/** What is put into marked text: numbers are as they are, others are escaped, within a tuple or dict as well. */
export function escapedFields(value: Value, budget: Budget): Value {
  if (value instanceof Tuple) return new Tuple(value.items.map((item) => escapedField(item, budget)));
  if (!(value instanceof Dict)) return escapedField(value, budget);
  const dict = new Dict();
  for (const [key, item] of value.entries()) dict.set(key, escapedField(item, budget));
  return dict;
}

/** The elements to be joined by marked text. */
export function escapedItems(value: Value, budget: Budget): Value[] {
  return iterate(value, budget).map((item) => escaped(item, budget));
}

function escapedField(value: Value, budget: Budget): Value {
  return numberOf(value) === null ? escaped(value, budget) : value;
}
