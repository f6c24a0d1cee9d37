import { TransformersError } from "../errors.js";
import type { PreTrainedModel } from "../models/pretrained-model.js";
import { hostDevice, realize, Tensor } from "../tensor/index.js";
import { Callable } from "../tokenizers/pretrained/callable.js";
import type { CallOptions, PreTrainedTokenizerBase } from "../tokenizers/pretrained/index.js";
import { batches, collate, type Row, windows } from "./batching.js";
import {
  type BatchOptions,
  batchOptions,
  type CallProgress,
  checkCallHooks,
  checkCount,
  given,
  refuseUnknown,
  type TokenizerOptions,
} from "./options.js";

/** What every task's parameters hold, once the options have been checked. */
export interface Parameters {
  batch_size: number | null;
  tokenizer: TokenizerOptions;
  signal?: AbortSignal;
  progress_callback?: (progress: CallProgress) => void;
}

/** Inputs that come one after the other. */
export type Stream<T> = AsyncIterable<T> | IterableIterator<T>;

/** A text, with or without a second one. */
export interface TextPair {
  readonly text: string;
  readonly text_pair?: string | null;
}

/** What becomes of one input before the model sees it: a row, or several where it is cut into parts. */
export interface Encoded {
  readonly rows: readonly Row[];
}

/** What a pipeline is made of. */
export interface PipelineParts<Model extends PreTrainedModel, Options> {
  model: Model;
  tokenizer: PreTrainedTokenizerBase;
  /** What calls use unless they say otherwise. */
  options?: Options;
}

/**
 * A task done by a model: from texts to what the task asks for. It is called like a function with one input, a list
 * or a stream; a task says how inputs are encoded and what becomes of the model's output.
 */
export abstract class Pipeline<
  Model extends PreTrainedModel,
  Input,
  Options extends BatchOptions,
  P extends Parameters,
  Item,
  /** What one row gives, where an input may have several. */
  Piece = Item,
  E extends Encoded = Encoded,
