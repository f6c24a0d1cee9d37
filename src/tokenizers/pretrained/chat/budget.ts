import { TransformersError } from "../../../errors.js";

/** What rendering one template may use. */
export const LIMITS = {
  /** Nodes that are run, and elements of lists that are made or gone through. */
  steps: 1_000_000,
  /** Characters that are made or read by anything but joining two strings. */
  characters: 1 << 25,
  /** The length of a string, and of all that is written. */
  text: 1 << 23,
  /** The length of a range: that of Jinja's own sandbox. */
  range: 100_000,
  /** How deep expressions, statements, calls and values nest. */
  depth: 400,
  /** The length of the template itself. */
  template: 1 << 20,
} as const;

/** Counts what a template uses. @throws TransformersError TEMPLATE_LIMIT when it is more than {@link LIMITS} allows. */
export class Budget {
  #steps = 0;
  #characters = 0;
  #depth = 0;

  /** A node is run, or `count` elements are gone through. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > LIMITS.steps) throw beyond("steps", LIMITS.steps);
  }

  /** A string of so many characters is made or read. */
  characters(count: number): void {
    this.text(count);
    this.#characters += count;
    if (this.#characters > LIMITS.characters) throw beyond("characters", LIMITS.characters);
  }

  /** A string of this length comes to be. */
  text(length: number): void {
    if (!(length <= LIMITS.text)) throw beyond("characters of text", LIMITS.text);
  }

  /** Runs `body` one level deeper. */
  deeper<T>(body: () => T): T {
    if (++this.#depth > LIMITS.depth) throw beyond("levels", LIMITS.depth);
    try {
      return body();
    } finally {
      this.#depth--;
    }
  }
}

/** The error for a template that asks for too much. */
export function beyond(what: string, limit: number): TransformersError {
  return new TransformersError(
    "TEMPLATE_LIMIT",
    `the chat template needs more than ${limit} ${what}, which is all that one may have`,
  );
}

/** The error for what a template does that cannot be done. */
export function failure(message: string): TransformersError {
  return new TransformersError("TEMPLATE_FAILED", `the chat template failed: ${message}`);
}

/** The error for a template that cannot be read. */
export function invalid(message: string): TransformersError {
  return new TransformersError("TEMPLATE_INVALID", `the chat template cannot be read: ${message}`);
}
