import type { AutoModelForTokenClassification } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import { WordPiece } from "../tokenizers/index.js";
import { PreTrainedTokenizer } from "../tokenizers/pretrained/index.js";
import type { Row } from "./batching.js";
import { type BatchOptions, checkOneOf, type Exactly } from "./options.js";
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

/** A token and its class. */
export interface TokenEntity {
  entity: string;
  score: number;
  /** Its position among the tokens of the text, special ones included. */
  index: number;
  word: string;
  /** `text.slice(start, end)` is what the token stands for. */
  start: number;
  end: number;
}

/** Tokens that belong together. */
export interface EntityGroup {
  entity_group: string;
  score: number;
  word: string;
  start: number;
  end: number;
}

export type AggregationStrategy = "none" | "simple" | "first" | "average" | "max";

export interface TokenClassificationOptions extends BatchOptions {
  /**
   * "none": each token by itself. "simple": neighbours of one class together. The others decide for whole words
   * first: by their first token, by the mean of their tokens, or by the surest of them. Default "none".
   */
  aggregation_strategy?: AggregationStrategy;
  /** Classes that are left out. Default ["O"]. */
  ignore_labels?: readonly string[];
  /** How many tokens the parts of a long text have in common; needs another strategy than "none". Default: a long text is cut off. */
  stride?: number;
  /** The place in the text of each token, where the tokenizer's own are not wanted. */
  offset_mapping?: readonly (readonly [number, number])[];
  /** @deprecated true: aggregation_strategy "simple". */
  grouped_entities?: boolean;
  /** @deprecated With grouped_entities: aggregation_strategy "first". */
  ignore_subwords?: boolean;
}

interface TokenParameters extends Parameters {
  aggregation_strategy: AggregationStrategy;
  ignore_labels: readonly string[];
  stride: number | null;
  offset_mapping: readonly (readonly [number, number])[] | null;
}

/** What the types know of a strategy: entities, groups, or either. */
type EntityOf<Strategy> = [Strategy] extends ["none"]
  ? TokenEntity
  : "none" extends Strategy
    ? TokenEntity | EntityGroup
    : EntityGroup;
type StrategyOf<Init, Call> = Call extends { aggregation_strategy: infer S }
  ? S
  : Init extends { aggregation_strategy: infer S }
    ? S
    : Call extends { grouped_entities: true }
      ? "simple"
      : Init extends { grouped_entities: true }
        ? "simple"
        : "none";
type ItemOf<Init, Call> = EntityOf<StrategyOf<Init, Call>>[];

/** What a call gives: the entities of a text, a list of them, or a stream of them. */
export type TokenClassificationResult<Input, Init, Call> = Input extends string
  ? Promise<ItemOf<Init, Call>>
  : Input extends readonly string[]
    ? Promise<{ -readonly [K in keyof Input]: ItemOf<Init, Call> }>
    : AsyncGenerator<ItemOf<Init, Call>, void, undefined>;

export interface TokenClassificationPipeline<Init extends TokenClassificationOptions = object> {
  <
    const Input extends string | readonly string[] | Stream<string>,
    const Call extends TokenClassificationOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, TokenClassificationOptions>,
  ): TokenClassificationResult<Input, Init, Call>;
  readonly model: AutoModelForTokenClassification;
}

/** A token before it is decided what it is. */
interface PreEntity {
  readonly word: string;
  readonly scores: Float64Array;
  readonly start: number;
  readonly end: number;
  readonly index: number;
  readonly isSubword: boolean;
}

interface EncodedText extends Encoded {
  readonly text: string;
  readonly offsets: readonly (readonly (readonly [number, number])[])[];
  readonly specialTokens: readonly (readonly number[])[];
}

const strategies = ["none", "simple", "first", "average", "max"] as const;
const wordStrategies: ReadonlySet<AggregationStrategy> = new Set(["first", "average", "max"]);

