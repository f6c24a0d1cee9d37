import { readFile } from "node:fs/promises";
import type { BertForSequenceClassification, BertTokenizer } from "../../src/models/bert/index.js";

export interface Sentence {
  text: string;
  label: string;
}

/** Lists by language, in the order in which languages appear. */
export function byLabel<T extends { label: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.label);
    if (group === undefined) groups.set(item.label, [item]);
    else group.push(item);
  }
  return groups;
}

export interface Report {
  accuracy: number;
  /** Markdown: accuracy by sentence length and by language. */
  table: string;
}

/** The label of each text. */
export async function classify(
  model: BertForSequenceClassification,
  tokenizer: BertTokenizer,
  texts: readonly string[],
): Promise<string[]> {
  const order = texts.map((_, i) => i).sort((a, b) => texts[a]!.length - texts[b]!.length);
  const found = new Array<string>(texts.length);
  for (let from = 0; from < order.length; from += 64) {
    const rows = order.slice(from, from + 64);
    const encoded = tokenizer(
      rows.map((i) => texts[i]!),
      { padding: true, truncation: true },
    );
    const { logits } = await model({ input_ids: encoded.input_ids, attention_mask: encoded.attention_mask });
    const classes = logits.shape[1] as number;
    rows.forEach((row, i) => {
      const scores = logits.data.subarray(i * classes, (i + 1) * classes) as Float32Array;
      found[row] = model.config.id2label[scores.indexOf(Math.max(...scores))]!;
    });
  }
  return found;
}

const lengths = [
  [0, 20],
  [20, 40],
  [40, 80],
  [80, 160],
  [160, 1000],
] as const;

/** How often the model is right, by sentence length and by language. */
export async function evaluate(
  model: BertForSequenceClassification,
  tokenizer: BertTokenizer,
  sentences: readonly Sentence[],
): Promise<Report> {
  const found = await classify(
    model,
    tokenizer,
    sentences.map(({ text }) => text),
  );
  const rows = sentences.map(({ text, label }, i) => ({
    length: [...text].length,
    label,
    right: found[i] === label,
  }));
  const row = (name: string, part: readonly { right: boolean }[]) =>
    part.length === 0 ? [] : [`| ${name} | ${part.length} | ${percent(share(part))} |`];
  const table = [
    "| characters | sentences | right |",
    "|---|---|---|",
    ...lengths.flatMap(([from, to]) =>
      row(
        to === 1000 ? `${from} and more` : `${from} to ${to - 1}`,
        rows.filter(({ length }) => length >= from && length < to),
      ),
    ),
    ...row(
      "40 and more",
      rows.filter(({ length }) => length >= 40),
    ),
    ...row("all", rows),
    "",
    "| language | sentences | right |",
    "|---|---|---|",
    ...[...byLabel(rows)].sort().flatMap(([label, part]) => row(label, part)),
  ].join("\n");
  return { accuracy: share(rows), table };
}

/** The same on sentences that have nothing to do with manuals; lists the ones it gets wrong. */
export async function evaluateEveryday(
  model: BertForSequenceClassification,
  tokenizer: BertTokenizer,
): Promise<Report> {
  const text = await readFile(new URL("everyday.json", import.meta.url), "utf8");
  const sentences = Object.entries(JSON.parse(text) as Record<string, string[]>).flatMap(([label, texts]) =>
    texts.map((sentence) => ({ label, text: sentence })),
  );
  const found = await classify(
    model,
    tokenizer,
    sentences.map((sentence) => sentence.text),
  );
  const wrong = sentences.flatMap((sentence, i) =>
    found[i] === sentence.label ? [] : [`| ${sentence.label} | ${found[i]} | ${sentence.text} |`],
  );
  const right = sentences.length - wrong.length;
  const table = [
    `${right} of ${sentences.length} are right (${percent(right / sentences.length)}); wrong are:`,
    "",
    "| language | answer | sentence |",
    "|---|---|---|",
    ...wrong,
  ].join("\n");
  return { accuracy: right / sentences.length, table };
}

function share(rows: readonly { right: boolean }[]): number {
  return rows.filter(({ right }) => right).length / rows.length;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
