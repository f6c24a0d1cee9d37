import { TransformersError } from "../../errors.js";
import {
  DecodeStream,
  type IdKind,
  type PostProcessor,
  type StreamBoundary,
  type Tokenizer,
} from "../../tokenizers/index.js";
import { JsonFields, parseJson, writeJson } from "../../tokenizers/json.js";
import {
  A,
  B,
  type BytePairConfig,
  type DecodeOptions,
  type FileContent,
  type FileTexts,
  type FramePiece,
  frame,
  framing,
  type IdSequence,
  SpacedBytePairTokenizer,
} from "../../tokenizers/pretrained/index.js";
import { streamedCleanUp } from "../../tokenizers/pretrained/streamed-clean-up.js";
import { toIds } from "../../tokenizers/pretrained/token-methods.js";
import { lower, strip } from "../../tokenizers/python-text/index.js";
import type { BpeFiles } from "../../tokenizers/vocabulary-files/merges.js";
import {
  BasicTextNormalizer,
  type BasicTextNormalizerOptions,
  EnglishTextNormalizer,
} from "./english-normalizer.js";
import { LANGUAGES, TASK_IDS, TO_LANGUAGE_CODE, type WhisperTask } from "./languages.js";
import {
  streamedWithoutTimestamps,
  timedSlices,
  timestampText,
  type WhisperOffset,
  withoutTimestamps,
} from "./timestamps.js";

export type { WhisperOffset } from "./timestamps.js";

/** What a text begins with: see {@link WhisperTokenizer.set_prefix_tokens}. */
export interface WhisperPrefix {
  /** The language of the text by its name or its code, "french" or "fr" (default: none). */
  language?: string | null;
  /** "transcribe", or "translate" (default: none). */
  task?: WhisperTask | null;
  /** Whether the text has timestamps, so that `<|notimestamps|>` is left out (default false). */
  predict_timestamps?: boolean | null;
}

/** Fields of tokenizer_config.json that Whisper's tokenizer reads beside those of its kind. */
export interface WhisperTokenizerConfig extends BytePairConfig, WhisperPrefix {
  readonly [field: string]: unknown;
}

/** Options of `decode`. */
export interface WhisperDecodeOptions extends DecodeOptions, BasicTextNormalizerOptions {
  /** Whether to say when each part was spoken, from the timestamps among the ids (default false). */
  output_offsets?: boolean;
  /** The seconds from a timestamp to the next one (default 0.02). */
  time_precision?: number;
  /** Whether to write ids above those of special tokens as timestamps: `<|1.08|>` (default false). */
  decode_with_timestamps?: boolean;
  /** Whether to bring English text into the form of {@link EnglishTextNormalizer} (default false). */
  normalize?: boolean;
  /** Whether to bring text of any language into the form of {@link BasicTextNormalizer} (default false). */
  basic_normalize?: boolean;
}

/** What `decode` gives where offsets are asked for. */
export interface WhisperTokenizerOutput {
  text: string;
  offsets: WhisperOffset[];
}

const DECODE_OPTIONS = [
  "output_offsets",
  "time_precision",
  "decode_with_timestamps",
  "normalize",
  "basic_normalize",
  "remove_diacritics",
] as const;

/** The most timestamps of a text: one for each 0.02 s of 30 s, and that of its beginning. */
const TIMESTAMPS = 1501;
const START = "<|startoftranscript|>";
const PREVIOUS = "<|startofprev|>";

/** The spellings of normalizer.json that stood beside a pipeline. */
const SPELLINGS = new WeakMap<Tokenizer, ReadonlyMap<string, string>>();

/**
 * Whisper's tokenizer: GPT-2's between what says language and task, and `<|endoftext|>`. Decoding knows timestamps and
 * the forms in which transcripts are compared. Equal to Transformers 4.37.2's WhisperTokenizerFast, but that a prompt
 * is left out of ids in a tensor as it is of ids in a list. Python's `_decode_asr`, which joins the chunks of a long
 * recording, belongs to the pipeline for speech.
 */