/**
 * Says what the words of a text are: persons, places and the like. Throws `INVALID_ARGUMENT` for an input that is no
 * text, or an option that is unknown or does not fit.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class TokenClassificationPipeline<Init extends TokenClassificationOptions = object> extends Pipeline<
  AutoModelForTokenClassification,
  string,
  TokenClassificationOptions,
  TokenParameters,
  (TokenEntity | EntityGroup)[],
  Float64Array[],
  EncodedText
> {
  static readonly optionNames: readonly string[] = [
    "aggregation_strategy",
    "ignore_labels",
    "stride",
    "offset_mapping",
    "grouped_entities",
    "ignore_subwords",
  ];
  readonly task = "token-classification";
  /** The options that the pipeline was made with, in the type alone: they say what calls give. */
  declare readonly init?: Init;

  constructor(parts: PipelineParts<AutoModelForTokenClassification, TokenClassificationOptions>) {
    super(parts);
    this.begin(parts.options);
  }

  protected override invoke(inputs: unknown, options: TokenClassificationOptions = {}): unknown {
    if (isStream(inputs)) return this.runStream(inputs as Stream<string>, options);
    return this.#answer(inputs, options);
  }

  async #answer(inputs: unknown, options: TokenClassificationOptions): Promise<unknown> {
    const parameters = this.parameters(options);
    if (Array.isArray(inputs)) {
      if (inputs.length === 0) throw invalid("there is no text to classify");
      return this.runList(inputs as string[], parameters);
    }
    return (await this.runList([inputs as string], parameters))[0];
  }

  protected override initial(): TokenParameters {
    return {
      batch_size: null,
      tokenizer: {},
      aggregation_strategy: "none",
      ignore_labels: ["O"],
      stride: null,
      offset_mapping: null,
    };
  }

  protected override get optionNames(): readonly string[] {
    return TokenClassificationPipeline.optionNames;
  }

  protected override resolve(options: TokenClassificationOptions): Partial<TokenParameters> {
    const { aggregation_strategy, ignore_labels, stride, offset_mapping, grouped_entities, ignore_subwords } =
      options;
    const resolved: Partial<TokenParameters> = {};
    if (grouped_entities !== undefined || ignore_subwords !== undefined) {
      const strategy = grouped_entities ? (ignore_subwords ? "first" : "simple") : "none";
      for (const [name, value] of Object.entries({ grouped_entities, ignore_subwords })) {
        if (value === undefined) continue;
        console.warn(`${name} is deprecated: use aggregation_strategy: "${strategy}".`);
      }
      resolved.aggregation_strategy = strategy;
    }
    if (aggregation_strategy !== undefined) {
      resolved.aggregation_strategy = checkOneOf(
        this.task,
        "aggregation_strategy",
        aggregation_strategy,
        strategies,
      );
    }
    if (ignore_labels !== undefined) {
      if (!Array.isArray(ignore_labels)) throw invalid("ignore_labels is a list of labels");
      resolved.ignore_labels = ignore_labels;
    }
    if (stride !== undefined) resolved.stride = this.#checkStride(stride, resolved.aggregation_strategy);
    if (offset_mapping !== undefined) resolved.offset_mapping = offset_mapping;
    return resolved;
  }

  #checkStride(stride: number, strategy: AggregationStrategy | undefined): number {
    const longest = this.tokenizer.model_max_length;
    if (!Number.isSafeInteger(stride) || stride < 0 || stride >= longest) {
      throw invalid(
        `stride must be a whole number from 0 to below the tokenizer's model_max_length (${longest}), not ${stride}`,
      );
    }
    if (strategy === "none") {
      throw invalid(
        'stride needs an aggregation_strategy other than "none", which joins what the parts have in common',
      );
    }
    return stride;
  }

  protected override encode(
    inputs: readonly string[],
    { stride, offset_mapping }: TokenParameters,
    first: number,
  ): EncodedText[] {
    return inputs.map((text, i) => {
      if (typeof text !== "string") throw invalid(`input ${first + i} must be a text, not ${kindOf(text)}`);
      const encoded = this.tokenizer([text], {
        truncation: true,
        ...(stride === null ? {} : { stride, return_overflowing_tokens: true }),
        return_special_tokens_mask: true,
        return_offsets_mapping: true,
      });
      const { special_tokens_mask, offset_mapping: own, overflow_to_sample_mapping: _, ...columns } = encoded;
      const names = Object.entries(columns) as [string, number[][]][];
      return {
        text,
        rows: encoded.input_ids.map(
          (_, row) =>
            Object.fromEntries(names.map(([name, values]) => [name, values[row]!])) as unknown as Row,
        ),
        offsets: offset_mapping === null ? own! : [offset_mapping],
        specialTokens: special_tokens_mask!,
      };
    });
  }

  protected override postprocess({ logits }: Record<string, Tensor>, rows: readonly Row[]): Float64Array[][] {
    const values = readLogits(logits!);
    const [, length, count] = logits!.shape as [number, number, number];
    const isLeft = this.tokenizer.padding_side === "left";
    return rows.map(({ input_ids }, row) => {
      const start = row * length + (isLeft ? length - input_ids.length : 0);
      return Array.from(input_ids, (_, i) => softmax(values, (start + i) * count, count));
    });
  }

  protected override combine(
    encoded: EncodedText,
    pieces: readonly Float64Array[][],
    { aggregation_strategy, ignore_labels }: TokenParameters,
  ): (TokenEntity | EntityGroup)[] {
    const found = pieces.flatMap((scores, row) => {
      const entities = this.#aggregate(
        this.#gather(encoded, row, scores, aggregation_strategy),
        aggregation_strategy,
      );
      return entities.filter(
        (entity) => !ignore_labels.includes("entity" in entity ? entity.entity : entity.entity_group),
      );
    });
    return pieces.length > 1 ? withoutOverlaps(found) : found;
  }

  /** The tokens of one part that are not special. */
  #gather(
    { text, rows, offsets, specialTokens }: EncodedText,
    row: number,
    scores: readonly Float64Array[],
    strategy: AggregationStrategy,
  ): PreEntity[] {
    const { input_ids } = rows[row]!;
    const model =
      this.tokenizer instanceof PreTrainedTokenizer ? this.tokenizer.backend_tokenizer.model : null;
    const prefix = model instanceof WordPiece ? model.options.continuing_subword_prefix : "";
    if (prefix === "" && wordStrategies.has(strategy)) {
      console.warn("The tokenizer does not mark the parts of words: spaces decide where words begin.");
    }
    return scores.flatMap((tokenScores, index): PreEntity[] => {
      if (specialTokens[row]![index] === 1) return [];
      const [start, end] = offsets[row]![index]!;
      const id = input_ids[index]!;
      const reference = text.slice(start, end);
      if (id === this.tokenizer.unk_token_id) {
        return [{ word: reference, scores: tokenScores, start, end, index, isSubword: false }];
      }
      const word = this.tokenizer.convert_ids_to_tokens(id);
      const isSubword = !prefix
        ? start > 0 && !text.slice(start - 1, start + 1).includes(" ")
        : Array.from(word).length !== Array.from(reference).length;
      return [{ word, scores: tokenScores, start, end, index, isSubword }];
    });
  }

  #aggregate(tokens: readonly PreEntity[], strategy: AggregationStrategy): (TokenEntity | EntityGroup)[] {
    if (strategy === "none" || strategy === "simple") {
      const entities = tokens.map(({ scores, index, word, start, end }): TokenEntity => {
        const best = argmax(scores);
        return { entity: this.#label(best), score: scores[best]!, index, word, start, end };
      });
      return strategy === "none" ? entities : this.#group(entities);
    }
    const words: PreEntity[][] = [];
    for (const token of tokens) {
      if (token.isSubword && words.length > 0) words.at(-1)!.push(token);
      else words.push([token]);
    }
    return this.#group(words.map((word) => this.#decide(word, strategy)));
  }

  /** What a whole word is. */
  #decide(tokens: readonly PreEntity[], strategy: AggregationStrategy): WordEntity {
    const scores =
      strategy === "first" ? tokens[0]!.scores : strategy === "max" ? surest(tokens).scores : mean(tokens);
    const best = argmax(scores);
    return {
      entity: this.#label(best),
      score: scores[best]!,
      word: this.tokenizer.convert_tokens_to_string(tokens.map(({ word }) => word)),
      start: tokens[0]!.start,
      end: tokens.at(-1)!.end,
    };
  }

  /** Neighbours of one class, unless one says that it begins something new. */
  #group(entities: readonly WordEntity[]): EntityGroup[] {
    const groups: WordEntity[][] = [];
    for (const entity of entities) {
      const last = groups.at(-1);
      const { begins, tag } = readTag(entity.entity);
      if (last !== undefined && !begins && tag === readTag(last.at(-1)!.entity).tag) last.push(entity);
      else groups.push([entity]);
    }
    return groups.map((group) => ({
      entity_group: group[0]!.entity.split("-").at(-1)!,
      score: group.reduce((sum, { score }) => sum + score, 0) / group.length,
      word: this.tokenizer.convert_tokens_to_string(group.map(({ word }) => word)),
      start: group[0]!.start,
      end: group.at(-1)!.end,
    }));
  }

  #label(index: number): string {
    return this.model.config.id2label[index] ?? `LABEL_${index}`;
  }
}

