import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { BertConfig, BertForSequenceClassification, BertTokenizer } from "../../src/models/bert/index.js";
import type { AdamWSettings } from "../../src/optim/index.js";
import {
  AdamW,
  clip_grad_norm_,
  get_linear_schedule_with_warmup,
  type ParameterGroup,
} from "../../src/optim/index.js";
import { configureRuntime, manual_seed, type Parameter, tensor } from "../../src/tensor/index.js";
import { WordPieceTrainer } from "../../src/tokenizers/trainers/index.js";
import { augment, random } from "./augment.js";
import { byLabel, evaluate, evaluateEveryday, type Sentence } from "./evaluate.js";

/**
 * Trains the classifier that the package ships: which language is a sentence written in?
 *
 *     npx tsx scripts/language-id/train.ts [--steps N] [--output FOLDER] [--threads N]
 *
 * reads what corpus.ts wrote to .data/language-id/ and writes a checkpoint in float16.
 */

const seed = 7;
const maxTokens = 64;
const batchSize = 64;
const corpusFolder = ".data/language-id";

const { values: flags } = parseArgs({
  options: {
    steps: { type: "string", default: "9000" },
    output: { type: "string", default: "assets/language-identification" },
    threads: { type: "string", default: "0" },
  },
});
const steps = Number(flags.steps);
configureRuntime({ threads: Number(flags.threads) });

async function readSide(side: string): Promise<Sentence[]> {
  const text = await readFile(path.join(corpusFolder, `${side}.jsonl`), "utf8").catch(() => {
    throw new Error(
      `${corpusFolder}/${side}.jsonl is missing: run npx tsx scripts/language-id/corpus.ts first`,
    );
  });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Sentence);
}

const train = byLabel(await readSide("train"));
const labels = [...train.keys()].sort();

/** Small languages are drawn more often than their share, large ones less. */
const weights = labels.map((label) => train.get(label)!.length ** 0.35);
const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);

function drawLabel(next: () => number): string {
  let left = next() * totalWeight;
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return labels[at < 0 ? labels.length - 1 : at]!;
}

function drawSentence(step: number, row: number): Sentence {
  const number = step * batchSize + row;
  const next = random(seed * 1_000_003 + number);
  const label = drawLabel(next);
  const own = train.get(label)!;
  const pick = () => own[Math.floor(next() * own.length)]!.text;
  return { label, text: augment(pick(), label, number, pick()) };
}

/** A vocabulary in which every language has about the same say. */
function makeTokenizer(): BertTokenizer {
  const settings = { do_lower_case: true, strip_accents: false, model_max_length: maxTokens };
  const blank = BertTokenizer.fromVocab("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n", settings);
  const trainer = new WordPieceTrainer({
    vocab_size: 6000,
    limit_alphabet: 2400,
    special_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
  });
  const counts = new Map<string, number>();
  for (const label of labels) {
    const own = train.get(label)!.slice(0, 4000);
    const share = 4000 / own.length;
    for (const [word, count] of trainer.countTexts(
      blank.backend_tokenizer,
      own.map(({ text }) => text),
    ))
      counts.set(word, (counts.get(word) ?? 0) + count * share);
  }
  for (const [word, count] of counts) counts.set(word, Math.max(1, Math.round(count)));
  return BertTokenizer.fromVocab(`${trainer.trainVocabulary(counts).join("\n")}\n`, settings);
}

manual_seed(seed);
const tokenizer = makeTokenizer();
const config = new BertConfig({
  vocab_size: tokenizer.vocab_size,
  hidden_size: 96,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  intermediate_size: 256,
  max_position_embeddings: maxTokens,
  id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
});
const model = new BertForSequenceClassification(config);
console.log(
  `${labels.length} languages, ${tokenizer.vocab_size} tokens, ${model.num_parameters()} parameters`,
);

const named = [...model.named_parameters()];
const group = (
  weight_decay: number,
  wanted: (parameter: Parameter) => boolean,
): ParameterGroup<AdamWSettings> => ({
  params: named.map(([, parameter]) => parameter).filter(wanted),
  weight_decay,
});
const optimizer = new AdamW([group(0.01, ({ rank }) => rank > 1), group(0, ({ rank }) => rank === 1)], {
  lr: 1.5e-3,
});
const schedule = get_linear_schedule_with_warmup(optimizer, {
  num_warmup_steps: 300,
  num_training_steps: steps,
});
const validation = await readSide("validation");

let lossSum = 0;
const start = performance.now();
for (let step = 0; step < steps; step++) {
  const batch = Array.from({ length: batchSize }, (_, row) => drawSentence(step, row));
  const encoded = tokenizer(
    batch.map(({ text }) => text),
    { padding: "max_length", truncation: true, max_length: maxTokens },
  );
  model.train();
  const { loss } = model({
    input_ids: encoded.input_ids,
    attention_mask: encoded.attention_mask,
    labels: tensor(
      batch.map(({ label }) => labels.indexOf(label)),
      { dtype: "int64" },
    ),
  });
  loss.backward();
  clip_grad_norm_(model.parameters(), 1);
  await optimizer.step();
  optimizer.zero_grad();
  schedule.step();
  lossSum += loss.item();
  if ((step + 1) % 250 === 0) {
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `step ${step + 1}/${steps}  loss ${(lossSum / 250).toFixed(4)}  ${((seconds / (step + 1)) * 1000).toFixed(0)} ms a step`,
    );
    lossSum = 0;
  }
  if ((step + 1) % 3000 === 0 || step + 1 === steps) {
    model.eval();
    const report = await evaluate(model, tokenizer, validation.slice(0, 4000));
    console.log(`validation accuracy ${(100 * report.accuracy).toFixed(2)} %`);
  }
}

model.eval();
await mkdir(flags.output, { recursive: true });
await model.save_pretrained(flags.output, { dtype: "float16" });
await tokenizer.save_pretrained(flags.output);
const report = await evaluate(model, tokenizer, await readSide("test"));
const everyday = await evaluateEveryday(model, tokenizer);
console.log(report.table);
console.log(everyday.table);
await writeFile(path.join(flags.output, "README.md"), readme(report.table, everyday.table));

function readme(test: string, sentences: string): string {
  return `# Language identification

A BERT of ${model.num_parameters()} parameters that tells which of ${labels.length} languages a sentence is written in, made by
\`scripts/language-id/train.ts\` from the translated manual pages of Debian (see \`scripts/language-id/README.md\`).
Labels are ISO 639-1 codes: ${labels.join(", ")}.

## Sentences of manual pages that were held out

${test}

## Everyday sentences, written for this test

${sentences}
`;
}
