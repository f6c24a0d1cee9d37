import type { AutoModelForMaskedLM } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import type { Row } from "./batching.js";
import {
  type BatchOptions,
  checkCount,
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
import { readLogits, softmax, topK } from "./scores.js";

/** A token for a mask. */
export interface FilledMask {
  /** Its probability. */
  score: number;
  /** Its id. */
  token: number;
  token_str: string;
  /** The text with the token in place of the mask. */
  sequence: string;
}

export interface FillMaskOptions extends BatchOptions {
  /** How many tokens to give for each mask, the likeliest first. Default 5. */
  top_k?: number | null;
  /**
   * The tokens to choose from; their probabilities are those among all tokens. One that the vocabulary lacks is
   * replaced by the first token it is cut into, which is said on the console. Default: all.
   */
  targets?: string | readonly string[] | null;
  /** Options that go to the tokenizer. */
  tokenizer_kwargs?: TokenizerOptions | null;
}

interface FillMaskParameters extends Parameters {
  top_k: number;
  targets: readonly number[] | null;
}

// Types of results

/** How often a literal names a mask: the masks of BERT and of RoBERTa. null where the types do not know. */
type MaskCount<Text extends string> = string extends Text
  ? null
  : Text extends `${infer Before}[MASK]${infer After}`
    ? `${Before}${After}` extends `${string}${"[MASK]" | "<mask>"}${string}`
      ? "several"
      : "one"
    : Text extends `${infer Before}<mask>${infer After}`
      ? `${Before}${After}` extends `${string}<mask>${string}`
        ? "several"
        : "one"
      : null;

/** What a text gives: a list of tokens, or with several masks a list for each. */
type TextResult<Text extends string> =
  MaskCount<Text> extends "one"
    ? FilledMask[]
    : MaskCount<Text> extends "several"
      ? FilledMask[][]
      : FilledMask[] | FilledMask[][];

/** What a call gives. A list of one text gives that text's result, as in Python. */
export type FillMaskResult<Input> = Input extends string
  ? Promise<TextResult<Input>>
  : Input extends readonly []
    ? Promise<[]>
    : Input extends readonly [infer Text extends string]
      ? Promise<TextResult<Text>>
      : Input extends readonly [string, string, ...string[]]
        ? Promise<{ -readonly [K in keyof Input]: Input[K] extends string ? TextResult<Input[K]> : never }>
        : Input extends readonly (infer Text extends string)[]
          ? Promise<TextResult<Text> | TextResult<Text>[]>
          : AsyncGenerator<FilledMask[] | FilledMask[][], void, undefined>;

export interface FillMaskPipeline {
  <
    const Input extends string | readonly string[] | Stream<string>,
    const Call extends FillMaskOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, FillMaskOptions>,
  ): FillMaskResult<Input>;
  readonly model: AutoModelForMaskedLM;
}

