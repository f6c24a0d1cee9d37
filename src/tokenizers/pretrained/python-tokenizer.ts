import { TransformersError } from "../../errors.js";
import { AddedToken } from "../added-vocabulary.js";
import { lower, stripEnd, stripStart } from "../python-text/index.js";
import { type DecodeOptions, PreTrainedTokenizerBase } from "./base.js";
import { type BatchColumns, BatchEncoding, columnsToTensors } from "./batch-encoding.js";
import { CALL_OPTIONS, type CallOptions, refuseUnknownOptions, resolveStrategies } from "./call-options.js";
import { batchInputs, type TextInput } from "./inputs.js";
import { padLists } from "./pad-lists.js";
import { prepareIds } from "./prepare.js";
import type { TokenizerConfig } from "./read-files.js";
import { unknownId, unknownToken } from "./token-methods.js";
import type { TokenTable } from "./token-table.js";
import { TokenTrie } from "./token-trie.js";

/** Options of `tokenize`, which a call hands on; families add their own. */
export interface TokenizeOptions {
  /** Whether special tokens in a text are read as ordinary text (default: the tokenizer's). */
  split_special_tokens?: boolean;
  /** Whether the text is one word of several (default false). */
  is_split_into_words?: boolean;
  readonly [option: string]: unknown;
}

/** Options of `decode` of tokenizers with rules of their own; families add theirs. */
export interface PythonDecodeOptions extends DecodeOptions {
  /** Whether added tokens are set apart by spaces (default true). */
  spaces_between_special_tokens?: boolean;
}

/**
 * A tokenizer with rules of its own in place of a pipeline: what Python calls a slow one, its `PreTrainedTokenizer`
 * (Transformers 4.37.2). A family says how a text becomes tokens (`_tokenize`), and where it differs, how tokens
 * become ids and text again and what special tokens frame them; added tokens, options, padding and the rest are here.
 * A family that has a field `do_lower_case` has its texts lowercased where that is true, added tokens excepted.
 * There are no offsets and alignments. What is cut off comes as `overflowing_tokens` and `num_truncated_tokens`.
 */
export abstract class PythonTokenizer extends PreTrainedTokenizerBase {
  override readonly is_fast: boolean = false;
  readonly #table: TokenTable;
  readonly #added = new Map<number, AddedToken>();
  readonly #addedIds = new Map<string, number>();
  readonly #trie = new TokenTrie();
  /** Whether special tokens in a text are read as ordinary text. */
  split_special_tokens: boolean;

