import { TransformersError } from "../../errors.js";
import { type BatchInput, type EncodeOptions, Tokenizer } from "../tokenizer.js";
import { buffersOf, type Packed, pack } from "./packed.js";

/** What a worker is asked: to become a tokenizer, or to encode with it. */
export type Request =
  | { readonly kind: "load"; readonly json: string; readonly encodeSpecialTokens: boolean }
  | {
      readonly kind: "encode";
      readonly inputs: readonly BatchInput[];
      readonly options: EncodeOptions;
      readonly spans: boolean;
    };

/** What it answers. */
export type Reply =
  | { readonly packed: Packed | null }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Answers requests with a tokenizer of its own. */
export function responder(): (request: Request) => { reply: Reply; transfer: ArrayBuffer[] } {
  let tokenizer: Tokenizer | null = null;
  return (request) => {
    try {
      if (request.kind === "load") {
        tokenizer = Tokenizer.from_json(request.json);
        tokenizer.encode_special_tokens = request.encodeSpecialTokens;
        return { reply: { packed: null }, transfer: [] };
      }
      const { inputs, options, spans } = request;
      const packed = pack(
        spans ? tokenizer!.encode_batch(inputs, options) : tokenizer!.encode_batch_fast(inputs, options),
      );
      return { reply: { packed }, transfer: buffersOf(packed) };
    } catch (reason) {
      const code = reason instanceof TransformersError ? reason.code : "RUNTIME_FAILED";
      return { reply: { error: { code, message: String((reason as Error).message) } }, transfer: [] };
    }
  };
}
