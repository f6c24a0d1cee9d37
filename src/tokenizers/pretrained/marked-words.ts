import { TransformersError } from "../../errors.js";
import type { Encoding } from "../encoding.js";
import type { Tokenizer } from "../tokenizer.js";
import { BatchEncoding } from "./batch-encoding.js";
import { encodeCall } from "./call.js";
import type { CallDefaults, CallOptions } from "./call-options.js";

// Words that come with marks: where they stand on a page, or in a document.

/** Words of a text, or of several; with `text_pair`, a question or several. */
export type MarkedText = string | readonly string[] | readonly (readonly string[])[];

/** What a family does with the marks of words. */
export interface WordMarks<Mark> {
  /** The option that gives a mark for each word, and the one that gives labels. */
  readonly names: { readonly marks: string; readonly labels: string };
  /** Throws where a mark is none. */
  check(mark: unknown, where: string): asserts mark is Mark;
  /** A question as words. */
  wordsOf(question: string): string[];
  /**
   * The columns of a row. A token has the mark of its word, null where it is of a question, and undefined where it is
   * of no word at all.
   */
  columns(ids: readonly number[], marks: readonly (Mark | null | undefined)[]): Record<string, unknown[]>;
  /** The label of tokens that have none of their own. */
  readonly pad_token_label: number;
  /** Whether only the first token of a word has its label. */
  readonly only_label_first_subword: boolean;
  /** Whether a token that follows an empty one, a space alone, is none that begins a word. */
  readonly labelsAfterEmpty: boolean;
}

/** The tokenizer that encodes, and its state. */
export interface MarkedWordsEncoder {
  readonly backend_tokenizer: Tokenizer;
  readonly model_input_names: readonly string[];
}

/**
 * Encodes words and, where there are any, the questions before them, with the columns of the words' marks and labels.
 * @throws TransformersError INVALID_ARGUMENT where words and marks do not match.
 */
export function encodeMarkedWords<Mark>(
  { backend_tokenizer, model_input_names }: MarkedWordsEncoder,
  text: MarkedText,
  options: CallOptions & Readonly<Record<string, unknown>>,
  family: WordMarks<Mark>,
  defaults: CallDefaults,
): { result: BatchEncoding<unknown>; rows: readonly Encoding[] } {
  const { marks: marksName, labels: labelsName } = family.names;
  const { [marksName]: givenMarks, [labelsName]: givenLabels = null, text_pair = null, ...call } = options;
  if (call.is_split_into_words === false) {
    throw invalid(`is_split_into_words: false is not possible: there are ${marksName} for words alone`);
  }
  const { words, questions, isSingle } = readWords(text, text_pair as MarkedText | null, marksName);
  const marks = matching<Mark>(givenMarks, words, marksName, isSingle, family.check);
  const labels =
    givenLabels === null ? null : matching<number>(givenLabels, words, labelsName, isSingle, checkLabel);

  const { result, rows } = encodeCall(
    backend_tokenizer,
    questions === null ? words : questions.map((question) => family.wordsOf(question)),
    {
      ...call,
      text_pair: questions === null ? null : words,
      is_split_into_words: true,
      return_tensors: false,
      return_offsets_mapping: labels !== null || call.return_offsets_mapping === true,
    },
    defaults,
    model_input_names,
  );
  const columns: Record<string, unknown> = { ...result };
  if (!call.return_offsets_mapping) delete columns.offset_mapping;
  const samples = result.overflow_to_sample_mapping as readonly number[] | undefined;
  for (const [i, row] of rows.entries()) {
    const sample = samples?.[i] ?? i;
    const sequences = row.sequence_ids;
    const ofToken = row.word_ids.map((word, token) => {
      if (word === null) return undefined;
      return questions !== null && sequences[token] === 0 ? null : marks[sample]![word]!;
    });
    const added = family.columns(row.ids, ofToken);
    if (labels !== null) added.labels = labelsOf(row, labels[sample]!, family);
    for (const [name, values] of Object.entries(added)) {
      columns[name] ??= [];
      (columns[name] as unknown[]).push(values);
    }
  }
  const isOneRow = isSingle && !call.return_tensors && !call.return_overflowing_tokens;
  if (isOneRow) {
    for (const [name, [row]] of Object.entries(columns as Record<string, unknown[]>)) {
      if (name !== "length") columns[name] = row;
    }
  }
  const encoded =
    labels === null ? result.with(columns) : new BatchEncoding<unknown>(columns, () => result.encodings);
  return { result: call.return_tensors ? encoded.convert_to_tensors() : encoded, rows };
}

/** The label of each token: that of its word, by its number among the words even where it is of a question. */
function labelsOf<Mark>(row: Encoding, labels: readonly number[], family: WordMarks<Mark>): number[] {
  const { pad_token_label, only_label_first_subword, labelsAfterEmpty } = family;
  const offsets = row.offsets;
  let isAfterEmpty = false;
  return row.word_ids.map((word, token) => {
    if (word === null) return pad_token_label;
    const [start, end] = offsets[token]!;
    const hasLabel = !only_label_first_subword || (start === 0 && !isAfterEmpty);
    isAfterEmpty = !labelsAfterEmpty && start === 0 && end === 0;
    return hasLabel ? (labels[word] ?? pad_token_label) : pad_token_label;
  });
}

/** Words and questions as a batch. */
function readWords(
  text: MarkedText,
  pair: MarkedText | null,
  marksName: string,
): { words: readonly (readonly string[])[]; questions: readonly string[] | null; isSingle: boolean } {
  const isWords = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((word) => typeof word === "string");
  if (pair === null) {
    if (isWords(text)) return { words: [text], questions: null, isSingle: true };
    if (Array.isArray(text) && text.every(isWords)) return { words: text, questions: null, isSingle: false };
    throw invalid(
      `the tokenizer is called with a list of words, or a list of such lists, for which there are ${marksName}; a question comes first, with the words as text_pair`,
    );
  }
  if (typeof text === "string" && isWords(pair)) return { words: [pair], questions: [text], isSingle: true };
  if (isWords(text) && Array.isArray(pair) && pair.every(isWords)) {
    if (text.length === pair.length) return { words: pair, questions: text, isSingle: false };
    throw invalid(`${text.length} questions need as many lists of words, not ${pair.length}`);
  }
  throw invalid("with text_pair, which is a list of words for each question, text is a question or several");
}

/** What is given for each word of each text. */
function matching<Value>(
  given: unknown,
  words: readonly (readonly string[])[],
  name: string,
  isSingle: boolean,
  check: (value: unknown, where: string) => asserts value is Value,
): readonly (readonly Value[])[] {
  if (given == null) throw invalid(`${name} are needed: one for each word`);
  const lists = isSingle ? [given] : given;
  if (!Array.isArray(lists) || lists.length !== words.length) {
    throw invalid(`${name} must be a list for each of the ${words.length} texts`);
  }
  for (const [i, list] of lists.entries()) {
    const where = isSingle ? name : `${name}[${i}]`;
    if (!Array.isArray(list) || list.length !== words[i]!.length) {
      throw invalid(
        `${where} must be as many as its words, ${words[i]!.length}${Array.isArray(list) ? `, not ${list.length}` : ""}`,
      );
    }
    for (const [place, value] of list.entries()) check(value, `${where}[${place}]`);
  }
  return lists as Value[][];
}

function checkLabel(value: unknown, where: string): asserts value is number {
  if (!Number.isInteger(value))
    throw invalid(`${where} must be a whole number, not ${JSON.stringify(value)}`);
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