  constructor(table: TokenTable, config: TokenizerConfig = {}) {
    super(config);
    this.#table = table;
    this.split_special_tokens = config.split_special_tokens ?? false;
    for (const [id, token] of config.added_tokens_decoder ?? []) this.#set(id, token);
    this.addTokens(
      this.all_special_tokens_extended.filter(({ content }) => !this.#addedIds.has(content)),
      true,
    );
  }

  /** The tokens of a part of a text that no added token is in. */
  protected abstract _tokenize(text: string, options: TokenizeOptions): string[];

  /** The id of a token that is not an added one. */
  protected _convert_token_to_id(token: string): number {
    const id = this.#table.idOf(token) ?? this.unk_token_id;
    if (id === null) throw unknownToken(token);
    return id;
  }

  /** The token of an id that is not an added one's. */
  protected _convert_id_to_token(id: number): string {
    const token = this.#table.tokenOf(id) ?? this.unk_token;
    if (token === null) throw unknownId(id);
    return token;
  }

  /** What is done to a whole text before added tokens are looked for. */
  protected prepare_for_tokenization(text: string, _options: TokenizeOptions): string {
    return text;
  }

  /** The names of a family's own options of calls and of `tokenize`. */
  protected get tokenizeOptions(): readonly string[] {
    return [];
  }

  convert_tokens_to_string(tokens: readonly string[]): string {
    return tokens.join(" ");
  }

  build_inputs_with_special_tokens(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [...token_ids_0, ...(token_ids_1 ?? [])];
  }

  create_token_type_ids_from_sequences(
    token_ids_0: readonly number[],
    token_ids_1: readonly number[] | null = null,
  ): number[] {
    return [...token_ids_0.map(() => 0), ...(token_ids_1 ?? []).map(() => 1)];
  }

  num_special_tokens_to_add(pair = false): number {
    return this.build_inputs_with_special_tokens([], pair ? [] : null).length;
  }

  get vocab_size(): number {
    return this.#table.size;
  }

  get length(): number {
    const further = [...this.#addedIds.keys()].filter((token) => this.#table.idOf(token) === undefined);
    return this.#table.size + further.length;
  }

  get_vocab(): Map<string, number> {
    return new Map([...this.#table.entries(), ...this.#addedIds]);
  }

  get added_tokens_decoder(): Map<number, AddedToken> {
    return new Map([...this.#added].sort(([a], [b]) => a - b));
  }

  /** The tokens of a text, without special tokens; of a list of words, those of each. */
  tokenize(text: string | readonly string[], options: TokenizeOptions = {}): string[] {
    refuseUnknownOptions(
      options,
      new Set(["split_special_tokens", "is_split_into_words", ...this.tokenizeOptions]),
    );
    if (typeof text !== "string") {
      return text.flatMap((word) => this.tokenize(word, { ...options, is_split_into_words: true }));
    }
    const prepared = this.prepare_for_tokenization(text, options);
    const settled = this.#lowercases ? this.#lowercase(prepared) : prepared;
    if (options.split_special_tokens ?? this.split_special_tokens) {
      return settled === "" ? [] : this._tokenize(settled, options);
    }
    const parts = this.#trie.split(settled);
    for (let i = 0; i < parts.length; i++) this.#giveRoom(parts, i);
    return parts.flatMap((part) => {
      if (part === "") return [];
      return this.#addedIds.has(part) ? [part] : this._tokenize(part, options);
    });
  }

  /** Like a call with one text; also of a list of tokens or ids. Deprecated in Python. */
  override encode_plus(
    text: string | readonly string[] | readonly number[],
    options: CallOptions = {},
  ): BatchEncoding<unknown> {
    if (typeof text === "string" || options.is_split_into_words) return this(text as TextInput, options);
    const { text_pair, is_split_into_words: _, return_tensors, ...rest } = options;
    const ids = (list: readonly unknown[]) =>
      list.map((item) => (typeof item === "number" ? item : this.convert_tokens_to_ids(String(item))));
    return this.prepare_for_model(ids(text), {
      ...rest,
      pair_ids: text_pair == null ? null : ids(text_pair as readonly unknown[]),
      ...(return_tensors ? { return_tensors, prepend_batch_axis: true } : {}),
    });
  }

  protected override get callOptions(): ReadonlySet<string> {
    return new Set([...CALL_OPTIONS, "split_special_tokens", ...this.tokenizeOptions]);
  }

  protected override get decodeOptions(): ReadonlySet<string> {
    return new Set([...super.decodeOptions, "spaces_between_special_tokens"]);
  }

  protected override encodeTexts(text: TextInput, options: CallOptions): BatchEncoding<unknown> {
    this.#refuseOffsets(options);
    const defaults = this.callDefaults();
    const { truncation, padding } = resolveStrategies(options, defaults);
    const takes = (name: string) => this.model_input_names.includes(name);
    const addSpecialTokens = options.add_special_tokens ?? true;
    if (options.return_token_type_ids && !addSpecialTokens) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        "return_token_type_ids: true means nothing with add_special_tokens: false; leave one of them out",
      );
    }
    const { inputs, isSingle } = batchInputs(text, options);
    const own = ownOptions(options);
    const idsOf = (input: string | readonly string[]) =>
      this.convert_tokens_to_ids(this.tokenize(input, own));
    const rows = inputs.map((input) => {
      const { text: first, pair = null } = typeof input === "string" ? { text: input } : input;
      return prepareIds(idsOf(first), pair === null ? null : idsOf(pair), this, {
        addSpecialTokens,
        truncation,
        limit: truncation?.max_length ?? padding?.length ?? null,
        typeIds: options.return_token_type_ids ?? takes("token_type_ids"),
        specialTokensMask: options.return_special_tokens_mask ?? false,
        overflow: options.return_overflowing_tokens ?? false,
      });
    });
    if (options.verbose ?? true) {
      this.warnOfLength(
        rows.map(({ input_ids }) => input_ids),
        options.max_length,
      );
    }
    const { columns } = padLists((isSingle ? rows[0]! : rows) as object as Record<string, unknown>, {
      strategy: padding === null ? null : padding.length === null ? "longest" : "max_length",
      max_length: padding?.length ?? null,
      pad_to_multiple_of: options.pad_to_multiple_of ?? null,
      withAttentionMask: options.return_attention_mask ?? takes("attention_mask"),
      mainColumn: "input_ids",
      defaults: { ...defaults, padding_side: padding?.direction ?? defaults.padding_side },
    });
    const data = columns as unknown as BatchColumns;
    if (options.return_length) {
      // Python counts padding of one text and not that of several.
      const counted = isSingle ? [columns.input_ids as number[]] : rows.map(({ input_ids }) => input_ids);
      data.length = counted.map(({ length }) => length);
    }
    return new BatchEncoding(options.return_tensors ? columnsToTensors(data, isSingle) : { ...data });
  }

  protected override decodeIds(ids: readonly number[], options: PythonDecodeOptions): string {
    const { skip_special_tokens = false, spaces_between_special_tokens = true } = options;
    const tokens = this.convert_ids_to_tokens(ids, { skip_special_tokens });
    const special = new Set(this.all_special_tokens);
    const further = new Set(
      this.additional_special_tokens.filter((token) => this.convert_tokens_to_ids(token) >= this.vocab_size),
    );
    const standsAlone = (token: string) =>
      further.has(token) || (this.#addedIds.has(token) && !special.has(token));
    const texts: string[] = [];
    let pending: string[] = [];
    const flush = (keepsEmpty: boolean) => {
      if (pending.length === 0) return;
      const text = this.convert_tokens_to_string(pending);
      if (keepsEmpty || text !== "") texts.push(text);
      pending = [];
    };
    for (const token of tokens) {
      if (!standsAlone(token)) {
        pending.push(token);
        continue;
      }
      flush(false);
      texts.push(token);
    }
    flush(true);
    return texts.join(spaces_between_special_tokens ? " " : "");
  }

  protected override idOf(token: string): number | null {
    return this.#addedIds.get(token) ?? this.#table.idOf(token) ?? null;
  }

  protected override tokenOf(id: number): string {
    return this.#added.get(id)?.content ?? this._convert_id_to_token(id);
  }

  protected override idOrUnknown(token: string): number {
    return this.#addedIds.get(token) ?? this._convert_token_to_id(token);
  }

  protected override addTokens(tokens: readonly (string | AddedToken)[], special: boolean): number {
    const size = this.length;
    let next = size;
    for (const given of tokens) {
      const token = this.#completed(given, special);
      if (token === null) continue;
      const id = this.idOf(token.content) ?? next++;
      if (token.special && !this.all_special_tokens.includes(token.content)) {
        this.specialTokens.additional = [...this.specialTokens.additional, token];
      }
      this.#set(id, token);
    }
    return next - size;
  }

  /** A token that is to be added with its flags; null for one that is there or empty. */
  #completed(given: string | AddedToken, special: boolean): AddedToken | null {
    if (typeof given === "string") {
      if (given === "" || this.#addedIds.has(given)) return null;
      const isSpecial = special || this.all_special_tokens.includes(given);
      const content = !isSpecial && this.#lowercases ? lower(given) : given;
      return new AddedToken(content, { special: isSpecial });
    }
    if (given.content === "") return null;
    if (special) return new AddedToken(given.content, { ...given.toJson(), special });
    const isLowered = !given.special && given.normalized && this.#lowercases;
    return isLowered ? new AddedToken(lower(given.content), given.toJson()) : given;
  }

  #set(id: number, token: AddedToken): void {
    this.#added.set(id, token);
    this.#addedIds.set(token.content, id);
    this.#trie.add(token.content);
  }

  /** Python's `hasattr(self, "do_lower_case") and self.do_lower_case`. */
  get #lowercases(): boolean {
    return "do_lower_case" in this && Boolean(this.do_lower_case);
  }

  /** Lowercases each character that no special token, and no added one that is looked for in lowercase, begins at. */
  #lowercase(text: string): string {
    const kept = [
      ...this.all_special_tokens,
      ...[...this.#added.values()]
        .filter((token) => !token.special && token.normalized)
        .map(({ content }) => content),
    ];
    let result = "";
    for (let at = 0; at < text.length; ) {
      const token = kept.find((content) => content !== "" && text.startsWith(content, at));
      const part = token ?? String.fromCodePoint(text.codePointAt(at)!);
      result += token ?? lower(part);
      at += part.length;
    }
    return result;
  }

  /** Lets an added token swallow the whitespace beside it, or gives it up where it must be a word and is none. */
  #giveRoom(parts: string[], i: number): void {
    const id = this.#addedIds.get(parts[i]!);
    const token = id === undefined ? undefined : this.#added.get(id);
    if (token === undefined) return;
    const left = i > 0 ? parts[i - 1]! : "";
    const right = parts[i + 1] ?? "";
    if (token.rstrip && right !== "") parts[i + 1] = stripStart(right);
    if (token.lstrip && left !== "") parts[i - 1] = stripEnd(left);
    if (!token.single_word) return;
    if (left !== "" && !left.endsWith(" ")) {
      parts[i - 1] += parts[i]!;
      parts[i] = "";
    } else if (right !== "" && !right.startsWith(" ")) {
      parts[i + 1] = parts[i]! + parts[i + 1]!;
      parts[i] = "";
    }
  }

  #refuseOffsets(options: CallOptions): void {
    const name = (["return_offsets_mapping", "offset_unit"] as const).find((option) => options[option]);
    if (name === undefined) return;
    throw new TransformersError(
      "UNSUPPORTED",
      `${name}: ${this.constructor.name} has rules of its own, which do not say where a token stands in its text; only tokenizers with is_fast have offsets`,
    );
  }
}

/** Of a call's options, those that go to `tokenize`. */
function ownOptions(options: CallOptions): TokenizeOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => name === "is_split_into_words" || !CALL_OPTIONS.has(name)),
  );
}
