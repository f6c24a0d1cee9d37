import { TransformersError } from "../../errors.js";
import type { CallDefaults } from "./call-options.js";

/** Columns of one example, or of several: `{ input_ids: [...], attention_mask: [...] }`. */
export type EncodedInputs = Readonly<Record<string, unknown>>;

/** How {@link padLists} pads. */
export interface ListPadding {
  strategy: "longest" | "max_length" | null;
  max_length: number | null;
  pad_to_multiple_of: number | null;
  withAttentionMask: boolean;
  mainColumn: string;
  defaults: CallDefaults;
  /** What further columns are padded with, by name (default: they stay as they are). */
  fillers?: Readonly<Record<string, unknown>>;
}

/**
 * Pads encoded examples: ids, attention mask, token type ids and special tokens mask; other columns stay.
 * @throws TransformersError INVALID_ARGUMENT where the main column is missing or longer than asked for.
 */
export function padLists(
  inputs: EncodedInputs | readonly EncodedInputs[],
  padding: ListPadding,
): { columns: Record<string, unknown>; isSingle: boolean } {
  const columns = isList(inputs) ? transpose(inputs) : { ...inputs };
  const main = columns[padding.mainColumn];
  if (!isList(main)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `what is padded must have ${padding.mainColumn}; it has ${Object.keys(columns).join(", ") || "nothing"}`,
    );
  }
  if (main.length === 0) {
    if (padding.withAttentionMask) columns.attention_mask = [];
    return { columns, isSingle: false };
  }
  const isSingle = !isList(main[0]);
  const examples: Record<string, unknown>[] = isSingle
    ? [columns]
    : main.map((_, row) =>
        Object.fromEntries(Object.entries(columns).map(([name, rows]) => [name, (rows as unknown[])[row]])),
      );
  const lengths = examples.map((example) => (example[padding.mainColumn] as unknown[]).length);
  let target = padding.strategy === "longest" ? Math.max(...lengths) : padding.max_length;
  if (target !== null && padding.pad_to_multiple_of) {
    target = Math.ceil(target / padding.pad_to_multiple_of) * padding.pad_to_multiple_of;
  }
  for (const [row, example] of examples.entries()) padExample(example, lengths[row]!, target, padding);
  return { columns: isSingle ? examples[0]! : transpose(examples), isSingle };
}

/** Examples whose columns may be tensors as lists, and whether they were. */
export function toLists(inputs: EncodedInputs | readonly EncodedInputs[]): {
  lists: EncodedInputs | readonly EncodedInputs[];
  wereTensors: boolean;
} {
  let wereTensors = false;
  const convert = (example: EncodedInputs): EncodedInputs =>
    Object.fromEntries(
      Object.entries(example).map(([name, values]) => {
        if (typeof values !== "object" || values === null || !("tolist" in values)) return [name, values];
        wereTensors = true;
        return [name, numbers((values as { tolist(): unknown }).tolist())];
      }),
    );
  const lists = isList(inputs) ? inputs.map(convert) : convert(inputs);
  return { lists, wereTensors };
}

function numbers(value: unknown): unknown {
  return isList(value) ? value.map(numbers) : Number(value);
}

function padExample(
  example: Record<string, unknown>,
  length: number,
  target: number | null,
  { strategy, withAttentionMask, mainColumn, defaults, fillers: further }: ListPadding,
): void {
  if (withAttentionMask && example.attention_mask === undefined) {
    example.attention_mask = new Array(length).fill(1);
  }
  const missing = strategy === null || target === null ? 0 : target - length;
  if (missing <= 0) return;
  const fillers: Record<string, unknown> = {
    ...(withAttentionMask ? { attention_mask: 0 } : {}),
    token_type_ids: defaults.pad_token_type_id,
    special_tokens_mask: 1,
    [mainColumn]: defaults.pad_token_id!,
    ...further,
  };
  for (const [name, filler] of Object.entries(fillers)) {
    const values = example[name];
    if (!isList(values)) continue;
    const extra = new Array(missing).fill(filler);
    example[name] = defaults.padding_side === "left" ? [...extra, ...values] : [...values, ...extra];
  }
}

function transpose(examples: readonly EncodedInputs[]): Record<string, unknown> {
  const names = Object.keys(examples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, examples.map((example) => example[name])]));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