export class WhisperTokenizer extends SpacedBytePairTokenizer {
  static override readonly tokenizerClass: string = "WhisperTokenizer";
  static override readonly vocab_files_names: Readonly<Record<string, string>> = {
    vocab_file: "vocab.json",
    merges_file: "merges.txt",
    normalizer_file: "normalizer.json",
  };
  static override readonly defaults: WhisperTokenizerConfig = {
    errors: "replace",
    unk_token: "<|endoftext|>",
    bos_token: "<|endoftext|>",
    eos_token: "<|endoftext|>",
    pad_token: null,
    add_prefix_space: false,
  };

  language: string | null;
  task: WhisperTask | null;
  predict_timestamps: boolean;
  /** The American spelling of British words, of normalizer.json; null where there is none. */
  readonly english_spelling_normalizer: ReadonlyMap<string, string> | null;

  constructor(backend: Tokenizer, config: WhisperTokenizerConfig = {}) {
    super(backend, config);
    this.language = config.language ?? null;
    this.task = config.task ?? null;
    this.predict_timestamps = config.predict_timestamps ?? false;
    this.english_spelling_normalizer = SPELLINGS.get(backend) ?? null;
  }

  static override backendFromFiles(files: FileTexts, config: WhisperTokenizerConfig): Tokenizer {
    const tokenizer = super.backendFromFiles(files, config);
    const spellings = files.get("normalizer.json");
    if (spellings !== undefined) SPELLINGS.set(tokenizer, readSpellings(spellings));
    return tokenizer;
  }

  static override pipelineOf(files: BpeFiles, config: WhisperTokenizerConfig): Tokenizer {
    const tokenizer = super.pipelineOf(files, config);
    // Whatever the vocabulary lacks of these is the unknown token.
    const known = (token: string) =>
      tokenizer.token_to_id(token) === undefined ? framing(config.unk_token) : token;
    const idOf = (token: string) => tokenizer.token_to_id(known(token)) ?? 0;
    const prefix = [START, "<|notimestamps|>"].map(known);
    tokenizer.post_processor = prefixed(prefix, framing(config.eos_token), idOf);
    return tokenizer;
  }

  /** The ids that texts begin with: language, task and whether they have timestamps. @throws TransformersError INVALID_ARGUMENT for a language or a task that there is not. */
  get prefix_tokens(): number[] {
    const start = this.convert_tokens_to_ids(START);
    const ids = [start];
    if (this.language !== null) {
      this.language = lower(this.language);
      ids.push(start + 1 + Object.keys(LANGUAGES).indexOf(codeOf(this.language)));
    }
    if (this.task !== null) {
      if (!TASK_IDS.includes(this.task)) {
        throw invalid(
          `the task must be ${TASK_IDS.map((task) => `"${task}"`).join(" or ")}, not ${JSON.stringify(this.task)}`,
        );
      }
      ids.push(this.convert_tokens_to_ids(`<|${this.task}|>`));
    }
    if (!this.predict_timestamps) ids.push(this.convert_tokens_to_ids("<|notimestamps|>"));
    return ids;
  }

  /** Makes texts begin otherwise from now on. What is left out, or null, stays as it was. */
  set_prefix_tokens(prefix: WhisperPrefix = {}): void {
    this.language = prefix.language ?? this.language;
    this.task = prefix.task ?? this.task;
    this.predict_timestamps = prefix.predict_timestamps ?? this.predict_timestamps;
    const ids = this.prefix_tokens;
    const tokens = this.convert_ids_to_tokens(ids);
    const { eos_token, eos_token_id } = this;
    const known = new Map([
      [framing(eos_token), eos_token_id!],
      ...tokens.map((token, i) => [token, ids[i]!] as const),
    ]);
    this.backend_tokenizer.post_processor = prefixed(
      tokens,
      framing(eos_token),
      (token) => known.get(token)!,
    );
  }

  /** The tokens that generation is made to begin with, each with its place: language, task, `<|notimestamps|>`. */
  get_decoder_prompt_ids(
    prefix: Pick<WhisperPrefix, "language" | "task"> & { no_timestamps?: boolean } = {},
  ): [place: number, id: number][] {
    const { no_timestamps = true, ...rest } = prefix;
    this.set_prefix_tokens({ ...rest, predict_timestamps: !no_timestamps });
    return this.prefix_tokens.slice(1).map((id, i) => [i + 1, id]);
  }

