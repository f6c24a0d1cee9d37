import type { AutoModelForQuestionAnswering } from "../auto/index.js";
import { TransformersError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import type { Encoding } from "../tokenizers/encoding.js";
import type { Row } from "./batching.js";
import { type BatchOptions, checkCount, checkOneOf, type Exactly } from "./options.js";
import {
  type Encoded,
  isStream,
  kindOf,
  type Parameters,
  Pipeline,
  type PipelineParts,
  type Stream,
} from "./pipeline.js";
import { readLogits } from "./scores.js";
import { bestSpans, spanProbabilities } from "./spans.js";

/** A question and the text that holds the answer. */
export interface Question {
  readonly question: string;
  readonly context: string;
}

/** Where an answer stands: `context.slice(start, end)`. */
export interface Answer {
  score: number;
  start: number;
  end: number;
  answer: string;
}

export interface QuestionAnsweringOptions extends BatchOptions {
  /** How many answers to give, the best first; with more than one found they come in a list. Default 1. */
  top_k?: number;
  /** @deprecated top_k. */
  topk?: number;
  /** How many tokens the parts of a long context have in common. Default: half of max_seq_len, 128 at most. */
  doc_stride?: number;
  /** The longest answer, in tokens. Default 15. */
  max_answer_len?: number;
  /** The longest part, question and special tokens included. Default: what the model takes, 384 at most. */
  max_seq_len?: number;
  /** The longest question, in tokens; what is more is cut off. Default: all of it. */
  max_question_len?: number;
  /** Whether "there is no answer", an empty one, takes part. Default false. */
  handle_impossible_answer?: boolean;
  /** Whether answers begin and end where words do. Default true. */
  align_to_words?: boolean;
  /** "max_length": every part is as long as max_seq_len. Default "do_not_pad". */
  padding?: boolean | "longest" | "max_length" | "do_not_pad";
}

interface QuestionParameters extends Parameters {
  top_k: number;
  doc_stride: number | null;
  max_answer_len: number;
  max_seq_len: number | null;
  max_question_len: number | null;
  handle_impossible_answer: boolean;
  align_to_words: boolean;
  padding: NonNullable<QuestionAnsweringOptions["padding"]>;
}

/** What one question gives: the answer, or a list where several were asked for and found. */
type ItemOf<Init, Call> = Call extends { top_k: infer K }
  ? K extends 1
    ? Answer
    : Answer | Answer[]
  : Init extends { top_k: number }
    ? Answer | Answer[]
    : Answer;

/** What a call gives: the answer to a question, a list of them, or a stream. A list of one gives its answer, as in Python. */
export type QuestionAnsweringResult<Input, Init, Call> = Input extends readonly [unknown]
  ? Promise<ItemOf<Init, Call>>
  : Input extends readonly [unknown, unknown, ...unknown[]]
    ? Promise<{ -readonly [K in keyof Input]: ItemOf<Init, Call> }>
    : Input extends readonly unknown[]
      ? Promise<ItemOf<Init, Call> | ItemOf<Init, Call>[]>
      : Input extends Question
        ? Promise<ItemOf<Init, Call>>
        : AsyncGenerator<ItemOf<Init, Call>, void, undefined>;

export interface QuestionAnsweringPipeline<Init extends QuestionAnsweringOptions = object> {
  <
    const Input extends Question | readonly Question[] | Stream<Question>,
    const Call extends QuestionAnsweringOptions = object,
  >(
    inputs: Input,
    options?: Exactly<Call, QuestionAnsweringOptions>,
  ): QuestionAnsweringResult<Input, Init, Call>;
  <const Call extends QuestionAnsweringOptions = object>(
    question: string,
    context: string,
    options?: Exactly<Call, QuestionAnsweringOptions>,
  ): Promise<ItemOf<Init, Call>>;
  readonly model: AutoModelForQuestionAnswering;
}

interface EncodedQuestion extends Encoded {
  readonly context: string;
  readonly encodings: readonly Encoding[];
  /** For each part and token, whether it cannot be in the answer. */
  readonly excluded: readonly (readonly boolean[])[];
}

/** The logits of a part, as long as it is without padding. */
interface SpanLogits {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

const longestUsually = 384;
const strideUsually = 128;
const paddings = [true, false, "longest", "max_length", "do_not_pad"] as const;

/**
 * Finds the answers to questions in texts, which may be longer than the model takes. Throws `INVALID_ARGUMENT` for an
 * input that is no question with its context, or an option that is unknown or does not fit.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class QuestionAnsweringPipeline<Init extends QuestionAnsweringOptions = object> extends Pipeline<
  AutoModelForQuestionAnswering,
  Question,
  QuestionAnsweringOptions,
  QuestionParameters,
  Answer | Answer[],
  SpanLogits,
  EncodedQuestion
> {
  static readonly optionNames: readonly string[] = [
    "top_k",
    "topk",
    "doc_stride",
    "max_answer_len",
    "max_seq_len",
    "max_question_len",
    "handle_impossible_answer",
    "align_to_words",
    "padding",
  ];
  readonly task = "question-answering";
  /** The options that the pipeline was made with, in the type alone: they say what calls give. */
  declare readonly init?: Init;

  constructor(parts: PipelineParts<AutoModelForQuestionAnswering, QuestionAnsweringOptions>) {
    super(parts);
    this.begin(parts.options);
  }

  protected override invoke(
    inputs: unknown,
    contextOrOptions: string | QuestionAnsweringOptions = {},
    more: QuestionAnsweringOptions = {},
  ): unknown {
    if (typeof inputs === "string") {
      if (typeof contextOrOptions !== "string")
        throw invalid("a question needs its context: pipe({ question, context })");
      return this.#answer({ question: inputs, context: contextOrOptions }, more);
    }
    if (typeof contextOrOptions === "string") throw invalid("the question before its context must be a text");
    if (isStream(inputs)) return this.runStream(inputs as Stream<Question>, contextOrOptions);
    return this.#answer(inputs, contextOrOptions);
  }

  async #answer(inputs: unknown, options: QuestionAnsweringOptions): Promise<unknown> {
    const parameters = this.parameters(options);
    const questions = Array.isArray(inputs) ? (inputs as Question[]) : [inputs as Question];
    const answers = await this.runList(questions, parameters);
    return answers.length === 1 ? answers[0] : answers;
  }

  protected override initial(): QuestionParameters {
    return {
      batch_size: null,
      tokenizer: {},
      top_k: 1,
      doc_stride: null,
      max_answer_len: 15,
      max_seq_len: null,
      max_question_len: null,
      handle_impossible_answer: false,
      align_to_words: true,
      padding: "do_not_pad",
    };
  }

  protected override get optionNames(): readonly string[] {
    return QuestionAnsweringPipeline.optionNames;
  }

  protected override resolve(options: QuestionAnsweringOptions): Partial<QuestionParameters> {
    const { topk, padding, handle_impossible_answer, align_to_words, batch_size: _, ...counts } = options;
    const resolved: Partial<QuestionParameters> = {};
    if (topk !== undefined) {
      console.warn("topk is deprecated: use top_k.");
      resolved.top_k = checkCount(this.task, "topk", topk);
    }
    for (const name of ["top_k", "max_answer_len", "max_seq_len", "max_question_len"] as const) {
      if (counts[name] !== undefined) resolved[name] = checkCount(this.task, name, counts[name]);
    }
    if (counts.doc_stride !== undefined) {
      const { doc_stride } = counts;
      if (!Number.isSafeInteger(doc_stride) || doc_stride < 0)
        throw invalid(`doc_stride must be a whole number from 0, not ${doc_stride}`);
      resolved.doc_stride = doc_stride;
    }
    if (handle_impossible_answer !== undefined) resolved.handle_impossible_answer = handle_impossible_answer;
    if (align_to_words !== undefined) resolved.align_to_words = align_to_words;
    if (padding !== undefined) {
      resolved.padding =
        typeof padding === "boolean"
          ? padding
          : checkOneOf(
              this.task,
              "padding",
              padding,
              paddings.filter((each) => typeof each === "string"),
            );
    }
    return resolved;
  }

  protected override encode(
    inputs: readonly Question[],
    parameters: QuestionParameters,
    first: number,
  ): EncodedQuestion[] {
    const longest = parameters.max_seq_len ?? Math.min(this.tokenizer.model_max_length, longestUsually);
    const stride = parameters.doc_stride ?? Math.min(Math.floor(longest / 2), strideUsually);
    if (stride > longest) throw invalid(`doc_stride (${stride}) is larger than max_seq_len (${longest})`);
    return inputs.map((input, i) =>
      this.#encodeOne(readQuestion(input, first + i), parameters, longest, stride),
    );
  }

  #encodeOne(
    { question, context }: Question,
    { padding, max_question_len }: QuestionParameters,
    longest: number,
    stride: number,
  ): EncodedQuestion {
    const { tokenizer } = this;
    const asked = max_question_len === null ? question : this.#shortened(question, max_question_len);
    const isQuestionFirst = tokenizer.padding_side === "right";
    const [text, text_pair] = isQuestionFirst ? [asked, context] : [context, asked];
    const encoded = tokenizer([text], {
      text_pair: [text_pair],
      padding,
      truncation: isQuestionFirst ? "only_second" : "only_first",
      max_length: longest,
      stride,
      return_token_type_ids: true,
      return_overflowing_tokens: true,
    });
    const { overflow_to_sample_mapping: _, ...columns } = encoded;
    const names = (Object.entries(columns) as [string, number[][]][]).filter(
      ([name]) => name === "input_ids" || tokenizer.model_input_names.includes(name),
    );
    const excluded = encoded.input_ids.map((ids, part) => {
      const sequences = encoded.sequence_ids(part);
      return ids.map((id, token) => {
        const isClassification = id === tokenizer.cls_token_id;
        const isPadding = encoded.attention_mask?.[part]?.[token] === 0;
        return isPadding || (!isClassification && isQuestionFirst && sequences[token] !== 1);
      });
    });
    return {
      context,
      excluded,
      encodings: encoded.encodings,
      rows: encoded.input_ids.map(
        (_, part) =>
          Object.fromEntries(names.map(([name, values]) => [name, values[part]!])) as unknown as Row,
      ),
    };
  }

  /** The beginning of a question, as many tokens of it. */
  #shortened(question: string, tokens: number): string {
    const { offset_mapping } = this.tokenizer([question], {
      add_special_tokens: false,
      return_offsets_mapping: true,
    });
    const last = offset_mapping![0]![tokens - 1];
    return last === undefined ? question : question.slice(0, last[1]);
  }

  protected override postprocess(output: Record<string, Tensor>, rows: readonly Row[]): SpanLogits[] {
    const [start, end] = [output.start_logits!, output.end_logits!].map(readLogits);
    const length = output.start_logits!.shape[1] as number;
    const isLeft = this.tokenizer.padding_side === "left";
    return rows.map(({ input_ids }, row) => {
      const from = row * length + (isLeft ? length - input_ids.length : 0);
      const own = (logits: ArrayLike<number>) => Float64Array.from(input_ids, (_, i) => logits[from + i]!);
      return { start: own(start!), end: own(end!) };
    });
  }

  protected override combine(
    encoded: EncodedQuestion,
    pieces: readonly SpanLogits[],
    parameters: QuestionParameters,
  ): Answer | Answer[] {
    const { top_k, max_answer_len, handle_impossible_answer, align_to_words } = parameters;
    const { context, encodings, excluded } = encoded;
    let noAnswer = 1_000_000;
    const answers: Answer[] = [];
    pieces.forEach((logits, part) => {
      const [start, end] = [
        spanProbabilities(logits.start, excluded[part]!),
        spanProbabilities(logits.end, excluded[part]!),
      ];
      if (handle_impossible_answer) noAnswer = Math.min(noAnswer, start[0]! * end[0]!);
      start[0] = 0;
      end[0] = 0;
      for (const span of bestSpans(start, end, top_k, max_answer_len)) {
        const isPossible = (token: number) => token === 0 || !excluded[part]![token];
        if (!isPossible(span.start) || !isPossible(span.end)) continue;
        const [from, to] = this.#place(encodings[part]!, span.start, span.end, align_to_words);
        answers.push({ score: span.score, start: from, end: to, answer: context.slice(from, to) });
      }
    });
    if (handle_impossible_answer) answers.push({ score: noAnswer, start: 0, end: 0, answer: "" });
    const best = answers.sort((a, b) => b.score - a.score).slice(0, top_k);
    return best.length === 1 ? best[0]! : best;
  }

  /** Where tokens stand in the context. */
  #place(encoding: Encoding, first: number, last: number, alignToWords: boolean): readonly [number, number] {
    const sequence = this.tokenizer.padding_side === "right" ? 1 : 0;
    if (alignToWords) {
      const words = [encoding.token_to_word(first), encoding.token_to_word(last)];
      const places = words.map((word) => (word === null ? null : encoding.word_to_chars(word, sequence)));
      if (places[0] && places[1]) return [places[0][0], places[1][1]];
    }
    return [encoding.offsets[first]![0], encoding.offsets[last]![1]];
  }
}

function readQuestion(input: unknown, position: number): Question {
  if (input !== null && typeof input === "object" && !Array.isArray(input)) {
    const { question, context, ...rest } = input as Record<string, unknown>;
    const unknown = Object.keys(rest);
    if (unknown.length > 0)
      throw invalid(`input ${position} has ${unknown.join(", ")}; expected { question, context } alone`);
    for (const [name, text] of Object.entries({ question, context })) {
      if (typeof text !== "string")
        throw invalid(`the ${name} of input ${position} must be a text, not ${kindOf(text)}`);
      if (text === "") throw invalid(`the ${name} of input ${position} is empty`);
    }
    return { question: question as string, context: context as string };
  }
  throw invalid(`input ${position} must be { question, context }, not ${kindOf(input)}`);
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", `question-answering: ${message}`);
}
