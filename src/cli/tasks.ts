import { InvalidArgumentError, Option } from "commander";
import type {
  AggregationStrategy,
  Classification,
  EntityGroup,
  Features,
  FilledMask,
  Answer as FoundAnswer,
  TaskName,
  TextPair,
  TokenEntity,
  ZeroShotClassification,
} from "../pipelines/index.js";
import { CliError } from "./errors.js";
import { type HubFlags, hubOptions } from "./hub-flags.js";
import type { Answer } from "./output.js";

/** The values of a task's own flags. */
export type Flags = Readonly<Record<string, unknown>>;

/** A task that is ready to answer. */
export interface Answerer {
  answer(texts: readonly string[]): Promise<Answer[]>;
  release(): Promise<void>;
}

/** A task as the command line has it. */
export interface CliTask {
  readonly alias: string | null;
  readonly summary: string;
  /** What is used without --model, in a few words. */
  readonly shipped: string | null;
  readonly example: string;
  readonly columns: readonly string[];
  options(): Option[];
  /** Loads the model. */
  start(model: string | undefined, flags: Flags): Promise<Answerer>;
}

const sharedOptions = (): Option[] => [
  batchSize(),
  new Option(
    "--max-length <n>",
    "tokens of a text that are read (default: as many as the model takes)",
  ).argParser(count),
  new Option("--no-truncation", "refuse texts that are too long instead of leaving out their end"),
];

const textClassification: CliTask = {
  alias: "sentiment-analysis",
  summary: "Says which class each text is of.",
  shipped: "language identification",
  example: '  $ transformers-ts run text-classification "Der Hund schläft auf dem Sofa."',
  columns: ["label", "score", "text"],
  options: () => [
    new Option("-k, --top-k <n>", "the n best classes of each text, or all").argParser((value) =>
      value === "all" ? value : count(value),
    ),
    new Option("--function-to-apply <name>", "what turns logits into scores").choices([
      "softmax",
      "sigmoid",
      "none",
    ]),
    new Option("--pairs", "each text is two, separated by a tab"),
    ...sharedOptions(),
  ],
  start: async (model, flags) => {
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("text-classification", model, {
      ...hubOptions(flags as HubFlags),
      ...defined({
        top_k: flags.topK === "all" ? null : (flags.topK as number | undefined),
        function_to_apply: flags.functionToApply as string | undefined,
        batch_size: flags.batchSize as number | undefined,
        max_length: flags.maxLength as number | undefined,
      }),
      truncation: flags.truncation as boolean,
    });
    return {
      answer: async (texts) => {
        const inputs = texts.map((text) => (flags.pairs ? readPair(text) : text));
        const outputs: readonly (Classification | Classification[])[] = await pipe(inputs);
        return outputs.map((output, i) => ({
          input: inputs[i],
          output,
          rows: [output].flat().map(({ label, score }) => [label, score, texts[i]!]),
        }));
      },
      release: () => pipe.release(),
    };
  },
};

const fillMask: CliTask = {
  alias: null,
  summary: "Fills each [MASK], or whatever the model's mask is, with the likeliest tokens.",
  shipped: null,
  example:
    '  $ transformers-ts run fill-mask --model google-bert/bert-base-uncased "Paris is the [MASK] of France."',
  columns: ["token", "score", "sequence"],
  options: () => [
    new Option("-k, --top-k <n>", "the n likeliest tokens for each mask (default: 5)").argParser(count),
    new Option("--targets <tokens>", "choose from these tokens, separated by commas").argParser(
      (tokens: string) => tokens.split(","),
    ),
    ...sharedOptions(),
  ],
  start: async (model, flags) => {
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("fill-mask", required("fill-mask", model), {
      ...hubOptions(flags as HubFlags),
      ...defined({
        top_k: flags.topK as number | undefined,
        targets: flags.targets as string[] | undefined,
        batch_size: flags.batchSize as number | undefined,
      }),
      tokenizer_kwargs: {
        truncation: flags.truncation as boolean,
        ...defined({ max_length: flags.maxLength as number | undefined }),
      },
    });
    return {
      answer: async (texts) => {
        const result: unknown = await pipe(texts);
        const outputs = (texts.length === 1 ? [result] : result) as (FilledMask[] | FilledMask[][])[];
        return outputs.map((output, i) => ({
          input: texts[i],
          output,
          rows: output.flat().map(({ token_str, score, sequence }) => [token_str, score, sequence]),
        }));
      },
      release: () => pipe.release(),
    };
  },
};

