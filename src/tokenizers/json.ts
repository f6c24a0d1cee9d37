import { TransformersError } from "../errors.js";

/** What a component writes: JSON, where a Map is an object whose keys keep their order. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
  | ReadonlyMap<string, Json>;

/** An object read from a tokenizer file; `where` says which one in error messages. */
export class JsonFields {
  readonly where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws TransformersError CORRUPT_FILE where `value` is not an object. */
  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw corrupt(`${where} must be an object, not ${describe(value)}`);
    }
    // The path grows with each level; no component nests this deep.
    if (where.length > 1000) throw corrupt(`${where.slice(0, 60)}... is nested too deep`);
    this.where = where;
    this.#values = value as Record<string, unknown>;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** The value as it is; undefined where absent. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  string(name: string, absent?: string): string {
    const value = this.raw(name) ?? absent;
    if (typeof value !== "string") throw this.wrong(name, "a string");
    return value;
  }

  boolean(name: string, absent?: boolean): boolean {
    const value = this.raw(name) ?? absent;
    if (typeof value !== "boolean") throw this.wrong(name, "true or false");
    return value;
  }

  /** A whole number from 0 to 2^31 - 1 (or to `largest`). */
  integer(name: string, absent?: number, largest = 0x7fffffff): number {
    const value = this.raw(name) ?? absent;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > largest) {
      throw this.wrong(name, `a whole number from 0 to ${largest}`);
    }
    return value;
  }

  number(name: string): number {
    const value = this.raw(name);
    if (typeof value !== "number") throw this.wrong(name, "a number");
    return value;
  }

  /** All values by their names, each of them a whole number from 0 to 2^31 - 1. */
  integers(): Map<string, number> {
    const values = new Map<string, number>();
    for (const name of this.keys()) {
      const value = this.#values[name];
      // The check of integer(), without its look-up: vocabularies are large.
      const isFine = typeof value === "number" && value >= 0 && value === (value | 0);
      values.set(name, isFine ? value : this.integer(name));
    }
    return values;
  }

  /** One of `choices`. */
  choice<const T extends string>(name: string, choices: readonly T[], absent?: T): T {
    const value = this.raw(name) ?? absent;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw this.wrong(name, `one of ${choices.join(", ")}`);
    return found;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.raw(name), `${this.where}.${name}`);
  }

  /** The value as a list; undefined and null read as an empty one. */
  list(name: string): readonly unknown[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) throw this.wrong(name, "a list");
    return value;
  }

  /** What `read` makes of each value of a list, given where it stands. */
  each<T>(name: string, read: (value: unknown, where: string) => T): T[] {
    return this.list(name).map((value, i) => read(value, `${this.where}.${name}[${i}]`));
  }

  /** A string of one character. */
  character(name: string, absent?: string): string {
    const value = this.string(name, absent);
    if (!isCharacter(value)) throw this.wrong(name, "one character");
    return value;
  }

  /** The error for a field that is not what it must be. */
  wrong(name: string, expected: string): TransformersError {
    return corrupt(`${this.where}.${name} must be ${expected}, not ${describe(this.raw(name))}`);
  }
}

/** Whether a string is one code point long. */
export function isCharacter(text: string): boolean {
  return text !== "" && text.length === String.fromCodePoint(text.codePointAt(0)!).length;
}

/** Parses JSON text. @throws TransformersError CORRUPT_FILE naming `where`. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (cause) {
    throw new TransformersError("CORRUPT_FILE", `${where} is no JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** JSON text of `value`, indented by two spaces where `pretty`. */
export function writeJson(value: Json, pretty = false, margin = ""): string {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = pretty ? `${margin}  ` : "";
  const lines: string[] = [];
  const isList = Array.isArray(value);
  if (isList) {
    for (const item of value as readonly Json[]) lines.push(inner + writeJson(item, pretty, inner));
  } else {
    const entries = value instanceof Map ? value.entries() : Object.entries(value);
    for (const [key, item] of entries as Iterable<[string, Json]>) {
      lines.push(`${inner}${JSON.stringify(key)}:${pretty ? " " : ""}${writeJson(item, pretty, inner)}`);
    }
  }
  const [open, close] = isList ? "[]" : "{}";
  if (lines.length === 0) return `${open}${close}`;
  return pretty ? `${open}\n${lines.join(",\n")}\n${margin}${close}` : `${open}${lines.join(",")}${close}`;
}

/** Reads a component by its `type`. @throws TransformersError UNSUPPORTED for one that `readers` do not know. */
export function readComponent<T>(
  readers: ReadonlyMap<string, (fields: JsonFields) => T>,
  value: unknown,
  where: string,
): T {
  const fields = new JsonFields(value, where);
  const reader = readers.get(fields.string("type"));
  if (reader === undefined) throw unknownComponent(where, fields.raw("type"), readers.keys());
  return reader(fields);
}

/** The error for a component whose `type` is not known here. */
export function unknownComponent(
  kind: string,
  type: unknown,
  supported: Iterable<string>,
): TransformersError {
  return new TransformersError(
    "UNSUPPORTED",
    `${kind} of type ${JSON.stringify(type)} is not supported; supported: ${[...supported].join(", ")}`,
  );
}

function corrupt(message: string): TransformersError {
  return new TransformersError("CORRUPT_FILE", message);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : JSON.stringify(value);
}
