import { TransformersError } from "../errors.js";
import { storedFile } from "./storage/index.js";

/** How many bytes are read at once. */
const CHUNK = 1 << 22;
/** What fits into a string; engines differ, and this is the least. */
const LONGEST_LINE = 2 ** 29 - 24;

/** Some lines of a file. */
export interface LineBatch {
  /** Each with the newline that ends it; the last one of the file may have none. */
  readonly lines: readonly string[];
  /** How many bytes of the file have been read so far. */
  readonly loaded: number;
}

/** The size of a file in bytes. Throws `FILE_NOT_FOUND` and what reading it throws. */
export function fileSize(path: string): Promise<number> {
  return storedFile(path).use(async ({ size }) => size);
}

/**
 * The lines of a text file of any size, some megabytes at a time; a byte order mark stays. Throws `FILE_NOT_FOUND`,
 * `CORRUPT_FILE` where it is no UTF-8, and what reading it throws.
 */
export async function* readLines(path: string): AsyncGenerator<LineBatch> {
  const file = storedFile(path);
  const size = await fileSize(path);
  const decode = utf8Decoder(path);
  let unfinished: string[] = []; // parts of a line whose end is still to come
  let length = 0; // of the parts
  for (let loaded = 0; loaded < size; ) {
    const count = Math.min(CHUNK, size - loaded);
    const offset = loaded;
    const bytes = await file.use((open) => open.read(offset, count));
    loaded += count;
    const text = decode(bytes, loaded === size);
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      lines.push(unfinished.join("") + text.slice(from, end + 1));
      [unfinished, length] = [[], 0];
      from = end + 1;
    }
    if (from < text.length) unfinished.push(text.slice(from));
    length += text.length - from;
    if (length > LONGEST_LINE) {
      throw new TransformersError(
        "UNSUPPORTED",
        `${path} has a line of more than ${LONGEST_LINE} characters`,
      );
    }
    if (loaded === size && unfinished.length > 0) lines.push(unfinished.join(""));
    yield { lines, loaded };
  }
}

/** Decodes one piece of a file after the other. */
function utf8Decoder(path: string): (bytes: Uint8Array, isLast: boolean) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes, isLast) => {
    try {
      return decoder.decode(bytes, { stream: !isLast });
    } catch (cause) {
      throw new TransformersError("CORRUPT_FILE", `${path} is no text in UTF-8`, { cause });
    }
  };
}
