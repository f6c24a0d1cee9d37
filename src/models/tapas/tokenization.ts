import { TransformersError } from "../../errors.js";
import { type NestedList, type Tensor, tensor } from "../../tensor/index.js";
import { AddedToken } from "../../tokenizers/index.js";
import { paddingStrategy, refuseUnknownOptions } from "../../tokenizers/pretrained/call-options.js";
import { frameId } from "../../tokenizers/pretrained/framed-tokenizers.js";
import {
  BatchEncoding,
  type CallOptions,
  type CallValues,
  type FileContent,
  type FileTexts,
  PythonTokenizer,
  type TextInput,
  type TokenizeOptions,
  type TokenizerConfig,
  VocabTable,
} from "../../tokenizers/pretrained/index.js";
import { BertWords, WordPieces } from "../../tokenizers/python-text/bert-words.js";
import { isWordCharacter, lower, strip } from "../../tokenizers/python-text/index.js";
import { readTokenLines, requiredText, writeTokenLines } from "../../tokenizers/vocabulary-files/index.js";
import {
  answerLabels,
  type CellPlace,
  CellTokens,
  cellNumbers,
  numericColumns,
  tableValues,
} from "./encoding.js";
import { type PredictionInputs, predictionsOf, type TapasPredictions } from "./predictions.js";
import { checkTable, fitTable, keptTokens, type Table, tokenizeTable } from "./table.js";

export type { CellPlace } from "./encoding.js";
export type { TapasPredictions } from "./predictions.js";
export type { Table } from "./table.js";

/** Fields of tokenizer_config.json that TAPAS's tokenizer reads beside those of every tokenizer. */
export interface TapasTokenizerConfig extends TokenizerConfig {
  /** Whether texts are lowercased, added tokens excepted; only with `do_basic_tokenize` (default true). */
  do_lower_case?: boolean;
  /** Whether to find words and punctuation before WordPiece (default true). */
  do_basic_tokenize?: boolean;
  /** Words that stay as they are (default none). */
  never_split?: readonly string[] | null;
  /** What an empty cell becomes (default "[EMPTY]"). */
  empty_token?: string;
  tokenize_chinese_chars?: boolean;
  strip_accents?: boolean | null;
  /** The most tokens of a cell that are kept where tables are cut; -1 (the default): as many as fit. */
  cell_trim_length?: number;
  /** The most columns, and the most rows, that a table may have (default: `model_max_length`). */
  max_column_id?: number | null;
  max_row_id?: number | null;
  /** Whether the names of columns are left out (default false). */
  strip_column_names?: boolean;
  /** Questions of fewer or more tokens are left empty (default: none is). */
  min_question_length?: number | null;
  max_question_length?: number | null;
}

const DEFAULTS = {
  do_lower_case: true,
  do_basic_tokenize: true,
  never_split: null,
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
  empty_token: "[EMPTY]",
  tokenize_chinese_chars: true,
  strip_accents: null,
  cell_trim_length: -1,
  max_column_id: null,
  max_row_id: null,
  strip_column_names: false,
  update_answer_coordinates: false,
  min_question_length: null,
  max_question_length: null,
  model_max_length: 512,
} as const;

/** Options of a call, named as in Python. */
export interface TapasCallOptions {
  /** A question, or several of the same table (default: an empty one). */
  queries?: string | readonly string[] | null;
  /** The cells that answer the question, or each of the questions: adds `labels` and the numbers of cells. */
  answer_coordinates?: readonly CellPlace[] | readonly (readonly CellPlace[])[] | null;
  /** The texts of the answers; Python asks for them beside the coordinates, which say it all. */
  answer_text?: readonly string[] | readonly (readonly string[])[] | null;
  add_special_tokens?: boolean;
  /** true or "longest": to the longest of several; "max_length": to `max_length` (default false). */
  padding?: boolean | "longest" | "max_length" | "do_not_pad";
  /** true or "drop_rows_to_fit": rows are dropped, and cells cut, until the table fits (default false). */
  truncation?: boolean | "drop_rows_to_fit" | "do_not_truncate";
  max_length?: number | null;
  pad_to_multiple_of?: number | null;
  return_token_type_ids?: boolean | null;
  return_attention_mask?: boolean | null;
  return_special_tokens_mask?: boolean;
  return_length?: boolean;
  /** Whether to return tensors [batch, sequence] and not lists (default false). */
  return_tensors?: boolean | null;
}

const CALL_OPTIONS: ReadonlySet<string> = new Set<keyof TapasCallOptions>([
  "queries",
  "answer_coordinates",
  "answer_text",
  "add_special_tokens",
  "padding",
  "truncation",
  "max_length",
  "pad_to_multiple_of",
  "return_token_type_ids",
  "return_attention_mask",
  "return_special_tokens_mask",
  "return_length",
  "return_tensors",
]);

