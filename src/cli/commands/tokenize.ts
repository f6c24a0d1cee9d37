import { AutoTokenizer } from "../../auto/index.js";
import type { Span } from "../../tokenizers/index.js";
import type { BatchEncoding } from "../../tokenizers/pretrained/index.js";
import type { Terminal } from "../colours.js";
import { type HubFlags, hubOptions } from "../hub-flags.js";
import { textGroups } from "../input.js";
import { type Answer, Printer } from "../output.js";

export interface TokenizeFlags extends HubFlags {
  readonly file?: string;
  readonly json?: boolean;
  /** false: --no-special-tokens */
  readonly specialTokens?: boolean;
  readonly codePoints?: boolean;
}

/** The columns of the table and of lines in a pipe. */
export const columns = ["id", "token", "start", "end"] as const;

/** Prints what a tokenizer makes of texts: on a terminal the text in the colours of its tokens, and a table of them. */
export async function tokenize(name: string, texts: readonly string[], flags: TokenizeFlags): Promise<void> {
  const tokenizer = await AutoTokenizer.from_pretrained(name, { ...hubOptions(flags) });
  const isTable = process.stdout.isTTY && !flags.json;
  const printer = new Printer(flags.json ? "json" : isTable ? "table" : "lines", columns);
  for await (const group of textGroups(texts, flags.file)) {
    for (const text of group) {
      const call = { add_special_tokens: flags.specialTokens ?? true, verbose: false };
      const encoded: BatchEncoding<unknown> = tokenizer.is_fast
        ? tokenizer(text, {
            ...call,
            return_offsets_mapping: true,
            offset_unit: flags.codePoints ? "codepoint" : "utf16",
          })
        : tokenizer(text, call);
      const ids = encoded.input_ids as number[];
      const tokens = tokenizer.is_fast ? encoded.tokens() : tokenizer.convert_ids_to_tokens(ids);
      const offsets = (encoded.offset_mapping ?? null) as Span[] | null;
      if (isTable && offsets !== null && !flags.codePoints) {
        process.stdout.write(`${colourTokens(text, offsets, process.stdout)}\n\n`);
      }
      await printer.print([answerOf(text, ids, tokens, offsets)]);
      if (isTable) process.stdout.write(`\n${ids.length} tokens\n\n`);
    }
  }
}

function answerOf(
  input: string,
  ids: readonly number[],
  tokens: readonly string[],
  offsets: readonly Span[] | null,
): Answer {
  const rows = ids.map((id, i) => [
    String(id),
    tokens[i]!,
    ...(offsets === null ? ["", ""] : offsets[i]!.map(String)),
  ]);
  return { input, output: { ids, tokens, ...(offsets === null ? {} : { offsets }) }, rows };
}

/** Backgrounds that neighbours are told apart by: blue, green, magenta, cyan. */
const BACKGROUNDS = [44, 42, 45, 46] as const;

/** A text in which each token has a background of its own; plain where the terminal shows no colours. */
export function colourTokens(text: string, offsets: readonly Span[], on: Terminal): string {
  if (!on.isTTY || !on.hasColors?.()) return text;
  let result = "";
  let at = 0;
  let shown = 0;
  for (const [start, end] of offsets) {
    // Tokens that share a character with the one before, and those of no text, have no colour of their own.
    if (end <= at || end <= start) continue;
    result += text.slice(at, Math.max(start, at));
    const background = BACKGROUNDS[shown++ % BACKGROUNDS.length]!;
    result += `\x1b[${background};30m${text.slice(Math.max(start, at), end)}\x1b[0m`;
    at = end;
  }
  return result + text.slice(at);
}
