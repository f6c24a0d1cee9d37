import { TransformersError } from "../../errors.js";
import { Encoding, type Span } from "../encoding.js";
import { type Json, JsonFields } from "../json.js";
import type { PostProcessor } from "./processor.js";

/** A place in a template: a sequence, or a special token, with its type id. */
export type TemplatePiece =
  | { readonly Sequence: { readonly id: "A" | "B"; readonly type_id: number } }
  | { readonly SpecialToken: { readonly id: string; readonly type_id: number } };

/** The ids and tokens that a special token of a template stands for. */
export interface TemplateToken {
  readonly id: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
}

/** Options of {@link TemplateProcessing}. */
export interface TemplateOptions {
  /** `"[CLS]:0 $A:0 [SEP]:0"`, or the pieces of it. */
  single: string | readonly TemplatePiece[];
  /** `"[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1"`, or the pieces of it (default "$A:0 $B:1"). */
  pair?: string | readonly TemplatePiece[];
  /** The special tokens that the templates name: `[token, id]`, or with several ids. */
  special_tokens?: readonly (readonly [string, number] | TemplateToken)[];
}

/** Puts sequences and special tokens in the order that a template gives, with its type ids. */
export class TemplateProcessing implements PostProcessor {
  readonly type: string = "TemplateProcessing";
  readonly single: readonly TemplatePiece[];
  readonly pair: readonly TemplatePiece[];
  readonly specialTokens: ReadonlyMap<string, TemplateToken>;

  /** @throws TransformersError INVALID_ARGUMENT where a template is malformed or names a missing token. */
  constructor(options: TemplateOptions) {
    this.single = parseTemplate(options.single);
    this.pair = parseTemplate(options.pair ?? "$A:0 $B:1");
    this.specialTokens = new Map(
      (options.special_tokens ?? []).map((token) => {
        const entry = "ids" in token ? token : { id: token[0], ids: [token[1]], tokens: [token[0]] };
        return [entry.id, entry];
      }),
    );
    for (const piece of [...this.single, ...this.pair]) {
      if ("SpecialToken" in piece && !this.specialTokens.has(piece.SpecialToken.id)) {
        throw new TransformersError(
          "INVALID_ARGUMENT",
          `the template names ${JSON.stringify(piece.SpecialToken.id)}, which is not among its special_tokens`,
        );
      }
    }
    const names = (pieces: readonly TemplatePiece[]) =>
      pieces.flatMap((piece) => ("Sequence" in piece ? [piece.Sequence.id] : []));
    if (names(this.single).includes("B") || !names(this.single).includes("A")) {
      throw new TransformersError("INVALID_ARGUMENT", "the template for a single sequence must use $A alone");
    }
    if (!names(this.pair).includes("A") || !names(this.pair).includes("B")) {
      throw new TransformersError("INVALID_ARGUMENT", "the template for a pair must use both $A and $B");
    }
  }

  static fromJson(fields: JsonFields): TemplateProcessing {
    const tokens = fields.object("special_tokens");
    return new TemplateProcessing({
      single: piecesFromJson(fields, "single"),
      pair: piecesFromJson(fields, "pair"),
      special_tokens: tokens.keys().map((key) => tokenFromJson(key, tokens.object(key))),
    });
  }

  addedTokens(isPair: boolean): number {
    return (isPair ? this.pair : this.single).reduce(
      (sum, piece) =>
        "SpecialToken" in piece ? sum + this.specialTokens.get(piece.SpecialToken.id)!.ids.length : sum,
      0,
    );
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding[] {
    const withSpans = encodings.every((encoding) => encoding.columns.spans !== null);
    return (encodings.length === 2 ? this.pair : this.single).flatMap((piece) => {
      if ("Sequence" in piece) {
        const index = piece.Sequence.id === "A" ? 0 : 1;
        const encoding = encodings[index]!;
        const range: Span = [0, encoding.length];
        return encoding.with({ typeId: piece.Sequence.type_id, sequenceRanges: new Map([[index, range]]) });
      }
      const { id, type_id } = piece.SpecialToken;
      return addSpecialTokens ? specialEncoding(this.specialTokens.get(id)!, type_id, withSpans) : [];
    });
  }

  toJson(): Json {
    const entries = [...this.specialTokens].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      type: this.type,
      single: this.single as Json,
      pair: this.pair as Json,
      special_tokens: new Map<string, Json>(
        entries.map(([id, token]) => [id, { id, ids: token.ids, tokens: token.tokens }]),
      ),
    };
  }
}

/** The encoding of a special token, which no text has. */
export function specialEncoding(token: TemplateToken, typeId: number, withSpans: boolean): Encoding {
  const length = token.ids.length;
  return new Encoding(
    {
      ids: Int32Array.from(token.ids),
      type_ids: new Int32Array(length).fill(typeId),
      words: new Int32Array(length).fill(-1),
      spans: withSpans ? new Int32Array(2 * length) : null,
      special_tokens_mask: new Uint8Array(length).fill(1),
      attention_mask: new Uint8Array(length).fill(1),
      texts: new Map(token.tokens.entries()),
    },
    () => undefined,
  );
}

/** Reads `"[CLS] $A:0 $0 [SEP]:1"`: `$A`/`$B` are sequences, `$1` is A with type id 1, the rest special tokens. */
function parseTemplate(template: string | readonly TemplatePiece[]): readonly TemplatePiece[] {
  if (typeof template !== "string") return template;
  return template.split(" ").map((text) => {
    const match = /^(.*?)(?::(\d+))?$/.exec(text)!;
    const [name, typeId] = [match[1]!, Number(match[2] ?? 0)];
    if (!name.startsWith("$")) return { SpecialToken: { id: name, type_id: typeId } };
    const sequence = name.slice(1).toUpperCase();
    if (sequence === "" || sequence === "A" || sequence === "B") {
      return { Sequence: { id: sequence === "B" ? "B" : "A", type_id: typeId } };
    }
    if (/^\d+$/.test(sequence) && match[2] === undefined) {
      return { Sequence: { id: "A", type_id: Number(sequence) } };
    }
    throw new TransformersError("INVALID_ARGUMENT", `${JSON.stringify(text)} is no piece of a template`);
  });
}

function piecesFromJson(fields: JsonFields, name: string): TemplatePiece[] {
  return fields.each(name, (item, where) => {
    const piece = new JsonFields(item, where);
    if (piece.has("Sequence")) {
      const sequence = piece.object("Sequence");
      return {
        Sequence: { id: sequence.choice("id", ["A", "B"]), type_id: sequence.integer("type_id", 0) },
      };
    }
    const token = piece.object("SpecialToken");
    return { SpecialToken: { id: token.string("id"), type_id: token.integer("type_id", 0) } };
  });
}

function tokenFromJson(key: string, fields: JsonFields): TemplateToken {
  const ids = fields.list("ids");
  const tokens = fields.list("tokens");
  const isId = (id: unknown): id is number =>
    typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= 0x7fffffff;
  const isToken = (token: unknown): token is string => typeof token === "string";
  if (!ids.every(isId) || !tokens.every(isToken) || ids.length !== tokens.length) {
    throw new TransformersError("CORRUPT_FILE", `${fields.where} must have as many ids as tokens`);
  }
  return { id: key, ids, tokens };
}
