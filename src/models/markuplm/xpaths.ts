import { TransformersError } from "../../errors.js";
import { splitAtSpace, strip } from "../../tokenizers/python-text/index.js";

/** What numbers the elements of a path. */
export interface PathNumbers {
  /** The number of each kind of element. */
  readonly tags_dict: ReadonlyMap<string, number>;
  /** How many elements are kept. */
  readonly max_depth: number;
  /** The largest place among elements of a kind. */
  readonly max_width: number;
  /** The place where there is no element. */
  readonly pad_width: number;
}

/** The number of elements of a kind that `tags_dict` lacks; the next one is where there is no element. */
export function unknownTag({ tags_dict }: PathNumbers): number {
  return tags_dict.size;
}

/**
 * The kinds and the places of the elements of a path, "/html/body/div/li[1]/div/span[2]", each `max_depth` numbers.
 * @throws TransformersError INVALID_ARGUMENT where a place is no number.
 */
export function pathNumbers(xpath: string, numbers: PathNumbers): [tags: number[], subscripts: number[]] {
  const { tags_dict, max_depth, max_width, pad_width } = numbers;
  const tags: number[] = [];
  const subscripts: number[] = [];
  for (const unit of xpath.split("/")) {
    const element = strip(unit);
    if (element === "") continue;
    const [name, place] = element.split("[") as [string, string?];
    tags.push(tags_dict.get(name) ?? unknownTag(numbers));
    subscripts.push(Math.min(max_width, place === undefined ? 0 : numberOf(place, xpath)));
  }
  return [padded(tags, max_depth, unknownTag(numbers) + 1), padded(subscripts, max_depth, pad_width)];
}

/** The number in front of a closing bracket. */
function numberOf(place: string, xpath: string): number {
  const [digits = "", ...further] = splitAtSpace(place.slice(0, -1));
  if (/^[+-]?\d+$/.test(digits) && further.length === 0) return Number(digits);
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `an xpath names elements by kind and number, as "/html/body/li[2]"; ${JSON.stringify(xpath)} has ${JSON.stringify(`[${place}`)}`,
  );
}

function padded(values: readonly number[], length: number, filler: number): number[] {
  return Array.from({ length }, (_, i) => values[i] ?? filler);
}
