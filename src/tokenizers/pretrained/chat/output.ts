import type { Budget } from "./budget.js";

/** Collects what is written. */
export class Output {
  readonly #parts: string[] = [];
  readonly #budget: Budget;
  length = 0;
  /** Whether anything was written, if only an empty string. */
  isBegun = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.isBegun = true;
    if (text === "") return;
    this.length += text.length;
    this.#budget.text(this.length);
    this.#parts.push(text);
  }

  text(): string {
    this.#budget.characters(this.length);
    return this.#parts.join("");
  }
}