/** The columns of one example. */
interface Example {
  input_ids: number[];
  attention_mask?: number[];
  /** Of each token: segment, column, row, previous label, rank, inverse rank, relations to the question. */
  token_type_ids?: number[][];
  labels?: number[];
  numeric_values?: number[];
  numeric_values_scale?: number[];
  special_tokens_mask?: number[];
}

/** What a call gives: lists of one example or of several, or tensors. */
export type TapasEncoding = BatchEncoding<number[] | number[][] | number[][][] | Tensor> & {
  readonly numeric_values?: number[] | number[][] | Tensor;
  readonly numeric_values_scale?: number[] | number[][] | Tensor;
};

/** A tokenizer is called like a function: `tokenizer({ header, rows }, { queries: "How many?" })`. */
export interface TapasTokenizer {
  (table: Table, options?: TapasCallOptions): TapasEncoding;
  /** Not possible: texts alone are refused. */
  <const Text extends TextInput | null, const Options extends CallOptions = object>(
    text: Text,
    options?: Options,
  ): BatchEncoding<CallValues<Text, Options>>;
}

/**
 * TAPAS's tokenizer: a question and the cells of a table, `[CLS] question [SEP] table`, each token with its column,
 * row and what the numbers of the table say of it. Equal to Transformers 4.37.2's TapasTokenizer, but that a table is
 * `{ header, rows }` and no data frame.
 * Source: Herzig et al. 2020, TAPAS: Weakly Supervised Table Parsing via Pre-training.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface above gives instances their call signature, which the constructor provides
export class TapasTokenizer extends PythonTokenizer {
  static override readonly tokenizerClass: string = "TapasTokenizer";
  static override readonly vocab_files_names = { vocab_file: "vocab.txt" };

  /** Whether texts are lowercased, added tokens excepted. */
  readonly do_lower_case: boolean;
  readonly cell_trim_length: number;
  readonly max_column_id: number;
  readonly max_row_id: number;
  readonly strip_column_names: boolean;
  readonly min_question_length: number | null;
  readonly max_question_length: number | null;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #words: BertWords | null;
  readonly #neverSplit: ReadonlySet<string>;
  readonly #pieces: WordPieces;

  constructor(ids: ReadonlyMap<string, number>, config: TapasTokenizerConfig = {}) {
    const complete = { ...DEFAULTS, ...config };
    if (complete.update_answer_coordinates) {
      throw new TransformersError(
        "UNSUPPORTED",
        "update_answer_coordinates: true fails in Python and is not supported; give answer_coordinates",
      );
    }
    const further = config.additional_special_tokens ?? [];
    const hasEmpty = further.some((token) => contentOf(token) === complete.empty_token);
    super(new VocabTable(ids), {
      ...complete,
      additional_special_tokens: hasEmpty ? further : [...further, complete.empty_token],
    });
    const { do_lower_case, never_split, tokenize_chinese_chars, strip_accents } = complete;
    this.do_lower_case = complete.do_basic_tokenize && do_lower_case;
    this.cell_trim_length = complete.cell_trim_length;
    this.max_column_id = complete.max_column_id ?? this.model_max_length;
    this.max_row_id = complete.max_row_id ?? this.model_max_length;
    this.strip_column_names = complete.strip_column_names;
    this.min_question_length = complete.min_question_length;
    this.max_question_length = complete.max_question_length;
    this.#ids = ids;
    this.#words = complete.do_basic_tokenize
      ? new BertWords({ do_lower_case, never_split, tokenize_chinese_chars, strip_accents })
      : null;
    this.#neverSplit = new Set(never_split ?? []);
    this.#pieces = new WordPieces(ids, contentOf(complete.unk_token as string | AddedToken));
  }

  static backendFromFiles(files: FileTexts): ReadonlyMap<string, number> {
    return readTokenLines(requiredText(files, "vocab.txt", TapasTokenizer.tokenizerClass));
  }

  /**
   * The answers that a model's logits [batch, sequence] say of tables that were encoded as tensors or padded lists, and
   * what is done with them where `logits_agg` [batch, aggregations] are given.
   */
  convert_logits_to_predictions(
    data: PredictionInputs,
    logits: PredictionInputs["attention_mask"],
    options: {
      logits_agg?: PredictionInputs["attention_mask"] | null;
      cell_classification_threshold?: number;
    } = {},
  ): TapasPredictions {
    const { logits_agg = null, cell_classification_threshold = 0.5 } = options;
    return predictionsOf(data, logits, logits_agg, cell_classification_threshold);
  }

  protected override _tokenize(text: string, _options: TokenizeOptions): string[] {
    if (isEmpty(text)) return [this.additional_special_tokens[0]!];
    if (this.#words === null) return this.#pieces.tokenize(text);
    const words = this.#words.tokenize(text, this.all_special_tokens);
    return words.flatMap((word) => (this.#neverSplit.has(word) ? [word] : this.#pieces.tokenize(word)));
  }

  override convert_tokens_to_string(tokens: readonly string[]): string {
    return strip(tokens.join(" ").replaceAll(" ##", ""));
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    if (token_ids_1 === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "TAPAS frames the ids of a question and those of a table",
      );
    }
    return [frameId(this, "cls_token"), ...token_ids_0, frameId(this, "sep_token"), ...token_ids_1];
  }

  protected override invoke(input: unknown, given: object = {}): BatchEncoding<unknown> {
    refuseUnknownOptions(given, CALL_OPTIONS);
    const options: TapasCallOptions = given;
    const table = checkTable(input);
    const { queries = null } = options;
    const isBatch = typeof queries !== "string" && queries !== null;
    const questions = isBatch ? queries : [queries ?? ""];
    const answers = answersOf(options, isBatch ? questions.length : null);
    const examples = this.#encode(table, questions, answers, isBatch, options);
    this.#pad(examples, isBatch, options);
    const { return_length, return_tensors } = options;
    const names = Object.keys(examples[0] ?? { input_ids: [] }) as (keyof Example)[];
    const columns: Record<string, unknown> = Object.fromEntries(
      names.map((name) => [name, isBatch ? examples.map((one) => one[name]) : examples[0]![name]]),
    );
    if (return_length) columns.length = examples.map(({ input_ids }) => input_ids.length);
    return new BatchEncoding(return_tensors ? asTensors(columns, isBatch) : columns);
  }

  protected override savedFields(): Record<string, unknown> {
    const { max_column_id, max_row_id } = this;
    return { ...super.savedFields(), max_column_id, max_row_id };
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    return [["vocab.txt", writeTokenLines(this.#ids)]];
  }

  #encode(
    table: Table,
    questions: readonly string[],
    answers: readonly (readonly CellPlace[] | null)[],
    isBatch: boolean,
    options: TapasCallOptions,
  ): Example[] {
    const { add_special_tokens = true, max_length = null } = options;
    const cuts = options.truncation === true || options.truncation === "drop_rows_to_fit";
    const tokenized = tokenizeTable(table, this.strip_column_names, (text) => this.tokenize(text));
    const rows = this.#rowsOf(table, cuts);
    const values = tableValues(table);
    return questions.map((asked, i) => {
      const { question, tokens } = this.#questionOf(asked);
      const budget = (max_length ?? this.model_max_length) - tokens.length - 2;
      const fit = cuts
        ? fitTable(tokenized, rows, budget, this.cell_trim_length)
        : { rows, perCell: tokenized.longestCell };
      const kept = keptTokens(tokenized, fit.rows, fit.perCell);
      const questionIds = this.convert_tokens_to_ids(tokens);
      const tableIds = this.convert_tokens_to_ids(kept.map(({ token }) => token));
      const input_ids = add_special_tokens
        ? this.build_inputs_with_special_tokens(questionIds, tableIds)
        : [...questionIds, ...tableIds];
      if (max_length !== null && input_ids.length > max_length) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `the question and the table have ${input_ids.length} tokens, and max_length is ${max_length}; use truncation: true, or a larger max_length`,
        );
      }
      const before = tokens.length + 2;
      const length = before + kept.length;
      const cells = new CellTokens(kept, before);
      const previous = isBatch && i > 0 ? answers[i - 1]! : null;
      const numeric = numericColumns(question, values, cells, length);
      const example: Example = { input_ids };
      if (options.return_attention_mask ?? this.model_input_names.includes("attention_mask")) {
        example.attention_mask = new Array<number>(isBatch ? input_ids.length : length).fill(1);
      }
      const answer = answers[i]!;
      if (answer !== null) {
        example.labels = answerLabels(answer, cells, length);
        Object.assign(example, cellNumbers(table, values, cells, length));
      }
      if (options.return_token_type_ids ?? this.model_input_names.includes("token_type_ids")) {
        const previousLabels = answerLabels(previous ?? [], cells, length);
        example.token_type_ids = Array.from({ length }, (_, place) => {
          const token = kept[place - before];
          return [
            token === undefined ? 0 : 1,
            token?.column ?? 0,
            token?.row ?? 0,
            previousLabels[place]!,
            numeric.column_ranks[place]!,
            numeric.inv_column_ranks[place]!,
            numeric.numeric_relations[place]!,
          ];
        });
      }
      if (options.return_special_tokens_mask) {
        const framed = new Array<number>(length)
          .fill(0)
          .map((_, place) => (place === 0 || place === before - 1 ? 1 : 0));
        example.special_tokens_mask = add_special_tokens ? framed : input_ids.map(() => 0);
      }
      return example;
    });
  }

  /** A question and its tokens; none where it is too short or too long. */
  #questionOf(question: string): { question: string; tokens: string[] } {
    const tokens = this.tokenize(question);
    const { min_question_length: least, max_question_length: most } = this;
    const isOdd = (most !== null && tokens.length > most) || (least !== null && tokens.length < least);
    return isOdd ? { question: "", tokens: [] } : { question, tokens };
  }

  #rowsOf({ header, rows }: Table, cuts: boolean): number {
    const tooMany = (what: string, count: number, limit: number) =>
      new TransformersError("INVALID_ARGUMENT", `the table has ${count} ${what}; there may be ${limit - 1}`);
    if (header.length >= this.max_column_id) throw tooMany("columns", header.length, this.max_column_id);
    if (rows.length < this.max_row_id) return rows.length;
    if (cuts) return this.max_row_id - 1;
    throw tooMany("rows", rows.length, this.max_row_id);
  }

  #pad(examples: readonly Example[], isBatch: boolean, options: TapasCallOptions): void {
    const { max_length = null, pad_to_multiple_of: multiple = null } = options;
    let strategy = paddingStrategy(options.padding ?? false);
    // Of a single example, true means up to the length that is given.
    if (!isBatch && options.padding === true) {
      strategy = max_length !== null || multiple !== null ? "max_length" : null;
    }
    if (strategy === null) return;
    const longest = Math.max(...examples.map(({ input_ids }) => input_ids.length));
    const wanted = strategy === "longest" ? longest : (max_length ?? this.model_max_length);
    const target = multiple ? Math.ceil(wanted / multiple) * multiple : wanted;
    const fillers = {
      input_ids: frameId(this, "pad_token"),
      attention_mask: 0,
      token_type_ids: new Array<number>(7).fill(this.pad_token_type_id),
      labels: 0,
      numeric_values: Number.NaN,
      numeric_values_scale: 1,
      special_tokens_mask: 1,
    };
    for (const example of examples) {
      const missing = Math.max(target - example.input_ids.length, 0);
      for (const name of Object.keys(example) as (keyof Example)[]) {
        const filler = new Array(missing).fill(fillers[name]);
        const column = example[name] as unknown[];
        (example as unknown as Record<string, unknown>)[name] =
          this.padding_side === "left" ? [...filler, ...column] : [...column, ...filler];
      }
    }
  }
}

