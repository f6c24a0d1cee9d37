import { type JsonFields, readComponent } from "../json.js";
import { BertProcessing } from "./bert.js";
import { ByteLevelProcessing } from "./byte-level.js";
import type { PostProcessor } from "./processor.js";
import { RobertaProcessing } from "./roberta.js";
import { ProcessorSequence } from "./sequence.js";
import { TemplateProcessing } from "./template.js";

export { BertProcessing } from "./bert.js";
export { ByteLevelProcessing, type ByteLevelProcessingOptions } from "./byte-level.js";
export type { PostProcessor } from "./processor.js";
export { RobertaProcessing, type RobertaProcessingOptions } from "./roberta.js";
export { ProcessorSequence } from "./sequence.js";
export {
  type TemplateOptions,
  type TemplatePiece,
  TemplateProcessing,
  type TemplateToken,
} from "./template.js";

type Reader = (fields: JsonFields) => PostProcessor;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["BertProcessing", BertProcessing.fromJson],
  ["ByteLevel", ByteLevelProcessing.fromJson],
  ["RobertaProcessing", RobertaProcessing.fromJson],
  ["Sequence", (fields) => new ProcessorSequence(fields.each("processors", postProcessorFromJson))],
  ["TemplateProcessing", TemplateProcessing.fromJson],
]);

/** The post-processor that a `post_processor` object of tokenizer.json describes. */
export function postProcessorFromJson(value: unknown, where = "post_processor"): PostProcessor {
  return readComponent(READERS, value, where);
}
