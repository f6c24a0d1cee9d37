import { type ErrorCode, TransformersError } from "../../errors.js";
import type { Encoding } from "../encoding.js";
import type { BatchInput, EncodeOptions, Tokenizer } from "../tokenizer.js";
import { unpack } from "./packed.js";
import type { Reply, Request } from "./protocol.js";
import { roomForThreads, startThread, type Thread } from "./threads.js";

/** Options of {@link TokenizerPool}. */
export interface PoolOptions {
  /** How many threads (default: as many as there are processors but one, at most 8). */
  threads?: number;
  /** Batches of fewer characters are encoded on the caller's thread (default 65,536). */
  least_characters?: number;
}

const MOST_THREADS = 8;
/** Below this a thread costs more than it brings. */
const LEAST_CHARACTERS = 1 << 16;
/** Parts of a batch for each thread, so that all are done at about the same time. */
const PARTS_PER_THREAD = 4;

interface Job {
  readonly done: (reply: Reply) => void;
  readonly failed: (reason: unknown) => void;
}

/**
 * Encodes large batches on several threads: the same results in the same order as the tokenizer's own
 * `encode_batch`. Threads are started when they are first needed and know the tokenizer as its tokenizer.json tells;
 * a change of the tokenizer reaches them with the next batch. Close the pool when it is done with: `await using`.
 */
export class TokenizerPool {
  readonly #tokenizer: Tokenizer;
  readonly #count: number;
  readonly #leastCharacters: number;
  #threads: ThreadQueue[] = [];
  #version = -1;

  constructor(tokenizer: Tokenizer, options: PoolOptions = {}) {
    this.#tokenizer = tokenizer;
    this.#count = options.threads ?? Math.min(roomForThreads(), MOST_THREADS);
    this.#leastCharacters = options.least_characters ?? LEAST_CHARACTERS;
    if (!Number.isInteger(this.#count) || this.#count < 1) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `threads must be a whole number from 1, not ${this.#count}`,
      );
    }
  }

  /** Encodes texts and pairs, padded together where padding is on. Throws as the tokenizer does. */
  encode_batch(inputs: readonly BatchInput[], options: EncodeOptions = {}): Promise<Encoding[]> {
    return this.#encode(inputs, options, true);
  }

  /** Like `encode_batch`, faster: the results have no offsets. */
  encode_batch_fast(inputs: readonly BatchInput[], options: EncodeOptions = {}): Promise<Encoding[]> {
    return this.#encode(inputs, options, false);
  }

  /** Ends the threads. What is being encoded fails. */
  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    this.#version = -1;
    await Promise.all(threads.map((thread) => thread.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #encode(inputs: readonly BatchInput[], options: EncodeOptions, spans: boolean): Promise<Encoding[]> {
    const tokenizer = this.#tokenizer;
    const sizes = inputs.map(sizeOf);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total < this.#leastCharacters || inputs.length < 2) {
      return spans ? tokenizer.encode_batch(inputs, options) : tokenizer.encode_batch_fast(inputs, options);
    }
    this.#start();
    const { truncation = tokenizer.truncation } = options;
    const request = { ...options, truncation, padding: null };
    const parts = cut(sizes, Math.ceil(total / (this.#count * PARTS_PER_THREAD)));
    const encodings = await Promise.all(
      parts.map(async ([from, to]) => {
        const job = { kind: "encode", inputs: inputs.slice(from, to), options: request, spans } as const;
        const reply = await this.#least().ask(job);
        return unpack(reply, (id) => tokenizer.id_to_token(id));
      }),
    );
    return tokenizer.pad(encodings.flat(), options.padding);
  }

  /** Starts the threads, and gives them the tokenizer as it is. */
  #start(): void {
    const { version } = this.#tokenizer;
    if (this.#version === version) return;
    const load = {
      kind: "load",
      json: this.#tokenizer.to_json(),
      encodeSpecialTokens: this.#tokenizer.encode_special_tokens,
    } as const;
    if (this.#threads.length === 0) {
      this.#threads = Array.from({ length: this.#count }, () => new ThreadQueue());
    }
    for (const thread of this.#threads) thread.load(load);
    this.#version = version;
  }

  #least(): ThreadQueue {
    return this.#threads.reduce((best, thread) => (thread.pending < best.pending ? thread : best));
  }
}

/** A thread and what it has been asked, in order. */
class ThreadQueue {
  readonly #thread: Thread;
  readonly #jobs: Job[] = [];
  #failure: unknown = null;

  constructor() {
    this.#thread = startThread(
      (reply) => {
        this.#jobs.shift()?.done(reply);
        if (this.#jobs.length === 0) this.#thread.rest();
      },
      (reason) => this.#fail(reason),
    );
  }

  get pending(): number {
    return this.#jobs.length;
  }

  /** What goes wrong with the tokenizer is told by the next question. */
  load(request: Request): void {
    void this.#post(request).then(
      (reply) => {
        if ("error" in reply) this.#failure = errorOf(reply.error);
      },
      (reason) => {
        this.#failure = reason;
      },
    );
  }

  async ask(request: Request) {
    if (this.#failure !== null) throw this.#failure;
    const reply = await this.#post(request);
    if (this.#failure !== null) throw this.#failure;
    if ("error" in reply) throw errorOf(reply.error);
    return reply.packed!;
  }

  async stop(): Promise<void> {
    this.#fail(new Error("the pool was closed"));
    await this.#thread.stop();
  }

  #post(request: Request): Promise<Reply> {
    return new Promise((done, failed) => {
      this.#jobs.push({ done, failed });
      this.#thread.post(request);
    });
  }

  #fail(reason: unknown): void {
    const message = `a thread of the tokenizer has ended: ${(reason as Error).message}`;
    const error = new TransformersError("RUNTIME_FAILED", message, { cause: reason });
    this.#failure = error;
    for (const job of this.#jobs.splice(0)) job.failed(error);
  }
}

function errorOf({ code, message }: { code: string; message: string }): TransformersError {
  return new TransformersError(code as ErrorCode, message);
}

function sizeOf(input: BatchInput): number {
  if (typeof input === "string") return input.length;
  const length = (text: string | readonly string[]) =>
    typeof text === "string" ? text.length : text.reduce((sum, word) => sum + word.length, 0);
  return length(input.text) + (input.pair == null ? 0 : length(input.pair));
}

/** Runs of neighbours of at least so many characters each. */
function cut(sizes: readonly number[], least: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  for (let from = 0, to = 0, size = 0; to < sizes.length; ) {
    size += sizes[to++]!;
    if (size < least && to < sizes.length) continue;
    parts.push([from, to]);
    from = to;
    size = 0;
  }
  return parts;
}
