import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { TransformersError } from "../errors.js";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = { [name: string]: JsonValue };

/** Whether a checkpoint folder holds a file of that name. */
export async function hasFile(folder: string, name: string): Promise<boolean> {
  return stat(path.join(folder, name)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Throws `FILE_NOT_FOUND` unless the folder of a checkpoint is there, saying what was expected. */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new TransformersError(
    "FILE_NOT_FOUND",
    `${folder} is ${found ? "a file" : "not there"}: expected the folder of a checkpoint, with config.json, model.safetensors and the tokenizer's files`,
  );
}

/** A text file of a checkpoint folder. Throws `FILE_NOT_FOUND`. */
export async function readText(folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), "utf8");
  } catch (reason) {
    await requireFolder(folder);
    throw new TransformersError("FILE_NOT_FOUND", `${folder} has no readable ${name}`, { cause: reason });
  }
}

/** A JSON file of a checkpoint folder that must hold an object. Throws `FILE_NOT_FOUND` or `CORRUPT_FILE`. */
export async function readJsonObject(folder: string, name: string): Promise<JsonObject> {
  const text = await readText(folder, name);
  const file = path.join(folder, name);
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
 * Writes a text file so that it is there complete or not at all: under a temporary name beside it, synced, renamed.
 * Makes the folder where it is missing.
 */
export async function publishText(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path.join(folder, name));
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // not there, or as unreachable as the write was
    throw error;
  }
}
