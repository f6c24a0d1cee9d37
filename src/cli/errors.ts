/** What is wrong with a call of the command, and what to do about it. */
export class CliError extends Error {
  constructor(
    readonly exitCode: 1 | 2,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** What to do about an error, where its message does not say it. */
export function hintFor(error: unknown): string | null {
  if (error instanceof CliError) return error.hint;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "FILE_NOT_FOUND")
    return "a model is the folder of a checkpoint, as save_pretrained writes it, or a repository of the Hub";
  if (code === "CORRUPT_FILE" || code.startsWith("SAFETENSORS_")) {
    return "the file is damaged or was not copied to its end: copy or download it again";
  }
  if (code === "KEYS_MISMATCH") return "config.json and model.safetensors must come from the same checkpoint";
  if (code === "SHAPE_MISMATCH") return "a text may be too long for the model: leave out --no-truncation";
  if (error instanceof Error && error.name === "TransformersError") return null;
  return "this is not expected: run again with --debug and report what it prints";
}
