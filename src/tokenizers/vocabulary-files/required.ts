import { TransformersError } from "../../errors.js";
import type { FileTexts } from "../pretrained/read-files.js";

/** The text of a file that a tokenizer cannot do without. @throws TransformersError FILE_NOT_FOUND */
export function requiredText(files: FileTexts, name: string, tokenizer: string): string {
  const text = files.get(name);
  if (text !== undefined) return text;
  throw missing(files, name, tokenizer);
}

/** The bytes of a file that a tokenizer cannot do without. @throws TransformersError FILE_NOT_FOUND */
export function requiredBytes(files: FileTexts, name: string, tokenizer: string): Uint8Array {
  const bytes = files.binary?.get(name);
  if (bytes !== undefined) return bytes;
  throw missing(files, name, tokenizer);
}

function missing(files: FileTexts, name: string, tokenizer: string): TransformersError {
  const found = [...files.keys(), ...(files.binary?.keys() ?? [])];
  return new TransformersError(
    "FILE_NOT_FOUND",
    `${tokenizer} needs ${name}; found ${found.join(", ") || "no file of a tokenizer"}`,
  );
}
