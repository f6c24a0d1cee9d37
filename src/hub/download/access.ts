import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { TransformersError } from "../../errors.js";
import { readEnvironment } from "./environment.js";
import { tokenFor } from "./token.js";

/** Where to upload to, and with which token. Throws `OFFLINE`, and `INVALID_ARGUMENT` where there is no token. */
export async function uploadAccess(
  given: string | boolean | undefined,
): Promise<{ endpoint: string; token: string }> {
  const environment = readEnvironment();
  if (environment.offline) {
    throw new TransformersError("OFFLINE", "push_to_hub: HF_HUB_OFFLINE is set, so nothing is uploaded");
  }
  const token = given === false ? null : await tokenFor(environment, given ?? true);
  if (token !== null) return { endpoint: environment.endpoint, token };
  throw new TransformersError(
    "INVALID_ARGUMENT",
    "push_to_hub needs a token that may write; token: false gives none",
  );
}

/** Has `write` fill a folder that lasts as long as `body` reads its files, which are named with their URLs. */
export async function withTemporaryFolder<T>(
  write: (folder: string) => Promise<unknown>,
  body: (files: { path: string; content: URL }[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "transformers-ts-"));
  try {
    await write(folder);
    const names = (await readdir(folder)).sort();
    return await body(names.map((name) => ({ path: name, content: pathToFileURL(path.join(folder, name)) })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
