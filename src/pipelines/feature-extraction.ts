import type { AutoModel } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import { type Tensor, tensor } from "../tensor/index.js";
import type { Row } from "./batching.js";
import {
  type BatchOptions,
  type Exactly,
  refuseUnknown,
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
} from "./pipeline.js";

/** The model's first output for one text: [1, tokens, hidden]. */
export type Features = number[][][];

export interface FeatureExtractionOptions extends BatchOptions {
  /** Whether texts longer than the model takes are cut, and how. Default: they are refused. */
  truncation?: TokenizerOptions["truncation"];
  /** Options that go to the tokenizer. */
  tokenize_kwargs?: TokenizerOptions;
  /** true: a tensor [1, tokens, hidden] and no lists. Default false. */
  return_tensors?: boolean;
}

interface FeatureParameters extends Parameters {
  return_tensors: boolean;
}

type FeaturesOf<Init, Call> = Call extends { return_tensors: infer R }
  ? R extends true
    ? Tensor
    : Features
  : Init extends { return_tensors: true }
    ? Tensor
    : Features;

/** What a call gives: the features of a text, a list of them, or a stream of them. */
export type FeatureExtractionResult<Input, Init, Call> = Input extends string
  ? Promise<FeaturesOf<Init, Call>>
  : Input extends readonly string[]
    ? Promise<{ -readonly [K in keyof Input]: FeaturesOf<Init, Call> }>
    : AsyncGenerator<FeaturesOf<Init, Call>, void, undefined>;

export interface FeatureExtractionPipeline<Init extends FeatureExtractionOptions = object> {
  <
    const Input extends string | readonly string[] | Stream<string>,
    const Call extends FeatureExtractionOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, FeatureExtractionOptions>,
  ): FeatureExtractionResult<Input, Init, Call>;
  readonly model: AutoModel;
}

/**
 * Gives the model's first output: of an encoder its last hidden states, one vector for each token. Throws
 * `INVALID_ARGUMENT` for an input that is no text, an unknown option, or a text longer than the model takes.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class FeatureExtractionPipeline<Init extends FeatureExtractionOptions = object> extends Pipeline<
  AutoModel,
  string,
  FeatureExtractionOptions,
  FeatureParameters,
  Features | Tensor
> {
  static readonly optionNames: readonly string[] = ["truncation", "tokenize_kwargs", "return_tensors"];
  readonly task = "feature-extraction";
  /** The options that the pipeline was made with, in the type alone: they say what calls give. */
  declare readonly init?: Init;

  constructor(parts: PipelineParts<AutoModel, FeatureExtractionOptions>) {
    super(parts);
    this.begin(parts.options);
  }

  protected override invoke(inputs: unknown, options: FeatureExtractionOptions = {}): unknown {
    if (isStream(inputs)) return this.runStream(inputs as Stream<string>, options);
    return this.#answer(inputs, options);
  }

  async #answer(inputs: unknown, options: FeatureExtractionOptions): Promise<unknown> {
    const parameters = this.parameters(options);
    if (Array.isArray(inputs)) return this.runList(inputs as string[], parameters);
    return (await this.runList([inputs as string], parameters))[0];
  }

  protected override initial(): FeatureParameters {
    return { batch_size: null, tokenizer: {}, return_tensors: false };
  }

  protected override get optionNames(): readonly string[] {
    return FeatureExtractionPipeline.optionNames;
  }

  protected override resolve(options: FeatureExtractionOptions): Partial<FeatureParameters> {
    const { truncation, tokenize_kwargs = {}, return_tensors } = options;
    const resolved: Partial<FeatureParameters> = {};
    if (return_tensors !== undefined) resolved.return_tensors = return_tensors === true;
    refuseUnknown(`${this.task}: tokenize_kwargs`, tokenize_kwargs, tokenizerOptions);
    if (truncation !== undefined && "truncation" in tokenize_kwargs) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "feature-extraction: truncation stands twice, as an option and in tokenize_kwargs; leave one out",
      );
    }
    if (truncation !== undefined || options.tokenize_kwargs !== undefined) {
      resolved.tokenizer = { ...tokenize_kwargs, ...(truncation !== undefined && { truncation }) };
    }
    return resolved;
  }

  protected override encode(
    inputs: readonly string[],
    parameters: FeatureParameters,
    first: number,
  ): Encoded[] {
    inputs.forEach((input, i) => {
      if (typeof input === "string") return;
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `feature-extraction: input ${first + i} must be a text, not ${kindOf(input)}`,
      );
    });
    const rows = this.tokenize(
      inputs.map((text) => ({ text })),
      parameters,
    );
    return rows.map((row) => ({ rows: [row] }));
  }

  protected override postprocess(
    output: Record<string, Tensor>,
    rows: readonly Row[],
    { return_tensors, tokenizer: { padding_side } }: FeatureParameters,
  ): (Features | Tensor)[] {
    const states = Object.values(output)[0]!;
    const [, length, ...rest] = states.shape as number[];
    const width = rest.reduce((product, dim) => product * dim, 1);
    const isLeft = (padding_side ?? this.tokenizer.padding_side) === "left";
    return rows.map(({ input_ids }, row) => {
      const { length: tokens } = input_ids;
      // An output of one vector for each text has no axis of tokens.
      const [start, count, shape] =
        states.rank === 2
          ? [row * length!, length!, [1, length!]]
          : [(row * length! + (isLeft ? length! - tokens : 0)) * width, tokens * width, [1, tokens, ...rest]];
      const own = tensor(states.data.slice(start, start + count), { dtype: states.dtype, shape });
      return return_tensors ? own : (own.tolist() as Features);
    });
  }
}
