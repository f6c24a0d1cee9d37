import { TransformersError } from "../../errors.js";
import type { Tokenizer } from "../tokenizer.js";
import type { TrainingProgress } from "./trainer.js";
import { WordTally } from "./word-tally.js";

/** Texts, or batches of them. */
export type Texts = Iterable<string | Iterable<string>>;
/** The same, as they come in. */
export type AsyncTexts = AsyncIterable<string | Iterable<string>>;

/** How many texts pass between two reports. */
const REPORT_EVERY = 1000;

/** Counts the words of texts and tells how far it is. */
export class TextCounter {
  readonly words = new WordTally();
  #texts = 0;
  readonly #tokenizer: Tokenizer;
  readonly #progress: (progress: TrainingProgress) => void;
  readonly #total: number | null;

  /** `tokenizer` makes words of a text; `total`: how many texts there will be, where that is known. */
  constructor(
    tokenizer: Tokenizer,
    progress: ((progress: TrainingProgress) => void) | undefined,
    total: number | null,
  ) {
    this.#tokenizer = tokenizer;
    this.#progress = progress ?? (() => undefined);
    this.#total = total;
  }

  /** @throws TransformersError INVALID_ARGUMENT where `texts` are no texts. */
  addAll(texts: Texts): WordTally {
    refuseString(texts);
    for (const item of texts) this.add(item);
    return this.#finish();
  }

  /** The same for texts that come in. */
  async addAllAsync(texts: AsyncTexts): Promise<WordTally> {
    for await (const item of texts) this.add(item);
    return this.#finish();
  }

  /** Adds a text or a batch of them. */
  add(item: string | Iterable<string>): void {
    if (typeof item !== "string") {
      if (typeof item !== "object" || item === null || !(Symbol.iterator in item)) throw noText(item);
      for (const text of item) {
        if (typeof text !== "string") throw noText(text);
        this.add(text);
      }
      return;
    }
    this.#tokenizer.tally_words(item, this.words);
    if (++this.#texts % REPORT_EVERY === 0) this.#report(this.#total);
  }

  #finish(): WordTally {
    this.#report(this.#texts);
    return this.words;
  }

  #report(total: number | null): void {
    this.#progress({ stage: "count words", current: this.#texts, total });
  }
}

function refuseString(texts: unknown): void {
  if (typeof texts !== "string") return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    "training takes a list of texts and not one text, whose items are its characters; for files there is train",
  );
}

function noText(item: unknown): TransformersError {
  return new TransformersError(
    "INVALID_ARGUMENT",
    `training takes texts and batches of texts; an item is ${item === null ? "null" : `of type ${typeof item}`}`,
  );
}
