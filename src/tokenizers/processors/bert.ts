import { TransformersError } from "../../errors.js";
import type { Json, JsonFields } from "../json.js";
import { TemplateProcessing } from "./template.js";

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, the second sequence and its separator with type id 1. */
export class BertProcessing extends TemplateProcessing {
  override readonly type = "BertProcessing";
  readonly sep: readonly [string, number];
  readonly cls: readonly [string, number];

  constructor(sep: readonly [string, number], cls: readonly [string, number]) {
    const token = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
    const sequence = (id: "A" | "B", type_id: number) => ({ Sequence: { id, type_id } });
    const single = [token("cls", 0), sequence("A", 0), token("sep", 0)];
    super({
      single,
      pair: [...single, sequence("B", 1), token("sep", 1)],
      special_tokens: [
        { id: "cls", ids: [cls[1]], tokens: [cls[0]] },
        { id: "sep", ids: [sep[1]], tokens: [sep[0]] },
      ],
    });
    this.sep = sep;
    this.cls = cls;
  }

  static override fromJson(fields: JsonFields): BertProcessing {
    return new BertProcessing(tokenAndId(fields, "sep"), tokenAndId(fields, "cls"));
  }

  override toJson(): Json {
    return { type: this.type, sep: this.sep, cls: this.cls };
  }
}

/** Reads a list of a token and its id. @throws TransformersError CORRUPT_FILE where it is none. */
export function tokenAndId(fields: JsonFields, name: string): readonly [string, number] {
  const [token, id] = fields.list(name);
  if (typeof token !== "string" || typeof id !== "number" || !Number.isInteger(id) || id < 0) {
    throw new TransformersError("CORRUPT_FILE", `${fields.where}.${name} must be a token and its id`);
  }
  return [token, id];
}
