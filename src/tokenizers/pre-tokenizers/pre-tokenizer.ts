import type { Json } from "../json.js";
import type { IntBuffer, Text } from "../text.js";

interface Component {
  /** The component's `type` in tokenizer.json. */
  readonly type: string;
  toJson(): Json;
}

/** Cuts a piece of a text into finer pieces, which the model sees one at a time. */
export interface Splitter extends Component {
  /** Appends the pieces of units[from, to), none of them empty, to `spans`: start, end, start, end, ... */
  split(units: Uint16Array, from: number, to: number, spans: IntBuffer): void;
}

/** Cuts a piece of a text, and changes what stands there. */
export interface Rewriter extends Component {
  /** Whether it must know if a piece stands where the text begins, even when it is not the first one. */
  readonly needsOrigin: boolean;
  /**
   * Appends what source[from, to) becomes to `target`, with alignments where it is tracked, and its pieces, as
   * positions in `target`, to `spans`. `isStart`: the piece begins where the whole text begins.
   */
  rewrite(source: Text, from: number, to: number, isStart: boolean, target: Text, spans: IntBuffer): void;
}

/** What is done to all pieces before the next step. */
export type PreTokenizerStep = Splitter | Rewriter;

/** Several steps, one after the other. */
export interface StepSequence extends Component {
  readonly pretokenizers: readonly PreTokenizer[];
}

/** Cuts a normalised text into the pieces that the model sees one at a time. */
export type PreTokenizer = PreTokenizerStep | StepSequence;

/** The steps that a pre-tokenizer consists of. */
export function stepsOf(preTokenizer: PreTokenizer | null): readonly PreTokenizerStep[] {
  if (preTokenizer === null) return [];
  return "pretokenizers" in preTokenizer ? preTokenizer.pretokenizers.flatMap(stepsOf) : [preTokenizer];
}
