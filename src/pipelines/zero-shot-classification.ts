import type { AutoModelForSequenceClassification } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import type { Row } from "./batching.js";
import type { BatchOptions, Exactly } from "./options.js";
import {
  type Encoded,
  isStream,
  kindOf,
  type Parameters,
  Pipeline,
  type PipelineParts,
  type Stream,
} from "./pipeline.js";
import { readLogits, softmax } from "./scores.js";

/** A text and how well each label fits it, the best first. */
export interface ZeroShotClassification {
  sequence: string;
  labels: string[];
  scores: number[];
}

export interface ZeroShotClassificationOptions extends BatchOptions {
  /** The labels to choose from: a list, or a text with commas between them. */
  candidate_labels?: string | readonly string[];
  /** What is asked of each label, which stands at {}. Default "This example is {}." */
  hypothesis_template?: string;
  /** Whether several labels may fit, so that each has a probability of its own. Default false: they sum to 1. */
  multi_label?: boolean;
  /** @deprecated multi_label. */
  multi_class?: boolean;
}

interface ZeroShotParameters extends Parameters {
  candidate_labels: readonly string[] | null;
  hypothesis_template: string;
  multi_label: boolean;
}

/** What a call gives: the labels of a text, a list of them, or a stream of them. */
export type ZeroShotResult<Input> = Input extends string
  ? Promise<ZeroShotClassification>
  : Input extends readonly string[]
    ? Promise<{ -readonly [K in keyof Input]: ZeroShotClassification }>
    : AsyncGenerator<ZeroShotClassification, void, undefined>;

export interface ZeroShotClassificationPipeline {
  <
    const Input extends string | readonly string[] | Stream<string>,
    const Call extends ZeroShotClassificationOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, ZeroShotClassificationOptions>,
  ): ZeroShotResult<Input>;
  <const Input extends string | readonly string[] | Stream<string>>(
    inputs: Input,
    candidate_labels: string | readonly string[],
    options?: ZeroShotClassificationOptions,
  ): ZeroShotResult<Input>;
  readonly model: AutoModelForSequenceClassification;
}

interface EncodedSequence extends Encoded {
  readonly sequence: string;
}

