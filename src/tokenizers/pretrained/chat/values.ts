import type { Budget } from "./budget.js";
import { failure } from "./budget.js";

/** A value of a template, as Python has it. Whole numbers are `number`, others {@link Float}. */
export type Value =
  | null
  | boolean
  | number
  | Float
  | string
  | Markup
  | Value[]
  | Tuple
  | Dict
  | Range
  | View
  | Generator
  | Namespace
  | Attributes
  | Callable
  | Undefined;

/** Python's float: a number that prints with a point or an exponent. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Text marked as HTML by `safe` or `escape`: what is joined to it by `+` is escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The value, where marked text is a string like others. */
export function plain(value: Value): Value {
  return value instanceof Markup ? value.text : value;
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** What `groupby` gives for each group: a tuple whose elements have names. */
export class Group extends Tuple {
  constructor(grouper: Value, list: Value[]) {
    super([grouper, list]);
  }
}

/** Python's range: whole numbers in steps. */
export class Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
  #items: readonly number[] | undefined;
  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(Math.ceil((stop - start) / step), 0);
  }

  get items(): readonly number[] {
    this.#items ??= Array.from({ length: this.length }, (_, i) => this.start + i * this.step);
    return this.#items;
  }
}

/** What `keys`, `values` and `items` of a dict give: elements to go through, without places. */
export class View {
  readonly name: string;
  readonly items: readonly Value[];
  constructor(name: string, items: readonly Value[]) {
    this.name = name;
    this.items = items;
  }
}

/** What `map`, `select` and others give: elements that are computed when they are asked for, once. */
export class Generator {
  readonly name: string;
  readonly #items: Iterator<Value>;
  #isRunning = false;
  constructor(items: Iterable<Value>, name = "generator") {
    this.name = name;
    this.#items = items[Symbol.iterator]();
  }

  /** The next element; undefined after the last. */
  next(): Value | undefined {
    if (this.#isRunning) throw failure(`${this.name} already executing`);
    this.#isRunning = true;
    try {
      const { done, value } = this.#items.next();
      return done ? undefined : value;
    } finally {
      this.#isRunning = false;
    }
  }

  /** The elements that are left. */
  rest(budget: Budget): Value[] {
    return [...elements(this, budget)];
  }
}

/** A name, attribute or element that is not there. It prints as nothing, and asking it for anything is an error. */
export class Undefined {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The value, or where there is none an undefined one. */
export function found(value: Value | undefined, message: () => string): Value {
  return value === undefined ? new Undefined(message()) : value;
}

/** Jinja's `namespace`: the one object whose attributes a template can set. */
export class Namespace {
  readonly attributes = new Map<string, Value>();
}

/** An object whose attributes can be read: `loop`. */
export interface Attributes {
  readonly kind: "attributes";
  /** Its type's. */
  readonly name: string;
  /** What it prints; null where that is an address in Python. */
  readonly text: string | null;
  get(attribute: string): Value | undefined;
}

/** Arguments of a call. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A function of a template. */
export class Callable {
  readonly name: string;
  readonly call: (args: Arguments) => Value;
  constructor(name: string, call: (args: Arguments) => Value) {
    this.name = name;
    this.call = call;
  }
}

/** What a macro says of its parameters. */
export interface Signature {
  readonly arguments: Tuple;
  readonly catch_kwargs: boolean;
  readonly catch_varargs: boolean;
  readonly caller: boolean;
}

/** What `{% macro %}` defines, or the body of `{% call %}`, which has no name. */
export class Macro extends Callable {
  readonly signature: Signature;
  readonly ownName: string | null;
  constructor(name: string | null, signature: Signature, call: (args: Arguments) => Value) {
    super(name ?? "caller", call);
    this.ownName = name;
    this.signature = signature;
  }
}

/** Python's dict: keys that are equal are the same, and their order is that of insertion. */
export class Dict {
  readonly #entries = new Map<string, readonly [Value, Value]>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashOf(key))?.[1];
  }

  set(key: Value, value: Value): void {
    const hash = hashOf(key);
    this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value]);
  }

  keys(): Value[] {
    return Array.from(this.#entries.values(), ([key]) => key);
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), ([, value]) => value);
  }

  entries(): (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

/** A text that is the same for keys that are equal. @throws TransformersError for what Python cannot hash. */
export function hashOf(key: Value): string {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "number") return `n${key}`;
  if (typeof key === "boolean") return `n${Number(key)}`;
  if (key instanceof Markup) return `s${key.text}`;
  if (key instanceof Float) return `n${key.value}`;
  if (key === null) return "none";
  if (key instanceof Tuple) return `t${JSON.stringify(key.items.map(hashOf))}`;
  throw failure(`unhashable type: '${typeName(key)}'`);
}

/**
 * What a caller gives, as a value: own data properties of plain objects and Maps, lists, strings, numbers, booleans
 * and null. Functions and what has no such form are undefined: a template cannot reach them.
 */