> extends Callable {
  readonly model: Model;
  readonly tokenizer: PreTrainedTokenizerBase;
  #defaults: P | null = null;

  constructor({ model, tokenizer }: PipelineParts<Model, Options>) {
    super();
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** The name of the task. */
  abstract readonly task: string;

  /**
   * Takes the options that calls use unless they say otherwise: the last step of a task's constructor. The model's
   * configuration may have fields for the task, which go before its own.
   */
  protected begin(options: Options | undefined): void {
    const { task_specific_params } = this.model.config;
    this.model.config.update((task_specific_params?.[this.task] ?? {}) as object);
    this.#defaults = this.fuse(this.initial(), this.#resolve(options ?? ({} as Options)));
  }

  /** The parameters where no option is given. */
  protected abstract initial(): P;

  /** The names of the task's own options. */
  protected abstract get optionNames(): readonly string[];

  /** Checks the task's own options and turns them into parameters. Throws `INVALID_ARGUMENT`. */
  protected abstract resolve(options: Options): Partial<P>;

  /** Encodes inputs; `first` is the position of the first one, for messages. */
  protected abstract encode(inputs: readonly Input[], parameters: P, first: number): readonly E[];

  /** What the task makes of a batch's output: a piece for each row. */
  protected abstract postprocess(
    output: Record<string, Tensor>,
    rows: readonly Row[],
    parameters: P,
  ): Piece[];

  /** What an input gives, from what its rows gave. */
  protected combine(_encoded: E, pieces: readonly Piece[], _parameters: P): Item {
    return pieces[0] as unknown as Item;
  }

  // Calling

  /** The parameters of a call: options of the call before those of the pipeline. */
  protected parameters(options: Options): P {
    return this.fuse(this.#defaults!, this.#resolve(options));
  }

  protected fuse(before: P, after: Partial<P>): P {
    return { ...before, ...after };
  }

  #resolve(options: Options): Partial<P> {
    refuseUnknown(this.task, options, [...batchOptions, ...this.optionNames]);
    const { batch_size, signal, progress_callback, ...own } = given(options);
    const hooks = given({ signal, progress_callback });
    checkCallHooks(this.task, hooks);
    const size =
      batch_size === undefined ? {} : { batch_size: checkCount(this.task, "batch_size", batch_size) };
    return { ...this.resolve(own as Options), ...(size as Partial<P>), ...(hooks as Partial<P>) };
  }

  /**
   * The results of a list, in its order; `first` is the position of the first input, for messages, and `total` how many
   * inputs the call has. Throws `ABORTED`.
   */
  protected async runList(
    inputs: readonly Input[],
    parameters: P,
    first = 0,
    total: number | null = inputs.length,
  ): Promise<Item[]> {
    const { batch_size, signal, progress_callback } = parameters;
    const results: Item[] = [];
    let done = first;
    refuseAborted(this.task, signal);
    for (const [start, end] of windows(inputs.length, batch_size)) {
      const encoded = this.encode(inputs.slice(start, end), parameters, first + start);
      const rows = encoded.flatMap((each) => each.rows);
      const pieces = new Array<Piece>(rows.length);
      const inputOf = encoded.flatMap(({ rows }, input) => rows.map(() => input));
      const left = encoded.map(({ rows }) => rows.length);
      done += left.filter((count) => count === 0).length;
      for (const batch of batches(rows, batch_size, this.tokenizer.pad_token_id !== null)) {
        const made = await this.#runBatch(
          batch.map((row) => rows[row]!),
          parameters,
        );
        batch.forEach((row, i) => {
          pieces[row] = made[i]!;
          if (--left[inputOf[row]!]! === 0) done++;
        });
        progress_callback?.({ done, total });
        refuseAborted(this.task, signal);
      }
      let row = 0;
      for (const each of encoded) {
        results.push(this.combine(each, pieces.slice(row, row + each.rows.length), parameters));
        row += each.rows.length;
      }
    }
    return results;
  }

  /** The results of a stream, in its order, as soon as each batch is done. */
  protected async *runStream(inputs: Stream<Input>, options: Options): AsyncGenerator<Item, void, undefined> {
    const parameters = this.parameters(options);
    const size = parameters.batch_size ?? 1;
    let waiting: Input[] = [];
    let first = 0;
    for await (const input of inputs) {
      waiting.push(input);
      if (waiting.length < size) continue;
      yield* await this.runList(waiting, parameters, first, null);
      first += waiting.length;
      waiting = [];
    }
    yield* await this.runList(waiting, parameters, first, null);
  }

  async #runBatch(rows: readonly Row[], parameters: P): Promise<Piece[]> {
    const { tokenizer } = this;
    const lengths = new Set(rows.map(({ input_ids }) => input_ids.length));
    if (lengths.size > 1 && tokenizer.pad_token_id === null) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `${this.task}: the tokenizer has no padding token to make a batch of inputs of ${[...lengths].join(", ")} tokens with; set pipe.tokenizer.pad_token, or leave out batch_size`,
      );
    }
    const columns = collate(rows, tokenizer, parameters.tokenizer.padding_side ?? tokenizer.padding_side);
    const call = this.model as unknown as (
      inputs: Record<string, Tensor>,
    ) => PromiseLike<Record<string, Tensor>>;
    return this.postprocess(await onHost(await call(columns)), rows, parameters);
  }

  /** Encodes texts and pairs of texts, each into a row of its own length. */
  protected tokenize(inputs: readonly TextPair[], { tokenizer: options }: P): Row[] {
    const { padding, padding_side, ...rest } = options;
    if (padding === "max_length") return this.#tokenizeAll(inputs, options);
    const isLongest = padding === true || padding === "longest";
    if (isLongest && options.pad_to_multiple_of) {
      return inputs.flatMap((input) => this.#tokenizeAll([input], options));
    }
    // The batch is padded to its longest row anyway; max_length cuts alone only where there is no padding.
    const settings = isLongest
      ? { ...rest, truncation: rest.truncation ?? false }
      : given({ ...rest, padding });
    return this.#tokenizeAll(inputs, settings);
  }

  #tokenizeAll(inputs: readonly TextPair[], options: CallOptions): Row[] {
    const rows = new Array<Row>(inputs.length);
    for (const isPair of [false, true]) {
      const places = inputs.flatMap(({ text_pair }, i) =>
        ((text_pair ?? null) !== null) === isPair ? [i] : [],
      );
      if (places.length === 0) continue;
      const encoded = this.tokenizer(
        places.map((i) => inputs[i]!.text),
        { ...options, ...(isPair && { text_pair: places.map((i) => inputs[i]!.text_pair!) }) },
      );
      const columns = Object.entries(encoded) as [string, number[][]][];
      places.forEach((place, row) => {
        rows[place] = Object.fromEntries(
          columns.map(([name, values]) => [name, values[row]!]),
        ) as unknown as Row;
      });
    }
    return rows;
  }

  // Keeping and letting go

  /** Writes the model and the tokenizer into a folder, from which `pipeline(task, folder)` makes the same again. */
  async save_pretrained(folder: string): Promise<void> {
    await this.model.save_pretrained(folder);
    await this.tokenizer.save_pretrained(folder);
  }

  /** Frees the model's compiled sessions. A later call compiles anew. */
  async release(): Promise<void> {
    await this.model.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

function refuseAborted(task: string, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new TransformersError("ABORTED", `${task}: the call was aborted`, { cause: signal.reason });
}

/** A model's output where it can be read; what lay on a device is released there. */
async function onHost(output: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const there = Object.entries(output).filter(
    ([, value]) => value instanceof Tensor && value.device !== hostDevice,
  );
  if (there.length === 0) return output;
  const here = there.map(([name, tensor]) => [name, tensor.to(hostDevice)] as const);
  await realize(here.map(([, tensor]) => tensor));
  for (const [, tensor] of there) tensor.release();
  return { ...output, ...Object.fromEntries(here) };
}

/** Whether an input is a stream: an async iterable, or a generator and the like. Lists are not. */
export function isStream(input: unknown): input is Stream<unknown> {
  if (input === null || typeof input !== "object" || Array.isArray(input)) return false;
  if (Symbol.asyncIterator in input) return true;
  return Symbol.iterator in input && "next" in input;
}

/** What a value is, in a message. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}
