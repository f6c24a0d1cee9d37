import type { Encoding } from "../encoding.js";
import type { Json } from "../json.js";
import type { PostProcessor } from "./processor.js";

/** Several post-processors, each working on what the one before made. */
export class ProcessorSequence implements PostProcessor {
  readonly type = "Sequence";
  readonly processors: readonly PostProcessor[];

  constructor(processors: readonly PostProcessor[]) {
    this.processors = processors;
  }

  addedTokens(isPair: boolean): number {
    return this.processors.reduce((sum, processor) => sum + processor.addedTokens(isPair), 0);
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding[] {
    return this.processors.reduce<readonly Encoding[]>(
      (parts, processor) => processor.process(parts, addSpecialTokens),
      encodings,
    ) as Encoding[];
  }

  toJson(): Json {
    return { type: this.type, processors: this.processors.map((processor) => processor.toJson()) };
  }
}
