import { JsonFields, unknownComponent } from "../json.js";
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
  [
    "Sequence",
    (fields) =>
      new ProcessorSequence(
        fields
          .list("processors")
          .map((item, i) => postProcessorFromJson(item, `${fields.where}.processors[${i}]`)),
      ),
  ],
  ["TemplateProcessing", TemplateProcessing.fromJson],
]);

/** The post-processor that a `post_processor` object of tokenizer.json describes. */
export function postProcessorFromJson(value: unknown, where = "post_processor"): PostProcessor {
  const fields = new JsonFields(value, where);
  const reader = READERS.get(fields.string("type"));
  if (reader === undefined) throw unknownComponent(where, fields.raw("type"), READERS.keys());
  return reader(fields);
}