  /**
   * The ids of a text that what is generated is to follow. @throws TransformersError INVALID_ARGUMENT where a special
   * token stands in it.
   */
  get_prompt_ids(text: string): number[] {
    const encoded = this(PREVIOUS, { text_pair: ` ${strip(text)}`, add_special_tokens: false });
    const ids = encoded.input_ids as number[];
    const [first = Number.POSITIVE_INFINITY] = this.all_special_ids;
    const special = ids.slice(1).find((id) => id >= first);
    if (special === undefined) return ids;
    throw invalid(`a prompt cannot hold the special token ${JSON.stringify(this.tokenOf(special))}`);
  }

  /** The ids of the timestamps `<|0.00|>`, ... */
  timestamp_ids(time_precision = 0.02): number[] {
    const texts = Array.from({ length: TIMESTAMPS }, (_, i) => timestampText(i * time_precision));
    return this.convert_tokens_to_ids(texts);
  }

  /** A text in the form of {@link EnglishTextNormalizer}. @throws TransformersError FILE_NOT_FOUND without normalizer.json. */
  normalize(text: string): string {
    if (this.english_spelling_normalizer !== null) {
      return new EnglishTextNormalizer(this.english_spelling_normalizer).normalize(text);
    }
    throw new TransformersError(
      "FILE_NOT_FOUND",
      "the normal form of English needs normalizer.json beside the tokenizer, which says how words are spelled; use basic_normalize",
    );
  }

  /** A text in the form of {@link BasicTextNormalizer}. */
  basic_normalize(text: string, options: BasicTextNormalizerOptions = {}): string {
    return new BasicTextNormalizer(options).normalize(text);
  }

  override decode(
    ids: number | IdSequence,
    options: WhisperDecodeOptions & { output_offsets: true },
  ): WhisperTokenizerOutput;
  override decode(ids: number | IdSequence, options?: WhisperDecodeOptions): string;
  override decode(
    ids: number | IdSequence,
    options: WhisperDecodeOptions = {},
  ): string | WhisperTokenizerOutput {
    const { time_precision = 0.02, skip_special_tokens = false } = options;
    const all = toIds(ids);
    const kept = skip_special_tokens ? this.#withoutPrompt(all) : all;
    const text = this.#decodeText(kept, options);
    const timed = options.decode_with_timestamps
      ? this.#decodeWithTimestamps(kept, skip_special_tokens, time_precision)
      : withoutTimestamps(text);
    return options.output_offsets ? { text: timed, offsets: this.#offsets(all, time_precision) } : timed;
  }

  /** As the base's; timestamps and prompts are left out, which is all that streams know of {@link WhisperDecodeOptions}. */
  override decode_stream(options: DecodeOptions & { boundary?: StreamBoundary } = {}): DecodeStream {
    for (const name of DECODE_OPTIONS) {
      if (!(options as WhisperDecodeOptions)[name]) continue;
      throw new TransformersError("UNSUPPORTED", `${name} needs the whole text: use decode`);
    }
    const { boundary, skip_special_tokens = false, clean_up_tokenization_spaces } = options;
    const cleanUp =
      (clean_up_tokenization_spaces ?? this.clean_up_tokenization_spaces) ? streamedCleanUp() : null;
    const filter = streamedWithoutTimestamps();
    let kindOf = this.#streamKinds(skip_special_tokens);
    const finish = (text: string | null): string => {
      if (text === null) kindOf = this.#streamKinds(skip_special_tokens);
      const clean = cleanUp === null ? text : cleanUp(text);
      return text === null ? filter(clean) + filter(null) : filter(clean);
    };
    const decode = (ids: readonly number[]) => this.decodeIds(ids, { skip_special_tokens });
    return new DecodeStream({ decode, kindOf: (id) => kindOf(id), finish }, boundary);
  }

  override build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [...this.prefix_tokens, ...token_ids_0, ...(token_ids_1 ?? []), this.eos_token_id!];
  }

  override get default_chat_template(): string {
    return "{% for message in messages %}{{ message.content ~ eos_token }}{% endfor %}";
  }

  protected override get decodeOptions(): ReadonlySet<string> {
    return new Set([...super.decodeOptions, ...DECODE_OPTIONS]);
  }

  protected override vocabularyFiles(): [string, FileContent][] {
    const spellings = this.english_spelling_normalizer;
    if (spellings === null) return super.vocabularyFiles();
    const sorted = new Map([...spellings].sort(([a], [b]) => (a < b ? -1 : 1)));
    return [...super.vocabularyFiles(), ["normalizer.json", `${writeJson(sorted, true)}\n`]];
  }

