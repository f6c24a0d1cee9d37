import { lower } from "../../python-text/index.js";
import { bind, textOf, wholeOf } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import type { Filter, FilterContext } from "./filters.js";
import { binary } from "./operators.js";
import { str } from "./printing.js";
import { joined } from "./text-methods.js";
import {
  type Arguments,
  compare,
  Dict,
  elements,
  equal,
  found,
  Generator,
  Group,
  hashOf,
  itemsOf,
  iterate,
  plain,
  Tuple,
  truth,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** The filters of sequences and mappings. */
export const LIST_FILTERS: Readonly<Record<string, Filter>> = {
  first: (value, _args, { budget }) => {
    const item = value instanceof Generator ? value.next() : iterate(value, budget)[0];
    return found(item, () => "No first item, sequence was empty.");
  },
  last: (value, _args, { budget }) => {
    if (value instanceof Generator) throw failure(`'${value.name}' object is not reversible`);
    return found(iterate(value, budget).at(-1), () => "No last item, sequence was empty.");
  },
  reverse: (value, _args, { budget }) => {
    const items = iterate(value, budget).toReversed();
    if (typeof value === "string") return items.join("");
    return itemsOf(value) === null ? items : new Generator(items, `${typeName(value)}_reverseiterator`);
  },
  join: (value, args, context) => {
    const { d = "", attribute = null } = bind("join", args, ["d", "attribute"]);
    const { budget } = context;
    const items = iterate(value, budget).map((item) => str(read(item, attribute, context), budget));
    return joined(items, str(d, budget), budget);
  },
  sort: (value, args, context) => {
    const {
      reverse = false,
      case_sensitive = false,
      attribute = null,
    } = bind("sort", args, ["reverse", "case_sensitive", "attribute"]);
    const paths = typeof attribute === "string" ? attribute.split(",") : [attribute];
    const keyed = iterate(value, context.budget).map((item) => ({
      item,
      keys: paths.map((path) => folded(read(item, path, context), case_sensitive)),
    }));
    return sortedBy(keyed, truth(reverse), context.budget);
  },
  dictsort: (value, args, { budget }) => {
    const {
      case_sensitive = false,
      by = "key",
      reverse = false,
    } = bind("dictsort", args, ["case_sensitive", "by", "reverse"]);
    if (!(value instanceof Dict)) throw failure(`dictsort needs a dict, not ${typeName(value)}`);
    if (by !== "key" && by !== "value") throw failure('by must be "key" or "value"');
    const keyed = value.entries().map((entry) => ({
      item: new Tuple(entry) as Value,
      keys: [folded(entry[by === "key" ? 0 : 1], case_sensitive)],
    }));
    return sortedBy(keyed, truth(reverse), budget);
  },
  unique: (value, args, context) => {
    const { case_sensitive = false, attribute = null } = bind("unique", args, [
      "case_sensitive",
      "attribute",
    ]);
    return new Generator(differing(value, attribute, case_sensitive, context));
  },
  min: (value, args, context) => extreme(value, args, context, -1),
  max: (value, args, context) => extreme(value, args, context, 1),
  sum: (value, args, context) => {
    const { attribute = null, start = 0 } = bind("sum", args, ["attribute", "start"]);
    if (typeof start === "string") throw failure("sum() can't sum strings");
    return iterate(value, context.budget).reduce<Value>(
      (total, item) => binary("+", total, read(item, attribute, context), context.budget),
      start,
    );
  },
  map: (value, args, context) => new Generator(mapped(value, args, context)),
  select: (value, args, context) => new Generator(selected(value, args, context, true, false)),
  reject: (value, args, context) => new Generator(selected(value, args, context, false, false)),
  selectattr: (value, args, context) => new Generator(selected(value, args, context, true, true)),
  rejectattr: (value, args, context) => new Generator(selected(value, args, context, false, true)),
  groupby: (value, args, context) => {
    const {
      attribute,
      default: absent,
      case_sensitive = false,
    } = bind("groupby", args, ["attribute", "default", "case_sensitive"]);
    if (attribute === undefined) throw failure("groupby needs an attribute");
    const keyed = iterate(value, context.budget).map((item) => {
      const own = context.attribute(item, attribute);
      return {
        item,
        keys: [folded(own instanceof Undefined && absent !== undefined ? absent : own, case_sensitive)],
      };
    });
    const groups: { key: Value; items: Value[] }[] = [];
    for (const item of sortedBy(keyed, false, context.budget)) {
      const own = context.attribute(item, attribute);
      const original = own instanceof Undefined && absent !== undefined ? absent : own;
      const last = groups.at(-1);
      const isSame =
        last && equal(folded(last.key, case_sensitive), folded(original, case_sensitive), context.budget);
      if (isSame) last.items.push(item);
      else groups.push({ key: original, items: [item] });
    }
    return groups.map(({ key, items }) => new Group(key, items));
  },
  batch: (value, args, { budget }) => {
    const { linecount, fill_with = null } = bind("batch", args, ["linecount", "fill_with"]);
    return new Generator(rowsOf(value, wholeOf("linecount", linecount), fill_with, budget));
  },
  slice: (value, args, { budget }) => {
    const { slices, fill_with = null } = bind("slice", args, ["slices", "fill_with"]);
    return new Generator(columnsOf(value, wholeOf("slices", slices), fill_with, budget));
  },
};

function read(item: Value, attribute: Value, context: FilterContext): Value {
  return attribute === null ? item : context.attribute(item, attribute);
}

function folded(given: Value, caseSensitive: Value): Value {
  const value = plain(given);
  return typeof value === "string" && !truth(caseSensitive) ? lower(value) : value;
}

function sortedBy(
  keyed: readonly { readonly item: Value; readonly keys: readonly Value[] }[],
  reverse: boolean,
  budget: Budget,
): Value[] {
  const order = keyed.toSorted((a, b) => {
    for (const [i, key] of a.keys.entries()) {
      const difference = compare(key, b.keys[i]!, budget);
      if (difference !== 0) return reverse ? -difference : difference;
    }
    return 0;
  });
  return order.map(({ item }) => item);
}

function extreme(value: Value, args: Arguments, context: FilterContext, sign: 1 | -1): Value {
  const { case_sensitive = false, attribute = null } = bind("min", args, ["case_sensitive", "attribute"]);
  const items = iterate(value, context.budget);
  const key = (item: Value) => folded(read(item, attribute, context), case_sensitive);
  if (items.length === 0) return new Undefined("No aggregated item, sequence was empty.");
  return items.reduce((best, item) =>
    sign * compare(key(item), key(best), context.budget) > 0 ? item : best,
  );
}

/** Of what is false to Python (none, 0) nothing, even where it is no sequence. */
function* mapped(value: Value, args: Arguments, context: FilterContext): Iterable<Value> {
  if (!truth(value)) return;
  const items = elements(value, context.budget);
  if (args.positional.length === 0) {
    const { attribute, default: absent } = bind("map", args, ["attribute", "default"]);
    if (attribute === undefined) throw failure("map needs a filter or an attribute");
    for (const item of items) {
      const own = context.attribute(item, attribute);
      yield own instanceof Undefined && absent !== undefined ? absent : own;
    }
    return;
  }
  const [name, ...positional] = args.positional;
  for (const item of items) {
    yield context.filter(textOf("map", name), item, { positional, named: args.named });
  }
}

function* selected(
  value: Value,
  { positional, named }: Arguments,
  context: FilterContext,
  keeps: boolean,
  byAttribute: boolean,
): Iterable<Value> {
  if (!truth(value)) return;
  const items = elements(value, context.budget);
  const [attribute, rest] = byAttribute ? [positional[0], positional.slice(1)] : [null, positional];
  if (attribute === undefined) throw failure("the filter needs an attribute");
  const [name, ...args] = rest;
  for (const item of items) {
    const tested = read(item, attribute, context);
    const passed =
      name === undefined
        ? truth(tested)
        : context.test(textOf("a test", name), tested, { positional: args, named });
    if (passed === keeps) yield item;
  }
}

function* differing(
  value: Value,
  attribute: Value,
  caseSensitive: Value,
  context: FilterContext,
): Iterable<Value> {
  const seen = new Set<string>();
  for (const item of elements(value, context.budget)) {
    const hash = hashOf(folded(read(item, attribute, context), caseSensitive));
    if (!seen.has(hash)) yield item;
    seen.add(hash);
  }
}

function* rowsOf(value: Value, size: number, filler: Value, budget: Budget): Iterable<Value> {
  if (size < 1) throw failure("linecount must be at least 1");
  const items = iterate(value, budget);
  for (let at = 0; at < items.length; at += size) {
    const row = items.slice(at, at + size);
    if (filler !== null && row.length < size) {
      budget.step(size);
      while (row.length < size) row.push(filler);
    }
    yield row;
  }
}

function* columnsOf(value: Value, count: number, filler: Value, budget: Budget): Iterable<Value> {
  if (count < 1) throw failure("slices must be at least 1");
  const items = iterate(value, budget);
  budget.step(count);
  const [size, longer] = [Math.floor(items.length / count), items.length % count];
  for (let i = 0; i < count; i++) {
    const start = i * size + Math.min(i, longer);
    const row = items.slice(start, start + size + (i < longer ? 1 : 0));
    yield filler !== null && i >= longer ? [...row, filler] : row;
  }
}
