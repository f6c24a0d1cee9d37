import type { AutoModelForSequenceClassification } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import type { Row } from "./batching.js";
import {
  type BatchOptions,
  checkCount,
  type Exactly,
  pick,
  type TokenizerOptions,
  tokenizerOptions,
} from "./options.js";
import {
  type Encoded,
  isStream,
  kindOf,
  type Parameters,
  Pipeline,
  type PipelineParts,
  type Stream,
  type TextPair,
} from "./pipeline.js";
import { readLogits, sigmoid, softmax, topK } from "./scores.js";

/** A class and its score. */
export interface Classification {
  label: string;
  score: number;
}

/** A text, a pair of texts, or a pair as older code writes it. */
export type ClassificationInput = string | TextPair | readonly [readonly [string, string]];

/** Options of text-classification; those of the tokenizer go to it. */
export interface TextClassificationOptions extends BatchOptions, TokenizerOptions {
  /** How many classes to give, the best first; null for all. Default: the best one, not in a list. */
  top_k?: number | null;
  /**
   * What turns logits into scores. Default: "sigmoid" where the model has one class or several may hold at once, else
   * "softmax".
   */
  function_to_apply?: "softmax" | "sigmoid" | "none" | (string & {}) | null;
  /** @deprecated true: `top_k: null`, but in the model's order. false: the best class. */
  return_all_scores?: boolean | null;
}

type ScoreFunction = "softmax" | "sigmoid" | "none";

interface ClassificationParameters extends Parameters {
  top_k: number | null;
  /** Whether all classes are to be sorted, and the best one given in a list: where top_k is given. */
  isRanked: boolean;
  function_to_apply: ScoreFunction | null;
}

// Types of results

/** Whether options have a field: true, false, or boolean where the types leave it open. */
type Has<O, K extends PropertyKey> = K extends keyof O ? (undefined extends O[K] ? boolean : true) : false;
type Fused<Init, Call> = Omit<Init, keyof Call> & Call;
type AllScores<O> = O extends { return_all_scores: infer R }
  ? R extends true
    ? true
    : false
  : Has<O, "return_all_scores">;
type Ranked<O> = Has<O, "top_k"> extends infer H ? (H extends true ? true : AllScores<O>) : never;
/** What one input gives. */
type ItemOf<Init, Call> =
  Ranked<Fused<Init, Call>> extends infer R ? (R extends true ? Classification[] : Classification) : never;

/** A single text without top_k comes in a list of one, as in Python. */
type TextResult<Init, Call> =
  Has<Call, "top_k"> extends infer H ? (H extends true ? ItemOf<Init, Call> : [ItemOf<Init, Call>]) : never;

/** What a call gives for an input: each input's result, a list of them, or a stream of them. */
export type ClassificationResult<Input, Init, Call> = Input extends string
  ? Promise<TextResult<Init, Call>>
  : Input extends readonly unknown[]
    ? Promise<{ -readonly [K in keyof Input]: ItemOf<Init, Call> }>
    : Input extends TextPair
      ? Promise<ItemOf<Init, Call>>
      : AsyncGenerator<ItemOf<Init, Call>, void, undefined>;

export interface TextClassificationPipeline<Init extends TextClassificationOptions = object> {
  <
    const Input extends ClassificationInput | readonly ClassificationInput[] | Stream<ClassificationInput>,
    const Call extends TextClassificationOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, TextClassificationOptions>,
  ): ClassificationResult<Input, Init, Call>;
  readonly model: AutoModelForSequenceClassification;
}

