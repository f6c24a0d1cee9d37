import { TransformersError } from "../../errors.js";
import type { Tensor } from "../../tensor/index.js";
import type { BatchEncoding, CallOptions } from "../../tokenizers/pretrained/index.js";
import { BertTokenizer } from "../bert/tokenization.js";

/** The tokenizer of DPR's encoder of contexts: BERT's. */
export class DPRContextEncoderTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "DPRContextEncoderTokenizer";
}

/** The tokenizer of DPR's encoder of questions: BERT's. */
export class DPRQuestionEncoderTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "DPRQuestionEncoderTokenizer";
}

/** Options of {@link DPRReaderTokenizer.encode_passages}. */
export interface PassageOptions
  extends Pick<CallOptions, "padding" | "max_length" | "return_attention_mask" | "return_tensors"> {
  /** The title of each passage. */
  titles: readonly string[] | string;
  /** The text of each passage. */
  texts: readonly string[] | string;
  /** Whether to cut what is longer than `max_length` (default false). */
  truncation?: boolean;
}

/** What DPR's reader says of passages: numbers as lists, or tensors. */
export interface ReaderScores {
  /** [passages, sequence] */
  start_logits: Tensor | readonly (readonly number[])[];
  /** [passages, sequence] */
  end_logits: Tensor | readonly (readonly number[])[];
  /** [passages] */
  relevance_logits: Tensor | readonly number[];
}

/** Options of {@link DPRReaderTokenizer.decode_best_spans}. */
export interface SpanOptions {
  /** How many answers to give (default 16). */
  num_spans?: number;
  /** The most tokens of an answer (default 64). */
  max_answer_length?: number;
  /** The most answers of one passage (default 4). */
  num_spans_per_passage?: number;
}

/** An answer in a passage. */
export interface DPRSpanPrediction {
  /** The start's and the end's logits together. */
  span_score: number;
  /** What the reader says of the passage. */
  relevance_score: number;
  /** The passage. */
  doc_id: number;
  /** The first token of the answer. */
  start_index: number;
  /** The last token of the answer. */
  end_index: number;
  text: string;
}

/**
 * The tokenizer of DPR's reader: BERT's, and `[CLS] question [SEP] title [SEP] text` of a question and passages.
 * Python's call with `titles` and `texts` is `encode_passages` here.
 */
export class DPRReaderTokenizer extends BertTokenizer {
  static override readonly tokenizerClass: string = "DPRReaderTokenizer";
  static override readonly model_input_names: readonly string[] = ["input_ids", "attention_mask"];

  /**
   * Encodes a question with each passage, or each question with its own.
   * @throws TransformersError INVALID_ARGUMENT where questions, titles and texts are not as many.
   */
  encode_passages(questions: string | readonly string[], options: PassageOptions): BatchEncoding {
    const titles = listOf(options.titles);
    const texts = listOf(options.texts);
    const asked = typeof questions === "string" ? titles.map(() => questions) : questions;
    if (titles.length !== texts.length || asked.length !== titles.length) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `each passage has a question, a title and a text; given are ${asked.length}, ${titles.length} and ${texts.length}`,
      );
    }
    const { padding = false, truncation = false, max_length = null, return_tensors = false } = options;
    const heads = this(asked, { text_pair: titles }).input_ids as number[][];
    const bodies = this(texts, { add_special_tokens: false }).input_ids as number[][];
    const input_ids = heads.map((head, i) => {
      const ids = [...head, ...bodies[i]!];
      return max_length !== null && truncation ? ids.slice(0, max_length) : ids;
    });
    const withMask = options.return_attention_mask !== false;
    const attention_mask = input_ids.map((ids) => ids.map((id) => (id === this.pad_token_id ? 0 : 1)));
    return this.pad(withMask ? { input_ids, attention_mask } : { input_ids }, {
      padding,
      max_length: padding === "max_length" ? max_length : null,
      return_tensors,
    });
  }

  /**
   * The best answers that the reader sees in passages: of the most relevant passages first, in each the best first.
   * `inputs` is what `encode_passages` gave, `output` what the reader said of it.
   */
  decode_best_spans(
    inputs: { readonly input_ids: unknown },
    output: ReaderScores,
    options: SpanOptions = {},
  ): DPRSpanPrediction[] {
    const { num_spans = 16, max_answer_length = 64, num_spans_per_passage = 4 } = options;
    const rows = toLists<number[][]>(inputs.input_ids);
    const starts = toLists<number[][]>(output.start_logits);
    const ends = toLists<number[][]>(output.end_logits);
    const relevance = toLists<number[]>(output.relevance_logits);
    const found: DPRSpanPrediction[] = [];
    const order = relevance.map((_, i) => i).sort((a, b) => relevance[b]! - relevance[a]! || a - b);
    for (const doc_id of order) {
      const ids = rows[doc_id]!;
      // Question and title come first, each with its separator.
      const from = ids.indexOf(this.sep_token_id!, 2) + 1;
      const to = ids.at(-1) === this.pad_token_id ? ids.indexOf(this.pad_token_id!) : ids.length;
      const [start, end] = [starts[doc_id]!, ends[doc_id]!];
      const spans = bestSpans(
        start.slice(from, to),
        end.slice(from, to),
        max_answer_length,
        num_spans_per_passage,
      );
      for (const [first, last] of spans) {
        const [start_index, end_index] = [first + from, last + from];
        found.push({
          span_score: start[start_index]! + end[end_index]!,
          relevance_score: relevance[doc_id]!,
          doc_id,
          start_index,
          end_index,
          text: this.decode(ids.slice(start_index, end_index + 1)),
        });
      }
      if (found.length >= num_spans) break;
    }
    return found.slice(0, num_spans);
  }
}

/** The spans with the largest sums of logits, none inside another. */
function bestSpans(
  start: readonly number[],
  end: readonly number[],
  longest: number,
  most: number,
): [first: number, last: number][] {
  const scored: { span: [number, number]; score: number }[] = [];
  for (const [first, score] of start.entries()) {
    for (let last = first; last < Math.min(first + longest, end.length); last++) {
      scored.push({ span: [first, last], score: score + end[last]! });
    }
  }
  scored.sort((a, b) => b.score - a.score);
  const chosen: [number, number][] = [];
  for (const { span } of scored) {
    if (chosen.length === most) break;
    if (!chosen.some((other) => contains(span, other) || contains(other, span))) chosen.push(span);
  }
  return chosen;
}

function contains(outer: readonly [number, number], inner: readonly [number, number]): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

function toLists<T>(value: unknown): T {
  const isTensor = typeof value === "object" && value !== null && "tolist" in value;
  return (isTensor ? (value as { tolist(): unknown }).tolist() : value) as T;
}

/** Python's names for the same classes. */
export const DPRContextEncoderTokenizerFast = DPRContextEncoderTokenizer;
export type DPRContextEncoderTokenizerFast = DPRContextEncoderTokenizer;
export const DPRQuestionEncoderTokenizerFast = DPRQuestionEncoderTokenizer;
export type DPRQuestionEncoderTokenizerFast = DPRQuestionEncoderTokenizer;
export const DPRReaderTokenizerFast = DPRReaderTokenizer;
export type DPRReaderTokenizerFast = DPRReaderTokenizer;