export function fromJs(value: unknown, budget: Budget): Value {
  budget.step();
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    budget.text(value.length);
    return value;
  }
  if (typeof value === "number") return Number.isInteger(value) ? value : new Float(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return new Undefined(`a ${typeof value} is no value of a template`);
  return budget.deeper(() => {
    if (Array.isArray(value)) return Array.from(value, (item) => fromJs(item, budget));
    const dict = new Dict();
    for (const [key, item] of value instanceof Map ? value : ownData(value)) {
      if (item !== undefined) dict.set(String(key), fromJs(item, budget));
    }
    return dict;
  });
}

/** Properties that are the object's own data: no getter is run. */
function ownData(object: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([name, descriptor]) =>
    descriptor.enumerable && "value" in descriptor ? [[name, descriptor.value] as [string, unknown]] : [],
  );
}

/** Python's name of a value's type. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "str";
  if (Array.isArray(value)) return "list";
  if (value instanceof Float) return "float";
  if (value instanceof Markup) return "Markup";
  if (value instanceof Tuple) return "tuple";
  if (value instanceof Dict) return "dict";
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Namespace) return "Namespace";
  if (value instanceof Macro) return "Macro";
  if (value instanceof Callable) return "function";
  if (value instanceof Range) return "range";
  return value.name;
}

/** Python's `bool(value)`. */
export function truth(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Markup) return value.text !== "";
  const items = itemsOf(value);
  if (items !== null) return items.length > 0;
  if (value instanceof View) return value.items.length > 0;
  return value instanceof Dict ? value.size > 0 : true;
}

/** The elements of a list, tuple or range; null for others. */
export function itemsOf(value: Value): readonly Value[] | null {
  if (Array.isArray(value)) return value;
  if (value instanceof Range) return value.items;
  return value instanceof Tuple ? value.items : null;
}

/** What a loop goes through. @throws TransformersError where it is nothing that Python can iterate over. */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  const items = value instanceof View ? value.items : value instanceof Dict ? value.keys() : itemsOf(value);
  if (items !== null) {
    budget.step(items.length);
    return items;
  }
  if (typeof value === "string") {
    budget.characters(value.length);
    budget.step(value.length);
    return Array.from(value);
  }
  if (value instanceof Undefined) return [];
  if (value instanceof Generator) return value.rest(budget);
  if (value instanceof Markup) return iterate(value.text, budget);
  throw failure(`'${typeName(value)}' object is not iterable`);
}

/** The same one after the other, for those who may not need all. */
export function* elements(value: Value, budget: Budget): Iterable<Value> {
  if (!(value instanceof Generator)) {
    yield* iterate(value, budget);
    return;
  }
  for (let item = value.next(); item !== undefined; item = value.next()) {
    budget.step();
    yield item;
  }
}

/** A whole or other number as one of JavaScript; null for what is no number. */
export function numberOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return value instanceof Float ? value.value : null;
}

/** Python's `a == b`. */
export function equal(a: Value, b: Value, budget: Budget): boolean {
  budget.step();
  if (a instanceof Markup || b instanceof Markup) return plain(a) === plain(b);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null || y !== null) return x === y;
  if (typeof a === "string" && typeof b === "string") {
    budget.characters(Math.min(a.length, b.length));
    return a === b;
  }
  if (a === b) return true;
  if (a instanceof Undefined) return b instanceof Undefined;
  if (sameKind(a, b)) {
    const [left, right] = [itemsOf(a)!, itemsOf(b)!];
    return (
      left.length === right.length &&
      budget.deeper(() => left.every((item, i) => equal(item, right[i]!, budget)))
    );
  }
  if (!(a instanceof Dict && b instanceof Dict) || a.size !== b.size) return false;
  return budget.deeper(() =>
    a.entries().every(([key, value]) => {
      const other = b.get(key);
      return other !== undefined && equal(value, other, budget);
    }),
  );
}

/** Whether both are lists, tuples, or ranges. */
function sameKind(a: Value, b: Value): boolean {
  return [Array.isArray, (each: Value) => each instanceof Tuple, (each: Value) => each instanceof Range].some(
    (is) => is(a) && is(b),
  );
}

/** Below 0, 0 or above as Python orders the two. @throws TransformersError where it does not order them. */
export function compare(a: Value, b: Value, budget: Budget): number {
  budget.step();
  if (a instanceof Markup || b instanceof Markup) return compare(plain(a), plain(b), budget);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  if (typeof a === "string" && typeof b === "string") {
    budget.characters(Math.min(a.length, b.length));
    return comparePoints(a, b);
  }
  const [left, right] = [itemsOf(a), itemsOf(b)];
  if (left === null || right === null || !sameKind(a, b) || a instanceof Range) {
    throw failure(`'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
  }
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (!equal(left[i]!, right[i]!, budget)) {
      return budget.deeper(() => compare(left[i]!, right[i]!, budget));
    }
  }
  return left.length - right.length;
}

/** The order of code points, which is not that of UTF-16 units. */
function comparePoints(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return (unit & 0xf800) === 0xd800 ? unit + 0x10000 : unit;
}

/** The number of code points. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length--;
      i++;
    }
  }
  return length;
}
