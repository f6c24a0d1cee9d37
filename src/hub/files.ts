import { TransformersError } from "../errors.js";
import type { CheckpointSource } from "./source.js";
import * as storage from "./storage/index.js";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = { [name: string]: JsonValue };

/** A text file by its path, in browsers its URL. Throws `FILE_NOT_FOUND`. */
export async function readTextAt(path: string): Promise<string> {
  const text = await storage.readText(path);
  if (text !== null) return text;
  throw new TransformersError("FILE_NOT_FOUND", `there is no file ${path}`);
}

/** Whether a checkpoint has a file of that name. */
export async function hasFile(source: CheckpointSource, name: string): Promise<boolean> {
  return (await source.find(name)) !== null;
}

/** A text file of a checkpoint. Throws `FILE_NOT_FOUND`, and what fetching it throws. */
export async function readText(source: CheckpointSource, name: string): Promise<string> {
  const text = await textOrNull(source, name);
  if (text !== null) return text;
  await source.require();
  throw unreadable(source, name);
}

/** The texts of those of the named files that a checkpoint has, by name. Throws as `readText`. */
export async function readTexts(
  source: CheckpointSource,
  names: readonly string[],
): Promise<Map<string, string>> {
  await source.require();
  const texts = await Promise.all(names.map((name) => textOrNull(source, name)));
  return new Map(names.flatMap((name, i) => (texts[i] === null ? [] : [[name, texts[i]!]])));
}

/** The bytes of a small file of a checkpoint; null where there is none of that name. Throws as `readText`. */
export async function readBytes(
  source: CheckpointSource,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const path = await source.find(name);
  return path === null ? null : storage.storedFile(path).use(({ size, read }) => read(0, size));
}

async function textOrNull(source: CheckpointSource, name: string): Promise<string | null> {
  try {
    const path = await source.find(name);
    return path === null ? null : await storage.readText(path);
  } catch (reason) {
    if (reason instanceof TransformersError) throw reason;
    await source.require();
    throw unreadable(source, name, reason);
  }
}

function unreadable(source: CheckpointSource, name: string, cause?: unknown): TransformersError {
  return new TransformersError("FILE_NOT_FOUND", `${source.name} has no readable ${name}`, { cause });
}

/** A JSON file of a checkpoint that must hold an object. Throws `FILE_NOT_FOUND` or `CORRUPT_FILE`. */
export async function readJsonObject(source: CheckpointSource, name: string): Promise<JsonObject> {
  const text = await readText(source, name);
  const file = `${source.name}/${name}`;
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch (reason) {
    throw new TransformersError("CORRUPT_FILE", `${file} is not JSON: ${(reason as Error).message}`, {
      cause: reason,
    });
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
    throw new TransformersError("CORRUPT_FILE", `${file} must hold a JSON object`);
  }
  return parsed;
}

/**
 * Writes a text file so that it is there complete or not at all, and makes the folder where it is missing. Gives its
 * path. Throws `UNSUPPORTED` in browsers.
 */
export function publishText(folder: string, name: string, text: string): Promise<string> {
  return publishBytes(folder, name, new TextEncoder().encode(text));
}

/** Like `publishText`, by the path of the file. */
export async function publishTextAt(path: string, text: string): Promise<void> {
  await storage.publish(path, [new TextEncoder().encode(text)], { makeFolder: true });
}

/** Like `publishText`, a file that need not be text. */
export async function publishBytes(
  folder: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const file = storage.join(folder, name);
  await storage.publish(file, [bytes], { makeFolder: true });
  return file;
}