/** The cells that answer each question; null where nothing is said. */
function answersOf(
  { answer_coordinates = null, answer_text = null }: TapasCallOptions,
  count: number | null,
): readonly (readonly CellPlace[] | null)[] {
  if ((answer_coordinates === null) !== (answer_text === null)) {
    throw new TransformersError("INVALID_ARGUMENT", "answer_coordinates and answer_text go together");
  }
  if (answer_coordinates === null) return new Array(count ?? 1).fill(null);
  if (count === null) return [answer_coordinates as readonly CellPlace[]];
  if (answer_coordinates.length === count) return answer_coordinates as readonly (readonly CellPlace[])[];
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `answer_coordinates must be a list as long as that of queries (${count}), not ${answer_coordinates.length}`,
  );
}

/** Whether a text says that there is nothing: no letter or digit, "n/a", "nan". */
function isEmpty(text: string): boolean {
  const settled = strip(lower(text));
  if (settled === "n/a" || settled === "nan") return true;
  const words = Array.from(settled, (character) =>
    isWordCharacter(character.codePointAt(0)!) && character !== "_" ? character : " ",
  ).join("");
  return strip(words) === "";
}

function contentOf(token: string | AddedToken): string {
  return token instanceof AddedToken ? token.content : token;
}

/** Columns as tensors [batch, sequence], a single example as a batch of one; those of cells' numbers as float32. */
function asTensors(columns: Readonly<Record<string, unknown>>, isBatch: boolean): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, values] of Object.entries(columns)) {
    const rows = (isBatch || name === "length" ? values : [values]) as NestedList[];
    if (name !== "length" && new Set((rows as unknown[][]).map(({ length }) => length)).size > 1) {
      throw new TransformersError("SHAPE_MISMATCH", `${name} has rows of several lengths; use padding: true`);
    }
    tensors[name] = tensor(rows, { dtype: name.startsWith("numeric_values") ? "float32" : "int64" });
  }
  return tensors;
}
