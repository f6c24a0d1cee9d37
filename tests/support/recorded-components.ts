import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decoderFromJson } from "../../src/tokenizers/decoders/index.js";
import { AddedToken, type AddedTokenOptions, Tokenizer } from "../../src/tokenizers/index.js";
import { Pieces, preTokenizerFromJson, stepsOf } from "../../src/tokenizers/pre-tokenizers/index.js";
import { Matcher } from "../../src/tokenizers/regex/matcher.js";
import { parsePattern } from "../../src/tokenizers/regex/parser.js";
import { compile } from "../../src/tokenizers/regex/program.js";
import { IntBuffer, Text } from "../../src/tokenizers/text.js";

// Compares with what tests/reference/tokenizers/record_components.py has recorded.

/** What was compared, and where it differs. */
export interface Comparison {
  cases: number;
  /** Of the patterns, those that are refused here, with the reason. */
  refused: string[];
  flaws: string[];
}

type Row = [ids: number[], tokens: string[], offsets: number[], words: (number | null)[]];

interface Recorded {
  pre_tokenizers: [object, [string, string[], number[]][]][];
  decoders: [object, [string[], string][]][];
  pipelines: {
    vocab: Record<string, number>;
    rows: [
      json: { model: object },
      /** The tokens in the order in which they are added; null: as the file has them. */
      added: (AddedTokenOptions & { content: string })[] | null,
      encodesSpecial: boolean,
      cases: [string, Row][],
    ][];
  };
}

export function compareComponents(folder: URL): Comparison {
  const recorded = read<Recorded>(folder, "components");
  const comparison: Comparison = { cases: 0, refused: [], flaws: [] };
  const check = (what: unknown, ours: unknown, theirs: unknown) => {
    comparison.cases++;
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (a !== b) comparison.flaws.push(`${JSON.stringify(what)}: ${a}, not ${b}`);
  };
  for (const [json, cases] of recorded.pre_tokenizers) {
    const preTokenizer = preTokenizerFromJson(json);
    check(json, preTokenizer.toJson(), json);
    const steps = stepsOf(preTokenizer);
    for (const [string, pieces, offsets] of cases) {
      check([json, string], cut(string, steps), [pieces, offsets]);
    }
  }
  for (const [json, cases] of recorded.decoders) {
    const decoder = decoderFromJson(json);
    check(json, decoder.toJson(), json);
    for (const [tokens, text] of cases) check([json, tokens], decoder.decodeChain(tokens).join(""), text);
  }
  const { vocab, rows } = recorded.pipelines;
  for (const [json, added, encodesSpecial, cases] of rows) {
    const description = { ...json, model: { ...json.model, vocab } };
    const tokenizer = Tokenizer.from_json(
      added === null ? description : { ...description, added_tokens: [] },
    );
    tokenizer.add_tokens((added ?? []).map(({ content, ...options }) => new AddedToken(content, options)));
    check(json, { ...JSON.parse(tokenizer.to_json()), model: json.model }, json);
    tokenizer.encode_special_tokens = encodesSpecial;
    for (const [text, expected] of cases) {
      const { ids, tokens, offsets, word_ids } = tokenizer.encode(text, null, { add_special_tokens: false });
      check([json, added, encodesSpecial, text], [ids, tokens, offsets.flat(), word_ids], expected);
      check([json, added, encodesSpecial, text], Array.from(tokenizer.encode_ids(text)), expected[0]);
    }
  }
  return comparison;
}

/** Compares the matches of regular expressions; `withMemo`: found by the program that remembers what has failed. */
export function comparePatterns(folder: URL, withMemo: boolean): Comparison {
  const comparison: Comparison = { cases: 0, refused: [], flaws: [] };
  const found = new IntBuffer();
  const text = new Text();
  for (const [pattern, cases] of read<[string, [string, number[], number[]][]][]>(folder, "regex")) {
    const matcher = matcherOf(pattern, withMemo);
    if (typeof matcher === "string") {
      comparison.refused.push(matcher);
      continue;
    }
    for (const [string, matches, gaps] of cases) {
      text.set(string, false);
      found.length = 0;
      matcher.findAll(text.units, 0, text.length, found);
      comparison.cases++;
      const ours = JSON.stringify(matchesAndGaps(found, string.length));
      const theirs = JSON.stringify([matches, gaps]);
      if (ours !== theirs)
        comparison.flaws.push(`${pattern} in ${JSON.stringify(string)}: ${ours}, not ${theirs}`);
    }
  }
  return comparison;
}

function matcherOf(pattern: string, withMemo: boolean): Matcher | string {
  try {
    const tree = parsePattern(pattern);
    const steps = withMemo ? () => 0 : undefined;
    return new Matcher(pattern, compile(tree, false)!, () => compile(tree, true), steps);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Matches that are not empty, and what lies between matches, empty ones too. */
function matchesAndGaps({ values, length }: IntBuffer, end: number): [number[], number[]] {
  const matches: number[] = [];
  const gaps: number[] = [];
  let last = 0;
  for (let i = 0; i < length; i += 2) {
    const [start, stop] = [values[i]!, values[i + 1]!];
    if (last < start) gaps.push(last, start);
    if (start < stop) matches.push(start, stop);
    last = stop;
  }
  if (last < end) gaps.push(last, end);
  return [matches, gaps];
}

function cut(string: string, steps: ReturnType<typeof stepsOf>): [string[], number[]] {
  const source = new Text();
  source.set(string, true);
  const pieces = new Pieces();
  pieces.run(source, 0, source.length, true, steps);
  const { text, spans } = pieces;
  const found: string[] = [];
  const offsets: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    found.push(text.toString(spans.values[i]!, spans.values[i + 1]!));
    offsets.push(text.starts[spans.values[i]!]!, text.ends[spans.values[i + 1]! - 1]!);
  }
  return [found, offsets];
}

function read<T>(folder: URL, name: string): T {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${name}.json.gz`, folder))).toString("utf8")) as T;
}