const tokenClassification: CliTask = {
  alias: "ner",
  summary: "Says what the words of each text are: persons, places and the like.",
  shipped: null,
  example:
    '  $ transformers-ts run token-classification --model dslim/bert-base-NER "Angela lives in Berlin."',
  columns: ["entity", "score", "word", "start", "end"],
  options: () => [
    new Option("--aggregation-strategy <name>", "how tokens are joined")
      .choices(["none", "simple", "first", "average", "max"])
      .default("simple"),
    new Option(
      "--ignore-labels <labels>",
      "classes to leave out, separated by commas (default: O)",
    ).argParser((labels: string) => labels.split(",")),
    new Option("--stride <n>", "tokens that the parts of a long text have in common").argParser(count),
    batchSize(),
  ],
  start: async (model, flags) => {
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("token-classification", required("token-classification", model), {
      ...hubOptions(flags as HubFlags),
      ...defined({
        aggregation_strategy: flags.aggregationStrategy as AggregationStrategy,
        ignore_labels: flags.ignoreLabels as string[] | undefined,
        stride: flags.stride as number | undefined,
        batch_size: flags.batchSize as number | undefined,
      }),
    });
    return {
      answer: async (texts) => {
        const outputs = (await pipe(texts)) as readonly (TokenEntity | EntityGroup)[][];
        return outputs.map((output, i) => ({
          input: texts[i],
          output,
          rows: output.map((found) => [
            "entity" in found ? found.entity : found.entity_group,
            found.score,
            found.word,
            String(found.start),
            String(found.end),
          ]),
        }));
      },
      release: () => pipe.release(),
    };
  },
};

const questionAnswering: CliTask = {
  alias: null,
  summary: "Finds the answer to each question in --context.",
  shipped: null,
  example:
    '  $ transformers-ts run question-answering --model deepset/bert-base-cased-squad2 --context "He lives in Paris." "Where does he live?"',
  columns: ["answer", "score", "start", "end", "question"],
  options: () => [
    new Option("--context <text>", "the text that holds the answers"),
    new Option("-k, --top-k <n>", "the n best answers (default: 1)").argParser(count),
    new Option("--max-answer-len <n>", "the longest answer, in tokens (default: 15)").argParser(count),
    batchSize(),
  ],
  start: async (model, flags) => {
    const context = flags.context as string | undefined;
    if (context === undefined) {
      throw new CliError(2, "question-answering needs a context", 'give the text: --context "..."');
    }
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("question-answering", required("question-answering", model), {
      ...hubOptions(flags as HubFlags),
      ...defined({
        top_k: flags.topK as number | undefined,
        max_answer_len: flags.maxAnswerLen as number | undefined,
        batch_size: flags.batchSize as number | undefined,
      }),
    });
    return {
      answer: async (texts) => {
        const result: unknown = await pipe(texts.map((question) => ({ question, context })));
        const outputs = (texts.length === 1 ? [result] : result) as (FoundAnswer | FoundAnswer[])[];
        return outputs.map((output, i) => ({
          input: { question: texts[i], context },
          output,
          rows: [output]
            .flat()
            .map(({ answer, score, start, end }) => [answer, score, String(start), String(end), texts[i]!]),
        }));
      },
      release: () => pipe.release(),
    };
  },
};

