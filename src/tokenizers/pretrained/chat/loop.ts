import { bind } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import { type Arguments, type Attributes, Callable, equal, found, Tuple, type Value } from "./values.js";

/** Python's `loop` in each turn of a loop over `items`. */
export function loopOver(items: readonly Value[], budget: Budget): (i: number) => Attributes {
  const { length } = items;
  let last: Tuple | undefined;
  const changed = new Callable("changed", ({ positional, named }) => {
    if (named.size > 0) throw failure("loop.changed takes no argument by name");
    const before = last;
    last = new Tuple(positional);
    return before === undefined || !equal(before, last, budget);
  });
  return (i) => ({
    kind: "attributes",
    name: "LoopContext",
    text: `<LoopContext ${i + 1}/${length}>`,
    get(attribute) {
      switch (attribute) {
        case "index":
          return i + 1;
        case "index0":
          return i;
        case "revindex":
          return length - i;
        case "revindex0":
          return length - i - 1;
        case "first":
          return i === 0;
        case "last":
          return i === length - 1;
        case "length":
          return length;
        case "depth":
          return 1;
        case "depth0":
          return 0;
        case "previtem":
          return found(items[i - 1], () => "there is no previous item");
        case "nextitem":
          return found(items[i + 1], () => "there is no next item");
        case "cycle":
          return new Callable("cycle", ({ positional, named }) => cycled(positional, named, i));
        case "changed":
          return changed;
        default:
          return undefined;
      }
    },
  });
}

function cycled(values: readonly Value[], named: ReadonlyMap<string, Value>, i: number): Value {
  if (values.length === 0) throw failure("no items for cycling given");
  if (named.size > 0) throw failure("cycle takes no argument by name");
  return values[i % values.length]!;
}

/** Jinja's `cycler`: its values one after the other, and again. */
export function cycler({ positional, named }: Arguments): Attributes {
  const current = (place: number) => cycled(positional, named, place);
  current(0);
  let place = 0;
  const methods: Readonly<Record<string, Callable>> = {
    next: new Callable("next", (args) => {
      bind("next", args, []);
      const value = current(place);
      place = (place + 1) % positional.length;
      return value;
    }),
    reset: new Callable("reset", (args) => {
      bind("reset", args, []);
      place = 0;
      return null;
    }),
  };
  return {
    kind: "attributes",
    name: "Cycler",
    text: null,
    get(attribute) {
      if (attribute === "current") return current(place);
      if (attribute === "items") return new Tuple(positional);
      if (attribute === "pos") return place;
      return Object.hasOwn(methods, attribute) ? methods[attribute] : undefined;
    },
  };
}

/** Jinja's `joiner`: nothing at its first call, and the separator from then on. */
export function joiner(args: Arguments): Callable {
  const { sep = ", " } = bind("joiner", args, ["sep"]);
  let isUsed = false;
  return new Callable("joiner", (given) => {
    bind("joiner", given, []);
    const result = isUsed ? sep : "";
    isUsed = true;
    return result;
  });
}