/**
 * Fills the masks of texts. Throws `INVALID_ARGUMENT` for an input that is no text or has no mask, an unknown option,
 * or a text longer than the model takes.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class FillMaskPipeline extends Pipeline<
  AutoModelForMaskedLM,
  string,
  FillMaskOptions,
  FillMaskParameters,
  FilledMask[] | FilledMask[][]
> {
  static readonly optionNames: readonly string[] = ["top_k", "targets", "tokenizer_kwargs"];

  readonly task = "fill-mask";

  constructor(parts: PipelineParts<AutoModelForMaskedLM, FillMaskOptions>) {
    super(parts);
    if (this.tokenizer.mask_token_id === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "fill-mask: the tokenizer has no mask_token; set tokenizer.mask_token, or use a tokenizer that has one",
      );
    }
    this.begin(parts.options);
  }

  protected override invoke(inputs: unknown, options: FillMaskOptions = {}): unknown {
    return isStream(inputs)
      ? this.runStream(inputs as Stream<string>, options)
      : this.#answer(inputs, options);
  }

  async #answer(inputs: unknown, options: FillMaskOptions): Promise<unknown> {
    const list = Array.isArray(inputs) ? (inputs as string[]) : [inputs as string];
    const results = await this.runList(list, this.parameters(options));
    return results.length === 1 ? results[0] : results;
  }

  protected override initial(): FillMaskParameters {
    return { batch_size: null, tokenizer: {}, top_k: 5, targets: null };
  }

  protected override get optionNames(): readonly string[] {
    return FillMaskPipeline.optionNames;
  }

  protected override resolve({
    top_k,
    targets,
    tokenizer_kwargs,
  }: FillMaskOptions): Partial<FillMaskParameters> {
    const resolved: Partial<FillMaskParameters> = {};
    if (top_k !== undefined && top_k !== null) resolved.top_k = checkCount(this.task, "top_k", top_k);
    if (targets !== undefined && targets !== null) resolved.targets = this.#targetIds(targets);
    if (tokenizer_kwargs !== undefined && tokenizer_kwargs !== null) {
      refuseUnknown(`${this.task}: tokenizer_kwargs`, tokenizer_kwargs, tokenizerOptions);
      resolved.tokenizer = tokenizer_kwargs;
    }
    return resolved;
  }

  /** The ids of the targets, each once. */
  #targetIds(targets: string | readonly string[]): number[] {
    const vocab = this.tokenizer.get_vocab();
    const ids = new Set<number>();
    for (const target of typeof targets === "string" ? [targets] : targets) {
      const id = vocab.get(target) ?? this.#firstToken(target);
      if (id !== null) ids.add(id);
    }
    if (ids.size > 0) return [...ids];
    throw new TransformersError(
      "INVALID_ARGUMENT",
      "fill-mask: targets holds no token; give at least one, or leave it out",
    );
  }

  #firstToken(target: string): number | null {
    const [id] = this.tokenizer(target, {
      add_special_tokens: false,
      max_length: 1,
      truncation: true,
      return_attention_mask: false,
      return_token_type_ids: false,
    }).input_ids;
    const missing = `The target ${JSON.stringify(target)} is not in the vocabulary`;
    console.warn(
      id === undefined
        ? `${missing}, and nothing can stand for it: it is left out.`
        : `${missing}: ${JSON.stringify(this.tokenizer.convert_ids_to_tokens(id))} stands for it.`,
    );
    return id ?? null;
  }

  protected override encode(
    inputs: readonly string[],
    parameters: FillMaskParameters,
    first: number,
  ): Encoded[] {
    const { mask_token, mask_token_id } = this.tokenizer;
    inputs.forEach((input, i) => {
      if (typeof input === "string") return;
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `fill-mask: input ${first + i} must be a text with ${mask_token} in it, not ${kindOf(input)}`,
      );
    });
    const rows = this.tokenize(
      inputs.map((text) => ({ text })),
      parameters,
    );
    rows.forEach(({ input_ids }, i) => {
      if (input_ids.includes(mask_token_id!)) return;
      const isCut = inputs[i]!.includes(mask_token!);
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `fill-mask: input ${first + i} has no ${mask_token}${isCut ? " left after truncation" : ""}: ${JSON.stringify(shortened(inputs[i]!))}`,
      );
    });
    return rows.map((row) => ({ rows: [row] }));
  }

  protected override postprocess(
    { logits }: Record<string, Tensor>,
    rows: readonly Row[],
    parameters: FillMaskParameters,
  ): (FilledMask[] | FilledMask[][])[] {
    const values = readLogits(logits!);
    const [, length, vocabSize] = logits!.shape as [number, number, number];
    const isLeft = (parameters.tokenizer.padding_side ?? this.tokenizer.padding_side) === "left";
    return rows.map(({ input_ids }, row) => {
      const offset = row * length + (isLeft ? length - input_ids.length : 0);
      const masks = input_ids.flatMap((id, i) => (id === this.tokenizer.mask_token_id ? [i] : []));
      const filled = masks.map((mask) => {
        const scores = softmax(values, (offset + mask) * vocabSize, vocabSize);
        return this.#fill(input_ids, mask, scores, parameters, masks.length === 1);
      });
      return filled.length === 1 ? filled[0]! : filled;
    });
  }

  /** The likeliest tokens for one mask. Other masks are shown, for which all special tokens have to be. */
  #fill(
    ids: readonly number[],
    mask: number,
    scores: Float64Array,
    { top_k, targets }: FillMaskParameters,
    skip_special_tokens: boolean,
  ): FilledMask[] {
    const { tokenizer } = this;
    const beyond = targets?.find((id) => id >= scores.length);
    if (beyond !== undefined || (targets === null && top_k > scores.length)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        beyond === undefined
          ? `fill-mask: top_k is ${top_k}, but the model knows ${scores.length} tokens`
          : `fill-mask: the target ${JSON.stringify(tokenizer.convert_ids_to_tokens(beyond))} has the id ${beyond}, but the model knows ${scores.length} tokens`,
      );
    }
    const best =
      targets === null
        ? topK(scores, top_k)
        : topK(
            targets.map((id) => scores[id]!),
            top_k,
          ).map((i) => targets[i]!);
    return best.map((token) => {
      const sequence = ids
        .map((id, i) => (i === mask ? token : id))
        .filter((id) => id !== tokenizer.pad_token_id);
      return {
        score: scores[token]!,
        token,
        token_str: tokenizer.decode([token]),
        sequence: tokenizer.decode(sequence, { skip_special_tokens }),
      };
    });
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
