import { TransformersError } from "../../errors.js";
import type { AddedToken } from "../added-vocabulary.js";
import { TemplateProcessing } from "../processors/index.js";
import { contentOf } from "./special-tokens.js";

/** The first text, of type 0, in a {@link frame}. */
export const A = { Sequence: { id: "A", type_id: 0 } } as const;
/** The second text, of type 1, in a {@link frame}. */
export const B = { Sequence: { id: "B", type_id: 1 } } as const;
/** The second text, of type 0 as the first one, in a {@link frame}. */
export const B0 = { Sequence: { id: "B", type_id: 0 } } as const;

/** A special token with its type id, or one of the texts. */
export type FramePiece = readonly [token: string, type_id: number] | typeof A | typeof B | typeof B0;

/** The post-processor that puts one text, or two, between special tokens. */
export function frame(
  idOf: (token: string) => number,
  templates: { readonly single: readonly FramePiece[]; readonly pair: readonly FramePiece[] },
): TemplateProcessing {
  const piece = (part: FramePiece) =>
    "Sequence" in part ? part : { SpecialToken: { id: part[0], type_id: part[1] } };
  const tokens = [...templates.single, ...templates.pair].flatMap((part) =>
    "Sequence" in part ? [] : [part[0]],
  );
  return new TemplateProcessing({
    single: templates.single.map(piece),
    pair: templates.pair.map(piece),
    special_tokens: [...new Set(tokens)].map((token) => [token, idOf(token)] as const),
  });
}

/** The text of a special token that frames texts. @throws TransformersError CONFIG_INVALID where there is none. */
export function framing(token: string | AddedToken | null | undefined): string {
  if (token != null) return contentOf(token);
  throw new TransformersError("CONFIG_INVALID", "the tokenizer lacks a special token that frames its texts");
}

/** BERT's frame: `[CLS] A [SEP]`, or `[CLS] A [SEP] B [SEP]` with the second text of type 1. */
export function bertFrame(idOf: (token: string) => number, cls = "[CLS]", sep = "[SEP]"): TemplateProcessing {
  return frame(idOf, {
    single: [[cls, 0], A, [sep, 0]],
    pair: [[cls, 0], A, [sep, 0], B, [sep, 1]],
  });
}

/** RoBERTa's frame, all of type 0: `<s> A </s>`, or `<s> A </s> </s> B </s>`. */
export function robertaFrame(idOf: (token: string) => number): TemplateProcessing {
  return frame(idOf, {
    single: [["<s>", 0], A, ["</s>", 0]],
    pair: [["<s>", 0], A, ["</s>", 0], ["</s>", 0], B0, ["</s>", 0]],
  });
}
