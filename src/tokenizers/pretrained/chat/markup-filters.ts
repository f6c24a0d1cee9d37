import { splitAtSpace } from "../../python-text/index.js";
import { bind } from "./arguments.js";
import { type Budget, failure } from "./budget.js";
import type { Filter } from "./filters.js";
import { escaped, escapeHtml } from "./markup.js";
import { str } from "./printing.js";
import { joined } from "./text-methods.js";
import {
  Dict,
  itemsOf,
  iterate,
  plain,
  Tuple,
  truth,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values.js";

/** The filters that write and read HTML and addresses, beside those that mark text. */
export const MARKUP_FILTERS: Readonly<Record<string, Filter>> = {
  striptags: (value, _args, { budget }) => {
    const text = withoutTags(str(value, budget), budget);
    return splitAtSpace(text)
      .join(" ")
      .replace(/&([#\w]{0,32};?)/g, character);
  },
  urlencode: (value, _args, { budget }) => {
    const given = plain(value);
    const isPairs = given instanceof Dict || given instanceof View || itemsOf(given) !== null;
    if (!isPairs) return quoted(given, "/", budget);
    const pairs = given instanceof Dict ? given.entries() : iterate(given, budget).map(pairOf);
    const texts = pairs.map(([key, item]) => `${quoted(key!, "", budget)}=${quoted(item!, "", budget)}`);
    return joined(
      texts.map((text) => text.replaceAll("%20", "+")),
      "&",
      budget,
    );
  },
  xmlattr: (value, args, { budget }) => {
    const { autospace = true } = bind("xmlattr", args, ["autospace"]);
    if (!(value instanceof Dict)) throw failure(`xmlattr needs a dict, not ${typeName(value)}`);
    const texts = value.entries().flatMap(([given, item]) => {
      if (item === null || item instanceof Undefined) return [];
      const key = plain(given);
      if (typeof key !== "string" || /[ \t\n\r\f\v/>=]/.test(key)) {
        throw failure(`invalid character in attribute name: ${str(key, budget)}`);
      }
      return [`${escapeHtml(key, budget)}="${escaped(item, budget).text}"`];
    });
    const text = joined(texts, " ", budget);
    return truth(autospace) && text !== "" ? ` ${text}` : text;
  },
};

function withoutTags(text: string, budget: Budget): string {
  budget.characters(text.length);
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf("<"); start >= 0; start = text.indexOf("<", from)) {
    const isComment = text.startsWith("<!--", start);
    const end = isComment ? text.indexOf("-->", start + 4) : text.indexOf(">", start);
    if (end < 0) break;
    parts.push(text.slice(from, start));
    from = end + (isComment ? 3 : 1);
  }
  return parts.join("") + text.slice(from);
}

const CHARACTERS: Readonly<Record<string, string>> = {
  "": "&",
  "amp;": "&",
  "lt;": "<",
  "gt;": ">",
  "quot;": '"',
  "#34;": '"',
  "#39;": "'",
};

function character(whole: string, name: string): string {
  if (Object.hasOwn(CHARACTERS, name)) return CHARACTERS[name]!;
  throw failure(`striptags does not know what ${whole} stands for`);
}

/** Python's `urllib.parse.quote` of a value's text. */
function quoted(value: Value, safe: string, budget: Budget): string {
  const text = str(value, budget);
  budget.characters(text.length * 3);
  let result: string;
  try {
    result = encodeURIComponent(text);
  } catch {
    throw failure("urlencode needs text without halves of characters");
  }
  result = result.replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  return safe === "/" ? result.replaceAll("%2F", "/") : result;
}

function pairOf(value: Value): readonly Value[] {
  const items = value instanceof Tuple || Array.isArray(value) ? itemsOf(value) : null;
  if (items?.length !== 2) throw failure("urlencode needs pairs of a name and a value");
  return items;
}
