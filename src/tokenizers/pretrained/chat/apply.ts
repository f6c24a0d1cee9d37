import { TransformersError } from "../../../errors.js";
import { type Tensor, tensor } from "../../../tensor/index.js";
import type { BatchEncoding } from "../batch-encoding.js";
import type { CallOptions } from "../call-options.js";
import { type ChatContext, type Conversation, renderConversations } from "./conversation.js";
import type { Rendered } from "./template.js";

/** Options of `apply_chat_template`; names that are none of these are for the template. */
export interface ChatOptions extends ChatContext {
  /** A template in place of the tokenizer's, or the name of one of its own. */
  chat_template?: string | null;
  /** Whether to give ids and not text (default true). */
  tokenize?: boolean;
  padding?: CallOptions["padding"];
  truncation?: CallOptions["truncation"];
  max_length?: number | null;
  return_tensors?: boolean | null;
  /** Whether to give all columns and not only ids (default false). */
  return_dict?: boolean;
  /** Whether to add `assistant_masks`: 1 for tokens of `{% generation %}` blocks (default false). */
  return_assistant_tokens_mask?: boolean;
  /** Further options of the call that makes ids of the text. */
  tokenizer_kwargs?: CallOptions;
}

/** What `apply_chat_template` gives for a conversation, or for several. */
export type ChatResult<Given, Options> = Options extends { tokenize: false }
  ? Given extends readonly (readonly unknown[])[]
    ? string[]
    : string
  : Options extends { return_dict: true }
    ? BatchEncoding<ChatIds<Given, Options>>
    : ChatIds<Given, Options>;

type ChatIds<Given, Options> = Options extends { return_tensors: true }
  ? Tensor
  : Given extends readonly (readonly unknown[])[]
    ? number[][]
    : number[];

/** What makes ids of a text. */
type Encode = (text: string | readonly string[], options: CallOptions) => BatchEncoding<unknown>;

/**
 * Renders conversations and makes ids of them.
 * @throws TransformersError INVALID_ARGUMENT for options that contradict each other, and what rendering and encoding throw.
 */
export function applyChat(
  given: Conversation | readonly Conversation[],
  options: ChatOptions,
  source: string,
  specialTokens: Readonly<Record<string, unknown>>,
  encode: Encode,
): unknown {
  const {
    chat_template: _,
    tokenize = true,
    padding = false,
    truncation = false,
    max_length = null,
    return_tensors = false,
    return_dict = false,
    return_assistant_tokens_mask = false,
    tokenizer_kwargs = {},
    ...context
  } = options;
  if (return_dict && !tokenize)
    throw invalid("return_dict: true needs tokenize: true: a text has no columns");
  if (return_assistant_tokens_mask && !return_dict) {
    throw invalid(
      "return_assistant_tokens_mask: true needs return_dict: true, which is where the mask is put",
    );
  }
  if (return_assistant_tokens_mask && context.continue_final_message) {
    throw invalid("return_assistant_tokens_mask and continue_final_message exclude each other");
  }
  const isBatch = Array.isArray(given[0]);
  const conversations = (isBatch ? given : [given]) as readonly Conversation[];
  const rendered = renderConversations(source, conversations, { ...specialTokens, ...context });
  const texts = rendered.map(({ text }) => text);
  if (!tokenize) return isBatch ? texts : texts[0]!;
  const encoded = encode(isBatch ? texts : texts[0]!, {
    padding,
    ...(truncation || truncation === null ? { truncation } : {}),
    max_length,
    return_tensors,
    add_special_tokens: false,
    ...tokenizer_kwargs,
  });
  if (!return_dict) return encoded.input_ids;
  if (!return_assistant_tokens_mask) return encoded;
  const masks = rendered.map((each, row) => assistantMask(encoded, row, each));
  if (return_tensors) return encoded.with({ assistant_masks: tensor(masks, { dtype: "int64" }) });
  return encoded.with({ assistant_masks: isBatch ? masks : masks[0] });
}

/** 1 for each token of what the template wrote as the assistant's. */
function assistantMask(encoded: BatchEncoding<unknown>, row: number, { generations }: Rendered): number[] {
  const mask = new Array<number>(encoded.encodings[row]!.length).fill(0);
  for (const { start, end } of generations) {
    const first = encoded.char_to_token(row, start);
    if (first === null) break; // it has been cut off
    const last = encoded.char_to_token(row, end - 1);
    mask.fill(1, first, last === null ? mask.length : last + 1);
  }
  return mask;
}

function invalid(message: string): TransformersError {
  return new TransformersError("INVALID_ARGUMENT", message);
}
