import { failure } from "./budget.js";
import { type Attributes, Callable, found, type Value } from "./values.js";

/** Python's `loop` in a turn of a loop over `items`. */
export function loopOf(items: readonly Value[], i: number): Attributes {
  const { length } = items;
  return {
    kind: "attributes",
    name: `LoopContext ${i + 1}/${length}`,
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
          return new Callable("cycle", ({ positional }) => {
            if (positional.length === 0) throw failure("no items for cycling given");
            return positional[i % positional.length]!;
          });
        default:
          return undefined;
      }
    },
  };
}