type WordEntity = Omit<TokenEntity, "index">;

function readTag(label: string): { begins: boolean; tag: string } {
  if (label.startsWith("B-")) return { begins: true, tag: label.slice(2) };
  return { begins: false, tag: label.startsWith("I-") ? label.slice(2) : label };
}

function argmax(scores: Float64Array): number {
  return scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0);
}

function surest(tokens: readonly PreEntity[]): PreEntity {
  return tokens.reduce((best, token) =>
    Math.max(...token.scores) > Math.max(...best.scores) ? token : best,
  );
}

function mean(tokens: readonly PreEntity[]): Float64Array {
  return tokens[0]!.scores.map(
    (_, i) => tokens.reduce((sum, { scores }) => sum + scores[i]!, 0) / tokens.length,
  );
}

/** Of what two parts of a text both found, the longer, and of equally long ones the surer. */
function withoutOverlaps(entities: readonly (TokenEntity | EntityGroup)[]): (TokenEntity | EntityGroup)[] {
  const kept: (TokenEntity | EntityGroup)[] = [];
  for (const entity of [...entities].sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1);
    if (last === undefined || entity.start < last.start || entity.start >= last.end) {
      kept.push(entity);
      continue;
    }
    const longer = entity.end - entity.start - (last.end - last.start);
    if (longer > 0 || (longer === 0 && entity.score > last.score)) kept[kept.length - 1] = entity;
  }
  return kept;
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `token-classification: ${message}`);
}
