import type { ErrorCode } from "../../../src/errors.js";
import { TransformersError } from "../../../src/errors.js";
import { parseHeader } from "../../../src/hub/safetensors/index.js";

/** Our codes beside the kinds of error in which the reference implementation refuses the same flaw. */
const kinds = new Map<ErrorCode, string>([
  ["SAFETENSORS_HEADER_TOO_SMALL", "HeaderTooSmall"],
  ["SAFETENSORS_HEADER_TOO_LARGE", "HeaderTooLarge"],
  ["SAFETENSORS_HEADER_LENGTH", "InvalidHeaderLength"],
  ["SAFETENSORS_HEADER_ENCODING", "InvalidHeader"],
  ["SAFETENSORS_HEADER_JSON", "InvalidHeaderDeserialization"],
  ["SAFETENSORS_HEADER_FORM", "InvalidHeaderDeserialization"],
  ["SAFETENSORS_DUPLICATE_KEY", "InvalidHeaderDeserialization"],
  ["SAFETENSORS_RANK", "InvalidHeaderDeserialization"],
  ["SAFETENSORS_OFFSET", "InvalidOffset"],
  ["SAFETENSORS_OVERFLOW", "ValidationOverflow"],
  ["SAFETENSORS_MISALIGNED", "MisalignedSlice"],
  ["SAFETENSORS_TENSOR_SIZE", "TensorInvalidInfo"],
  ["SAFETENSORS_FILE_SIZE", "MetadataIncompleteBuffer"],
]);

/** What our reader says about a file, in the words of the reference implementation. */
export interface Judgement {
  readonly kind: string;
  /** Which of the written, stricter choices refused it, if one did. */
  readonly stricter: string | undefined;
}

/** Reads a whole file's header. Throws on any error that is not ours, and on an accepted header that is wrong. */
export function judge(file: Uint8Array): Judgement {
  try {
    const { tensors } = parseHeader(file, file.length);
    let end: number | undefined;
    for (const [name, entry] of tensors) {
      if (name !== entry.name) throw new Error(`the entry of ${name} is called ${entry.name}`);
      if (end !== undefined && entry.offset !== end)
        throw new Error(`${name} is not behind the one before it`);
      end = entry.offset + entry.length;
    }
    if (end !== undefined && end !== file.length) throw new Error("the tensors do not fill the file");
    return { kind: "Accepted", stricter: undefined };
  } catch (error) {
    if (!(error instanceof TransformersError)) throw error;
    const kind = kinds.get(error.code);
    if (kind === undefined) throw error;
    return { kind, stricter: stricterChoice(error) };
  }
}

/**
 * Whether the two verdicts agree: the same, or ours refuses by a written, stricter choice. Where Python's kind of
 * error changes from run to run, being refused is agreement.
 */
export function agrees(judgement: Judgement, verdict: string): boolean {
  if (judgement.stricter !== undefined || judgement.kind === verdict) return true;
  return verdict === "RefusedVariously" && judgement.kind !== "Accepted";
}

function stricterChoice({ code, message }: TransformersError): string | undefined {
  if (code === "SAFETENSORS_DUPLICATE_KEY") return "no key twice";
  if (code === "SAFETENSORS_RANK") return "at most 64 dimensions";
  if (code === "SAFETENSORS_OVERFLOW") return "nothing beyond 2^53 - 1";
  if (/its fields as an object at .* found "\[/s.test(message)) return "an entry is an object";
  if (/a dtype as a string at .* found "\{/s.test(message)) return "a dtype is a string";
  return undefined;
}