const zeroShotClassification: CliTask = {
  alias: null,
  summary: "Says which of --labels fit each text.",
  shipped: null,
  example:
    '  $ transformers-ts run zero-shot-classification --model MoritzLaurer/xtremedistil-l6-h256-zeroshot-v1.1-all-33 --labels sports,politics "They won the match."',
  columns: ["label", "score", "text"],
  options: () => [
    new Option("--labels <labels>", "the labels to choose from, separated by commas"),
    new Option(
      "--hypothesis-template <text>",
      'what is asked of a label, {} (default: "This example is {}.")',
    ),
    new Option("--multi-label", "several labels may fit"),
    batchSize(),
  ],
  start: async (model, flags) => {
    const labels = flags.labels as string | undefined;
    if (labels === undefined) {
      throw new CliError(2, "zero-shot-classification needs labels", "give them: --labels sports,politics");
    }
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("zero-shot-classification", required("zero-shot-classification", model), {
      ...hubOptions(flags as HubFlags),
      ...defined({
        candidate_labels: labels,
        hypothesis_template: flags.hypothesisTemplate as string | undefined,
        multi_label: flags.multiLabel as boolean | undefined,
        batch_size: flags.batchSize as number | undefined,
      }),
    });
    return {
      answer: async (texts) => {
        const outputs: readonly ZeroShotClassification[] = await pipe(texts);
        return outputs.map((output, i) => ({
          input: texts[i],
          output,
          rows: output.labels.map((label, at) => [label, output.scores[at]!, texts[i]!]),
        }));
      },
      release: () => pipe.release(),
    };
  },
};

const featureExtraction: CliTask = {
  alias: null,
  summary: "Gives the model's vector for each token; --json prints them whole.",
  shipped: null,
  example: '  $ transformers-ts run feature-extraction --model google-bert/bert-base-uncased --json "Hello"',
  columns: ["tokens", "width", "text"],
  options: () => [batchSize(), new Option("--no-truncation", "refuse texts that are too long")],
  start: async (model, flags) => {
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("feature-extraction", required("feature-extraction", model), {
      ...hubOptions(flags as HubFlags),
      truncation: flags.truncation as boolean,
      ...defined({ batch_size: flags.batchSize as number | undefined }),
    });
    return {
      answer: async (texts) => {
        const outputs: readonly Features[] = await pipe(texts);
        return outputs.map((output, i) => ({
          input: texts[i],
          output,
          rows: [[String(output[0]!.length), String(output[0]![0]?.length ?? 0), texts[i]!]],
        }));
      },
      release: () => pipe.release(),
    };
  },
};

/** The tasks by name. */
export const cliTasks: Readonly<Record<TaskName, CliTask>> = {
  "text-classification": textClassification,
  "token-classification": tokenClassification,
  "question-answering": questionAnswering,
  "fill-mask": fillMask,
  "feature-extraction": featureExtraction,
  "zero-shot-classification": zeroShotClassification,
};

function batchSize(): Option {
  return new Option(
    "--batch-size <n>",
    "texts that the model gets at once (default: as many as fit)",
  ).argParser(count);
}

/** Throws `CliError` where no model is given for a task that has none of its own. */
function required(task: TaskName, model: string | undefined): string {
  if (model !== undefined) return model;
  throw new CliError(
    2,
    `${task} needs a model: none is shipped`,
    "give one: --model path/to/model, or a repository of the Hub",
  );
}

function count(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

function readPair(text: string): TextPair {
  const [first, second, ...more] = text.split("\t");
  if (second !== undefined && more.length === 0) return { text: first!, text_pair: second };
  throw new CliError(
    1,
    `with --pairs, ${JSON.stringify(text)} must have one tab and has ${more.length + (second === undefined ? 0 : 1)}`,
    "separate the two texts by one tab",
  );
}

function defined<O extends object>(options: O): O {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O;
}
