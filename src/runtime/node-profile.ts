import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ProfileEvent, Session } from "./types.js";

/** One entry of the file that ONNX Runtime writes, in the form of Chrome's trace events. */
interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Runs `body` with a session that `create` makes to write its profile to files beginning so, and reads them. */
export async function profileSession(
  create: (prefix: string) => Promise<Session>,
  body: (session: Session) => Promise<void>,
): Promise<ProfileEvent[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "transformers-ts-"));
  try {
    const session = await create(path.join(folder, "profile"));
    try {
      await body(session);
    } finally {
      session.release(); // which writes the file
    }
    const files = await readdir(folder);
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
    return texts.flatMap((text) => (JSON.parse(text) as TraceEvent[]).flatMap(kernelTime));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function kernelTime({ cat, name, dur, args }: TraceEvent): ProfileEvent[] {
  const suffix = "_kernel_time";
  if (cat !== "Node" || !name.endsWith(suffix)) return [];
  return [{ node: name.slice(0, -suffix.length), opType: args?.op_name ?? "?", microseconds: dur }];
}