  /** The first id of a timestamp: they follow the special tokens. */
  get #firstTimestamp(): number {
    return (this.all_special_ids.at(-1) ?? Number.POSITIVE_INFINITY) + 1;
  }

  #decodeText(ids: readonly number[], options: WhisperDecodeOptions): string {
    const { normalize, basic_normalize, remove_diacritics = false } = options;
    if (remove_diacritics && !basic_normalize)
      throw invalid("remove_diacritics has no effect without basic_normalize");
    if (options.decode_with_timestamps && (normalize || basic_normalize)) {
      throw invalid(
        "text with timestamps cannot be normalized: leave out normalize or decode_with_timestamps",
      );
    }
    const text = super.decode(ids, options);
    if (normalize) return this.normalize(text);
    return basic_normalize ? this.basic_normalize(text, { remove_diacritics }) : text;
  }

  #decodeWithTimestamps(ids: readonly number[], skip_special_tokens: boolean, precision: number): string {
    const first = this.#firstTimestamp;
    let text = "";
    let from = 0;
    let latest = 0;
    let before = 0;
    const takeText = (to: number) => {
      text += this.decode(ids.slice(from, to), { skip_special_tokens });
      from = to + 1;
    };
    for (const [place, id] of ids.entries()) {
      if (id < first) continue;
      takeText(place);
      const time = (id - first) * precision;
      // Time begins anew with each segment.
      if (time < latest) before += latest;
      latest = time;
      text += timestampText(time + before);
    }
    takeText(ids.length);
    return text;
  }

  #offsets(ids: readonly number[], precision: number): WhisperOffset[] {
    const first = this.#firstTimestamp;
    return timedSlices(ids, (id) => id >= first).flatMap((slice): WhisperOffset[] => {
      if (slice.length <= 1) return [];
      const seconds = (id: number) => (id - first) * precision;
      const text = withoutTimestamps(super.decode(slice));
      return [{ text, timestamp: [seconds(slice[0]!), seconds(slice.at(-1)!)] }];
    });
  }

  /** Without the prompt that ids begin with: all before the transcript. */
  #withoutPrompt(ids: readonly number[]): readonly number[] {
    if (ids[0] !== this.convert_tokens_to_ids(PREVIOUS)) return ids;
    const start = ids.indexOf(this.convert_tokens_to_ids(START));
    return start < 0 ? [] : ids.slice(start);
  }

  /** What ids are to a stream, in which a prompt may come first. */
  #streamKinds(skip_special_tokens: boolean): (id: number) => IdKind {
    let isPrompt: boolean | null = skip_special_tokens ? null : false;
    return (id) => {
      isPrompt ??= id === this.convert_tokens_to_ids(PREVIOUS);
      isPrompt &&= id !== this.convert_tokens_to_ids(START);
      return isPrompt ? "silent" : this.streamKind(id, skip_special_tokens);
    };
  }
}

/** Python's name for the same class. */
export const WhisperTokenizerFast = WhisperTokenizer;
export type WhisperTokenizerFast = WhisperTokenizer;

/** Texts with what they begin with and `eos`; the second of a pair is of type 1. */
function prefixed(tokens: readonly string[], eos: string, idOf: (token: string) => number): PostProcessor {
  const prefix = tokens.map((token): FramePiece => [token, 0]);
  return frame(idOf, { single: [...prefix, A, [eos, 0]], pair: [...prefix, A, B, [eos, 1]] });
}

function codeOf(language: string): string {
  if (Object.hasOwn(TO_LANGUAGE_CODE, language)) return TO_LANGUAGE_CODE[language]!;
  if (Object.hasOwn(LANGUAGES, language)) return language;
  const known = Object.keys(language.length === 2 ? LANGUAGES : TO_LANGUAGE_CODE);
  throw invalid(`the language must be one of ${known.join(", ")}, not ${JSON.stringify(language)}`);
}

/** @throws TransformersError CORRUPT_FILE */
function readSpellings(text: string): ReadonlyMap<string, string> {
  const fields = new JsonFields(parseJson(text, "normalizer.json"), "normalizer.json");
  return new Map(fields.keys().map((word) => [word, fields.string(word)]));
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
