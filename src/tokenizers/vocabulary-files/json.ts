import { JsonFields, parseJson } from "../json.js";

/**
 * Tokens and ids of a vocab.json.
 * @throws TransformersError CORRUPT_FILE where it is no object of whole numbers from 0 to 2^31 - 1.
 */
export function readVocabJson(text: string, name = "vocab.json"): Map<string, number> {
  return new JsonFields(parseJson(text, name), name).integers();
}

/** How Python's tokenizers write their vocab.json. */
export interface VocabJsonStyle {
  /** Whether tokens are sorted, and not in the order in which they are given (default false). */
  sorted?: boolean;
  /** Whether characters beyond ASCII are escaped (default false). */
  ascii?: boolean;
}

/** The text of a vocab.json, or of one with a vocabulary for each language. */
export function writeVocabJson(
  vocab: ReadonlyMap<string, number | ReadonlyMap<string, number>>,
  style: VocabJsonStyle = {},
  margin = "",
): string {
  const entries = [...vocab];
  if (style.sorted) entries.sort(([a], [b]) => comparePoints(a, b));
  const lines = entries.map(([token, value]) => {
    const written = typeof value === "number" ? String(value) : writeVocabJson(value, style, `${margin}  `);
    return `${margin}  ${quote(token, style.ascii ?? false)}: ${written}`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${margin}}`;
}

/** The order of code points, which is not that of UTF-16 units. */
export function comparePoints(a: string, b: string): number {
  const [first, second] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const difference = first[i]!.codePointAt(0)! - second[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

function quote(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (unit) => {
    return unit === "\u007f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
