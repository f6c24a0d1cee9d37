import { InvalidArgumentError, Option } from "commander";
import type { Classification, FilledMask, TextPair } from "../pipelines/index.js";
import { CliError } from "./errors.js";
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
  new Option("--batch-size <n>", "texts that the model gets at once (default: as many as fit)").argParser(
    count,
  ),
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
  example: '  $ transformers-ts run fill-mask --model path/to/bert "Paris is the [MASK] of France."',
  columns: ["token", "score", "sequence"],
  options: () => [
    new Option("-k, --top-k <n>", "the n likeliest tokens for each mask (default: 5)").argParser(count),
    new Option("--targets <tokens>", "choose from these tokens, separated by commas").argParser(
      (tokens: string) => tokens.split(","),
    ),
    ...sharedOptions(),
  ],
  start: async (model, flags) => {
    if (model === undefined) {
      throw new CliError(
        2,
        "fill-mask needs a model: none is shipped",
        "give the folder of one: --model path/to/bert",
      );
    }
    const { pipeline } = await import("../pipelines/index.js");
    const pipe = await pipeline("fill-mask", model, {
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

/** The tasks by name. */
export const cliTasks: Readonly<Record<string, CliTask>> = {
  "text-classification": textClassification,
  "fill-mask": fillMask,
};

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
