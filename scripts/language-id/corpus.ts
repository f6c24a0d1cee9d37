/**
 * Makes the corpus of the language classifier from Debian's translated manual pages:
 * `npx tsx scripts/language-id/corpus.ts [--samples 20]`. README.md beside this file says more.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { duplicateKey, isRunningText, isTranslated, WordCounts } from "./filters.js";
import { type Language, languages } from "./languages.js";
import { fetchPages, readPages } from "./packages.js";
import { stripRoff } from "./roff.js";
import { splitSentences, trimBullet } from "./sentences.js";
import { hash, type Side, sideOf, sides } from "./split.js";

/** One line of `train.jsonl`, `validation.jsonl` and `test.jsonl`. */
export interface Example {
  text: string;
  /** ISO 639-1 code. */
  label: string;
  /** Where the text comes from: `de/man1/ls.1`. */
  page: string;
}

type Candidate = Example & { side: Side; key: string };

/** The most sentences of one language in each file. */
const caps: Record<Side, number> = { train: 15_000, validation: 750, test: 1_500 };

/**
 * A language with less than this is left out: its test would say little. One that alone uses its
 * script is told by its letters, for which a handful of pages is enough.
 */
const minimum = { sentences: 350, pages: 10 };
const minimumWithOwnScript = { sentences: 100, pages: 5 };

/** Reads, filters and splits all languages. */
function collect(man: string): Map<Language, Candidate[]> {
  const candidates = new Map(languages.map((language) => [language, readLanguage(language, man)]));
  const english = candidates.get(languages.find(({ label }) => label === "en")!)!;
  const englishKeys = new Set(english.map(({ key }) => key));
  const englishWords = new WordCounts(english.map(({ text }) => text));

  for (const [language, all] of candidates) {
    if (language.label === "en") continue;
    let kept = all.filter(({ key }) => !englishKeys.has(key));
    // The first pass counts words in text that still holds English paragraphs, the second hardly any.
    for (let pass = 0; pass < 2 && language.script === "Latin"; pass++) {
      const own = new WordCounts(kept.map(({ text }) => text));
      kept = kept.filter(({ text }) => isTranslated(text, own, englishWords));
    }
    candidates.set(language, kept);
  }
  return dropDuplicates(candidates);
}

function readLanguage({ label, script, folders }: Language, man: string): Candidate[] {
  return folders
    .flatMap((folder) => readPages(man, folder))
    .flatMap(({ path, name, source }) => {
      const side = sideOf(name);
      const sentences = stripRoff(source).flatMap((paragraph) => splitSentences(paragraph).map(trimBullet));
      return sentences
        .filter((text) => isRunningText(text, script))
        .map((text) => ({ text, label, page: path, side, key: duplicateKey(text, name) }));
    });
}

/**
 * Keeps each sentence once, in train before validation before test, so that none is on two sides; a
 * sentence that two languages share belongs to neither.
 */
function dropDuplicates(candidates: Map<Language, Candidate[]>): Map<Language, Candidate[]> {
  const labels = new Map<string, string>();
  for (const { key, label } of [...candidates.values()].flat()) {
    labels.set(key, (labels.get(key) ?? label) === label ? label : "several");
  }
  const unique = ([language, all]: [Language, Candidate[]]): [Language, Candidate[]] => {
    const seen = new Set<string>();
    const kept = sides.flatMap((side) =>
      all.filter((candidate) => {
        if (candidate.side !== side || seen.has(candidate.key)) return false;
        seen.add(candidate.key);
        return labels.get(candidate.key) === language.label;
      }),
    );
    return [language, kept];
  };
  return new Map([...candidates].map(unique));
}

/** At most `cap` of the sentences, spread over all pages by a stable hash, in the order of the hash. */
function sample(candidates: Candidate[], cap: number): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, order: hash(candidate.key) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, cap)
    .map(({ candidate }) => candidate);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      output: { type: "string", default: ".data/language-id" },
      samples: { type: "string", default: "0" },
    },
  });
  mkdirSync(values.output, { recursive: true });
  const collected = collect(fetchPages(languages, values.output));

  const files: Record<Side, Candidate[]> = { train: [], validation: [], test: [] };
  const rows: string[][] = [["label", "script", "pages", "sentences", "characters", ...sides, "test pages"]];
  for (const [{ label, script }, all] of collected) {
    const pages = countPages(all);
    const isAlone = languages.every((other) => other.script !== script || other.label === label);
    const least = isAlone ? minimumWithOwnScript : minimum;
    const isKept = all.length >= least.sentences && pages >= least.pages;
    const parts = sides.map((side) =>
      sample(
        all.filter((candidate) => candidate.side === side),
        caps[side],
      ),
    );
    if (isKept) sides.forEach((side, index) => void files[side].push(...parts[index]!));
    const characters = all.reduce((total, { text }) => total + text.length, 0);
    const counts = [
      pages,
      all.length,
      characters,
      ...parts.map((part) => part.length),
      countPages(parts[2]!),
    ];
    rows.push([label, script, ...counts.map(String), isKept ? "" : "left out"]);
    if (Number(values.samples) > 0) printSamples(label, parts.flat(), Number(values.samples));
  }
  for (const side of sides) {
    const lines = sample(files[side], Number.POSITIVE_INFINITY).map(({ text, label, page }) =>
      JSON.stringify({ text, label, page } satisfies Example),
    );
    writeFileSync(join(values.output, `${side}.jsonl`), `${lines.join("\n")}\n`);
  }
  printTable(rows);
}

function countPages(examples: Example[]): number {
  return new Set(examples.map(({ page }) => page)).size;
}

function printSamples(label: string, examples: Candidate[], count: number): void {
  const order = examples.map(({ text, page }) => ({ text, page, order: hash(`sample ${text}`) }));
  order.sort((a, b) => a.order - b.order);
  for (const { text, page } of order.slice(0, count)) console.log(`${label}  ${text}  [${page}]`);
}

function printTable(rows: string[][]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

main();
