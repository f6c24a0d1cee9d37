import { bind, defined, wholeOf } from "./arguments.js";
import type { Budget } from "./budget.js";
import { failure } from "./budget.js";
import { cycler, joiner } from "./loop.js";
import { escaped, escapedFields, escapedItems, marked } from "./markup.js";
import { textMethod } from "./text-methods.js";
import {
  type Arguments,
  Callable,
  Dict,
  equal,
  Group,
  itemsOf,
  iterate,
  Macro,
  Markup,
  Namespace,
  plain,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.js";

/** `value.name`: an attribute or method, else an element of that name. */
export function attributeOf(value: Value, name: string, budget: Budget): Value {
  const attribute = own(value, name, budget);
  const found = attribute === undefined ? element(value, name, budget) : attribute;
  // In Python these are attributes of every value, which its sandbox hides.
  if (found !== undefined && attribute === undefined && /^__\w+__$/.test(name)) {
    throw failure(`.${name} is not to be had: write [${JSON.stringify(name)}]`);
  }
  return found === undefined ? missing(value, name) : found;
}

/** What `value | attr(name)` gives: an attribute or method, and no element. */
export function namedAttribute(value: Value, name: string, budget: Budget): Value {
  const attribute = own(value, name, budget);
  return attribute === undefined ? missing(value, name) : attribute;
}

/** `value[key]`: an element, else an attribute or method of that name. */
export function elementOf(value: Value, given: Value, budget: Budget): Value {
  const key = plain(given);
  const item = element(value, key, budget);
  const found = item === undefined && typeof key === "string" ? own(value, key, budget) : item;
  return found === undefined ? missing(value, key) : found;
}

function missing(value: Value, key: Value): Value {
  if (value instanceof Undefined) throw failure(value.message);
  // Python takes these for the type of its elements.
  if (value instanceof Callable && value.name === "dict") throw failure("dict can be called, and no more");
  const name = typeof key === "string" ? `'${key}'` : String(key);
  return new Undefined(
    typeof key === "string" || !isIndexed(value)
      ? `'${typeName(value)} object' has no attribute ${name}`
      : `${typeName(value)} object has no element ${name}`,
  );
}

function isIndexed(value: Value): boolean {
  return typeof plain(value) === "string" || itemsOf(value) !== null || value instanceof Dict;
}

function element(value: Value, key: Value, budget: Budget): Value | undefined {
  if (value instanceof Dict) return isHashable(key) ? value.get(key) : undefined;
  if (value instanceof Markup) {
    const found = element(value.text, key, budget);
    return found === undefined ? undefined : marked(found);
  }
  const place = typeof key === "boolean" ? Number(key) : key;
  if (typeof place !== "number") return undefined;
  if (typeof value === "string") {
    if (place >= 0 && isPlain(value, place)) return value[place];
    budget.characters(value.length);
    return Array.from(value).at(place);
  }
  const items = itemsOf(value);
  return items?.at(place);
}

/** Whether the code point at that place is the UTF-16 unit there, because no surrogate comes before. */
function isPlain(text: string, place: number): boolean {
  if (place > 64) return false;
  for (let i = 0; i <= place; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return false;
  return true;
}

function isHashable(key: Value): boolean {
  return !(Array.isArray(key) || key instanceof Dict || key instanceof Undefined || key instanceof Namespace);
}

/** The attributes and methods of a value that a template may use: none that changes it, none that begins with "_". */
function own(value: Value, name: string, budget: Budget): Value | undefined {
  if (value instanceof Namespace) return value.attributes.get(name);
  if (value !== null && typeof value === "object" && "kind" in value) return value.get(name);
  if (typeof value === "string") {
    const method = textMethod(name);
    return method && new Callable(name, (args) => method(value, args, budget));
  }
  if (value instanceof Markup) {
    const method = textMethod(name);
    return (
      method &&
      new Callable(name, (args) => marked(method(value.text, forMarkup(name, args, budget), budget)))
    );
  }
  if (value instanceof Dict) return method(DICT_METHODS, value, name, budget);
  if (value instanceof Group && (name === "grouper" || name === "list")) {
    return value.items[name === "grouper" ? 0 : 1];
  }
  if (value instanceof Range && (name === "start" || name === "stop" || name === "step")) return value[name];
  if (value instanceof Macro) return macroAttribute(value, name);
  const items = itemsOf(value);
  if (items === null || (name === "copy" && !Array.isArray(value))) return undefined;
  return method(LIST_METHODS, items, name, budget);
}

function macroAttribute(macro: Macro, name: string): Value | undefined {
  if (name === "name") return macro.ownName;
  return Object.hasOwn(macro.signature, name) ? macro.signature[name as keyof Macro["signature"]] : undefined;
}

/** The arguments that a method of marked text escapes before it puts them in. */
function forMarkup(name: string, { positional, named }: Arguments, budget: Budget): Arguments {
  const [first, second] = positional;
  if (name === "join" && first !== undefined) return { positional: [escapedItems(first, budget)], named };
  if (name === "replace" && first !== undefined && second !== undefined) {
    return { positional: [first, escaped(second, budget), ...positional.slice(2)], named };
  }
  if (name !== "format") return { positional, named };
  const field = (value: Value) => escapedFields(value, budget);
  return {
    positional: positional.map(field),
    named: new Map(Array.from(named, ([key, value]) => [key, field(value)])),
  };
}

type Methods<T> = Readonly<Record<string, (self: T, args: Arguments, budget: Budget) => Value>>;

function method<T>(methods: Methods<T>, self: T, name: string, budget: Budget): Value | undefined {
  if (!Object.hasOwn(methods, name)) return undefined;
  return new Callable(name, (args) => methods[name]!(self, args, budget));
}

const DICT_METHODS: Methods<Dict> = {
  get: (self, args) => {
    if (args.named.size > 0) throw failure("get() takes no keyword arguments");
    const { key, default: absent = null } = bind("get", args, ["key", "default"]);
    if (key === undefined) throw failure("get needs a key");
    const found = self.get(key);
    return found === undefined ? absent : found;
  },
  keys: (self, args, budget) => {
    bind("keys", args, []);
    return new View("dict_keys", counted(self.keys(), budget));
  },
  values: (self, args, budget) => {
    bind("values", args, []);
    return new View("dict_values", counted(self.values(), budget));
  },
  items: (self, args, budget) => {
    bind("items", args, []);
    const pairs = counted(self.entries(), budget).map((entry) => new Tuple(entry));
    return new View("dict_items", pairs);
  },
  copy: (self, args, budget) => {
    bind("copy", args, []);
    const copy = new Dict();
    for (const [key, value] of counted(self.entries(), budget)) copy.set(key, value);
    return copy;
  },
};

const LIST_METHODS: Methods<readonly Value[]> = {
  index: (self, args, budget) => {
    const { value } = bind("index", args, ["value"]);
    const at = self.findIndex((item) => equal(item, value ?? null, budget));
    if (at < 0) throw failure("the value is not in the list");
    return at;
  },
  count: (self, args, budget) => {
    const { value } = bind("count", args, ["value"]);
    return self.filter((item) => equal(item, value ?? null, budget)).length;
  },
  copy: (self, args, budget) => {
    bind("copy", args, []);
    return [...counted(self, budget)];
  },
};

function counted<T>(items: readonly T[], budget: Budget): readonly T[] {
  budget.step(items.length);
  return items;
}

/** The names that every template has beside those of its context. */
export function globals(budget: Budget, rangeLimit: number, beyondRange: () => Error): Record<string, Value> {
  return {
    range: new Callable("range", (args) => {
      const [first, second, third] = args.positional.map((value) => wholeOf("the argument of range", value));
      if (first === undefined || args.positional.length > 3 || args.named.size > 0) {
        throw failure("range takes one to three arguments, and none by name");
      }
      const [start, stop, step] = second === undefined ? [0, first, 1] : [first, second, third ?? 1];
      if (step === 0) throw failure("range() arg 3 must not be zero");
      const range = new Range(start, stop, step);
      if (!(range.length <= rangeLimit)) throw beyondRange();
      budget.step(range.length);
      return range;
    }),
    namespace: new Callable("namespace", ({ positional, named }) => {
      if (positional.length > 1) throw failure("namespace takes at most one argument that has no name");
      for (const source of positional) defined(source);
      const made = new Namespace();
      for (const source of positional) {
        const entries = source instanceof Dict ? source.entries() : iterate(source, budget).map(pairOf);
        for (const [key, value] of entries) made.attributes.set(String(key), value!);
      }
      for (const [name, value] of named) made.attributes.set(name, value);
      return made;
    }),
    dict: new Callable("dict", ({ positional, named }) => {
      if (positional.length > 1) throw failure("dict takes at most one argument that has no name");
      for (const source of positional) defined(source);
      const made = new Dict();
      for (const source of positional) {
        const entries = source instanceof Dict ? source.entries() : iterate(source, budget).map(pairOf);
        for (const [key, value] of entries) made.set(key!, value!);
      }
      for (const [name, value] of named) made.set(name, value);
      return made;
    }),
    cycler: new Callable("cycler", cycler),
    joiner: new Callable("joiner", joiner),
    lipsum: new Callable("lipsum", () => {
      throw failure("lipsum, which writes words at random, is not supported");
    }),
    raise_exception: new Callable("raise_exception", (args) => {
      const { message = "" } = bind("raise_exception", args, ["message"]);
      throw failure(typeof message === "string" ? message : typeName(message));
    }),
  };
}

function pairOf(value: Value): readonly Value[] {
  const items = itemsOf(value);
  if (items?.length !== 2) throw failure("expected pairs of a key and a value");
  return items;
}
