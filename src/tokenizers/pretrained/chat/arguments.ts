import { failure } from "./budget.js";
import { type Arguments, Markup, numberOf, typeName, Undefined, type Value } from "./values.js";

/**
 * The arguments of a function by its parameters' names, undefined where left out.
 * @throws TransformersError TEMPLATE_FAILED for one too many, or one of another name.
 */
export function bind<const Names extends readonly string[]>(
  what: string,
  { positional, named }: Arguments,
  names: Names,
): { [Name in Names[number]]?: Value } {
  if (positional.length > names.length) {
    throw failure(`${what} takes at most ${names.length} arguments, not ${positional.length}`);
  }
  const bound: Record<string, Value> = {};
  for (const [i, value] of positional.entries()) bound[names[i]!] = value;
  for (const [name, value] of named) {
    if (!names.includes(name)) throw failure(`${what} takes no argument ${JSON.stringify(name)}`);
    if (Object.hasOwn(bound, name)) throw failure(`${what} got ${JSON.stringify(name)} twice`);
    bound[name] = value;
  }
  return bound as { [Name in Names[number]]?: Value };
}

/** A string argument. */
export function textOf(what: string, value: Value | undefined, absent?: string): string {
  if (value === undefined && absent !== undefined) return absent;
  if (typeof value === "string") return value;
  if (value instanceof Markup) return value.text;
  throw failure(`${what} must be a str, not ${value === undefined ? "left out" : typeName(value)}`);
}

/** A whole number as an argument. */
export function wholeOf(what: string, value: Value | undefined, absent?: number): number {
  if (value === undefined && absent !== undefined) return absent;
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  throw failure(`${what} must be an int, not ${value === undefined ? "left out" : typeName(value)}`);
}

/** Any number as an argument. */
export function numericOf(what: string, value: Value): number {
  const number = numberOf(value);
  if (number !== null) return number;
  throw failure(`${what} must be a number, not ${typeName(value)}`);
}

/** @throws TransformersError TEMPLATE_FAILED where a name, attribute or element is not there. */
export function defined(value: Value): Value {
  if (value instanceof Undefined) throw failure(value.message);
  return value;
}
