import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { CliError } from "./errors.js";

/**
 * The texts of a call in groups that are answered together: the arguments, else the lines of a file, else those of
 * standard input as they come in. Blank lines are left out. Throws `CliError` where there is nothing.
 */
export async function* textGroups(
  texts: readonly string[],
  file: string | undefined,
): AsyncGenerator<string[]> {
  if (texts.length > 0) {
    if (file !== undefined) throw new CliError(2, "texts and --file are both given", "give one of them");
    const empty = texts.findIndex((text) => text.trim() === "");
    if (empty >= 0)
      throw new CliError(2, `text ${empty + 1} is empty`, "give a text of at least one character");
    yield [...texts];
    return;
  }
  if (file === undefined && process.stdin.isTTY) {
    throw new CliError(
      2,
      "there is no text",
      "give texts as arguments, a file with --file, or lines through a pipe",
    );
  }
  let isEmpty = true;
  for await (const lines of lineGroups(file === undefined ? process.stdin : await open(file))) {
    const filled = lines.filter((line) => line.trim() !== "");
    if (filled.length === 0) continue;
    isEmpty = false;
    yield filled;
  }
  if (!isEmpty) return;
  throw new CliError(
    1,
    `there is no text in ${file ?? "standard input"}`,
    "give one text a line; blank lines are skipped",
  );
}

async function open(file: string): Promise<Readable> {
  const found = await stat(file).catch((reason: NodeJS.ErrnoException) => reason.code ?? "an error");
  if (typeof found === "string") {
    throw new CliError(
      1,
      found === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read (${found})`,
      "--file takes a text file with one text a line",
    );
  }
  if (found.isDirectory()) {
    throw new CliError(1, `${file} is a folder`, "--file takes a text file with one text a line");
  }
  return createReadStream(file);
}

/** The lines of a stream, those that have come in so far together. */
export async function* lineGroups(stream: Readable): AsyncGenerator<string[]> {
  stream.setEncoding("utf8");
  let begun: string[] = []; // of a line whose end has not come yet
  let isStart = true;
  for await (const part of stream as AsyncIterable<string>) {
    const chunk = isStart ? part.replace(/^\uFEFF/, "") : part;
    isStart = false;
    if (!chunk.includes("\n")) {
      begun.push(chunk);
      continue;
    }
    const lines = (begun.join("") + chunk).split(/\r?\n/);
    begun = [lines.pop()!];
    yield lines;
  }
  const rest = begun.join("");
  if (rest !== "") yield [rest.replace(/\r$/, "")];
}