/**
 * Says which of some labels fit a text, by a model that has learned whether one sentence follows from another. Throws
 * `INVALID_ARGUMENT` for an input that is no text, missing labels, a template without {}, or an unknown option.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class ZeroShotClassificationPipeline extends Pipeline<
  AutoModelForSequenceClassification,
  string,
  ZeroShotClassificationOptions,
  ZeroShotParameters,
  ZeroShotClassification,
  Float64Array,
  EncodedSequence
> {
  static readonly optionNames: readonly string[] = [
    "candidate_labels",
    "hypothesis_template",
    "multi_label",
    "multi_class",
  ];
  readonly task = "zero-shot-classification";
  /** The class that says "follows", -1 (the last) where none is named so. */
  readonly entailment_id: number;

  constructor(parts: PipelineParts<AutoModelForSequenceClassification, ZeroShotClassificationOptions>) {
    super(parts);
    const found = Object.entries(this.model.config.label2id).find(([label]) =>
      label.toLowerCase().startsWith("entail"),
    );
    this.entailment_id = found?.[1] ?? -1;
    if (found === undefined) {
      console.warn(
        'The model\'s label2id has no label that begins with "entail": the last class is taken for it.',
      );
    }
    this.begin(parts.options);
  }

  protected override invoke(
    inputs: unknown,
    labelsOrOptions: string | readonly string[] | ZeroShotClassificationOptions = {},
    more: ZeroShotClassificationOptions = {},
  ): unknown {
    const isLabels = typeof labelsOrOptions === "string" || Array.isArray(labelsOrOptions);
    if (isLabels && more.candidate_labels !== undefined)
      throw invalid("candidate_labels stands twice; leave one out");
    const options = isLabels
      ? { ...more, candidate_labels: labelsOrOptions as string | readonly string[] }
      : (labelsOrOptions as ZeroShotClassificationOptions);
    if (isStream(inputs)) return this.runStream(inputs as Stream<string>, options);
    return this.#answer(inputs, options);
  }

  async #answer(inputs: unknown, options: ZeroShotClassificationOptions): Promise<unknown> {
    const parameters = this.parameters(options);
    if (Array.isArray(inputs)) return this.runList(inputs as string[], parameters);
    return (await this.runList([inputs as string], parameters))[0];
  }

  protected override initial(): ZeroShotParameters {
    return {
      batch_size: null,
      tokenizer: {},
      candidate_labels: null,
      hypothesis_template: "This example is {}.",
      multi_label: false,
    };
  }

  protected override get optionNames(): readonly string[] {
    return ZeroShotClassificationPipeline.optionNames;
  }

  protected override resolve(options: ZeroShotClassificationOptions): Partial<ZeroShotParameters> {
    const { candidate_labels, hypothesis_template, multi_label, multi_class } = options;
    const resolved: Partial<ZeroShotParameters> = {};
    if (candidate_labels !== undefined) {
      resolved.candidate_labels =
        typeof candidate_labels === "string"
          ? candidate_labels
              .split(",")
              .map((label) => label.trim())
              .filter((label) => label !== "")
          : candidate_labels;
    }
    if (hypothesis_template !== undefined) resolved.hypothesis_template = hypothesis_template;
    if (multi_class !== undefined) {
      console.warn("multi_class is deprecated: use multi_label.");
      resolved.multi_label = multi_class;
    }
    if (multi_label !== undefined) resolved.multi_label = multi_label;
    return resolved;
  }

  protected override encode(
    inputs: readonly string[],
    parameters: ZeroShotParameters,
    first: number,
  ): EncodedSequence[] {
    const { candidate_labels, hypothesis_template } = parameters;
    if (candidate_labels === null || candidate_labels.length === 0) {
      throw invalid(
        'candidate_labels are missing: pass the labels to choose from, such as ["politics", "sports"]',
      );
    }
    if (!hypothesis_template.includes("{}")) {
      throw invalid(`the hypothesis_template ${JSON.stringify(hypothesis_template)} has no {} for the label`);
    }
    const tokenizer = { truncation: "only_first" } as const;
    return inputs.map((sequence, i) => {
      if (typeof sequence !== "string")
        throw invalid(`input ${first + i} must be a text, not ${kindOf(sequence)}`);
      if (sequence === "") throw invalid(`input ${first + i} is empty`);
      const pairs = candidate_labels.map((label) => ({
        text: sequence,
        text_pair: hypothesis_template.replace("{}", () => label),
      }));
      return { sequence, rows: this.tokenize(pairs, { ...parameters, tokenizer }) };
    });
  }

  protected override postprocess({ logits }: Record<string, Tensor>, rows: readonly Row[]): Float64Array[] {
    const values = Float64Array.from(readLogits(logits!));
    const count = values.length / rows.length;
    return rows.map((_, row) => values.slice(row * count, (row + 1) * count));
  }

  protected override combine(
    { sequence }: EncodedSequence,
    pieces: readonly Float64Array[],
    { candidate_labels, multi_label }: ZeroShotParameters,
  ): ZeroShotClassification {
    const entailment = this.entailment_id;
    const contradiction = entailment === 0 ? -1 : 0;
    const scores =
      multi_label || pieces.length === 1
        ? pieces.map((logits) => softmax([logits.at(contradiction)!, logits.at(entailment)!])[1]!)
        : Array.from(softmax(pieces.map((logits) => logits.at(entailment)!)));
    const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
    return {
      sequence,
      labels: order.map((i) => candidate_labels![i]!),
      scores: order.map((i) => scores[i]!),
    };
  }
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `zero-shot-classification: ${message}`);
}