/**
 * Says which classes texts are of. Throws `INVALID_ARGUMENT` for an input that is no text, an unknown option, or a
 * text longer than the model takes.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class TextClassificationPipeline<Init extends TextClassificationOptions = object> extends Pipeline<
  AutoModelForSequenceClassification,
  ClassificationInput,
  TextClassificationOptions,
  ClassificationParameters,
  Classification | Classification[]
> {
  static readonly optionNames: readonly string[] = [
    "top_k",
    "function_to_apply",
    "return_all_scores",
    ...tokenizerOptions,
  ];
  readonly task = "text-classification";
  /** The options that the pipeline was made with, in the type alone: they say what calls give. */
  declare readonly init?: Init;
  #hasWarned = false;

  constructor(parts: PipelineParts<AutoModelForSequenceClassification, TextClassificationOptions>) {
    super(parts);
    this.begin(parts.options);
  }

  protected override invoke(inputs: unknown, options: TextClassificationOptions = {}): unknown {
    if (isStream(inputs)) return this.runStream(inputs as Stream<ClassificationInput>, options);
    return this.#answer(inputs, options);
  }

  async #answer(inputs: unknown, options: TextClassificationOptions): Promise<unknown> {
    const parameters = this.parameters(options);
    if (Array.isArray(inputs)) return this.runList(inputs as ClassificationInput[], parameters);
    const [result] = await this.runList([inputs as ClassificationInput], parameters);
    return typeof inputs === "string" && options.top_k === undefined ? [result] : result;
  }

  protected override initial(): ClassificationParameters {
    const { return_all_scores = null } = this.model.config as { return_all_scores?: boolean | null };
    return {
      batch_size: null,
      tokenizer: {},
      top_k: return_all_scores ? null : 1,
      isRanked: false,
      function_to_apply: null,
    };
  }

  protected override get optionNames(): readonly string[] {
    return TextClassificationPipeline.optionNames;
  }

  protected override resolve(options: TextClassificationOptions): Partial<ClassificationParameters> {
    const { top_k, function_to_apply, return_all_scores } = options;
    const resolved: Partial<ClassificationParameters> = { tokenizer: pick(options, tokenizerOptions) };
    if (top_k !== undefined) {
      resolved.top_k = top_k === null ? null : checkCount(this.task, "top_k", top_k);
      resolved.isRanked = true;
    } else if (return_all_scores !== undefined && return_all_scores !== null) {
      this.#warnOfAllScores();
      resolved.top_k = return_all_scores ? null : 1;
    }
    if (function_to_apply !== undefined && function_to_apply !== null) {
      resolved.function_to_apply = scoreFunction(function_to_apply);
    }
    return resolved;
  }

  protected override fuse(
    before: ClassificationParameters,
    after: Partial<ClassificationParameters>,
  ): ClassificationParameters {
    return { ...before, ...after, tokenizer: { ...before.tokenizer, ...after.tokenizer } };
  }

  #warnOfAllScores(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    console.warn("return_all_scores is deprecated: use top_k: null for all classes, top_k: 1 for the best.");
  }

  protected override encode(
    inputs: readonly ClassificationInput[],
    parameters: ClassificationParameters,
    first: number,
  ): Encoded[] {
    return this.tokenize(
      inputs.map((input, i) => readInput(input, first + i)),
      parameters,
    ).map((row) => ({ rows: [row] }));
  }

  protected override postprocess(
    { logits }: Record<string, Tensor>,
    rows: readonly Row[],
    { top_k, isRanked, function_to_apply }: ClassificationParameters,
  ): (Classification | Classification[])[] {
    const values = readLogits(logits!);
    const count = values.length / rows.length;
    const score = { softmax, sigmoid, none: unchanged }[function_to_apply ?? this.#usualFunction()];
    const { id2label } = this.model.config;
    return rows.map((_, row) => {
      const scores = score(values, row * count, count);
      const classification = (i: number) => ({ label: id2label[i] ?? `LABEL_${i}`, score: scores[i]! });
      if (isRanked) return topK(scores, top_k ?? count).map(classification);
      return top_k === 1
        ? classification(topK(scores, 1)[0]!)
        : Array.from(scores, (_, i) => classification(i));
    });
  }

  #usualFunction(): ScoreFunction {
    const { problem_type, num_labels } = this.model.config;
    return problem_type === "multi_label_classification" || num_labels === 1 ? "sigmoid" : "softmax";
  }
}

function scoreFunction(name: unknown): ScoreFunction {
  const found = (["softmax", "sigmoid", "none"] as const).find(
    (known) => typeof name === "string" && known === name.toLowerCase(),
  );
  if (found) return found;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `text-classification: function_to_apply must be "softmax", "sigmoid" or "none", not ${JSON.stringify(name)}`,
  );
}

function unchanged(logits: ArrayLike<number>, start: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => logits[start + i]!);
}

function readInput(input: unknown, position: number): TextPair {
  if (typeof input === "string") return { text: input };
  const pair = Array.isArray(input) && input.length === 1 ? (input[0] as unknown) : null;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string")) {
    return { text: pair[0] as string, text_pair: pair[1] as string };
  }
  if (input !== null && typeof input === "object" && !Array.isArray(input)) {
    const { text, text_pair, ...rest } = input as Record<string, unknown>;
    const isPairText = text_pair === undefined || text_pair === null || typeof text_pair === "string";
    if (typeof text === "string" && isPairText && Object.keys(rest).length === 0) {
      return { text, text_pair: text_pair ?? null };
    }
  }
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `text-classification: input ${position} must be a text or { text, text_pair }, not ${kindOf(input)}${typeof input === "object" && input !== null && !Array.isArray(input) ? ` with ${Object.keys(input).join(", ") || "nothing in it"}` : ""}`,
  );
}
