import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Reply, Request } from "./protocol.js";

// package.json's "browser" field puts threads-web.ts in this file's place.

/** A thread that answers requests one after the other. */
export interface Thread {
  post(request: Request): void;
  /** Nothing is awaited from it: it keeps no program from ending. */
  rest(): void;
  stop(): Promise<void>;
}

/** How many threads there are room for beside this one. */
export function roomForThreads(): number {
  return Math.max(availableParallelism() - 1, 1);
}

/** Starts a thread. `onReply` gets its answers in order; `onFailure` why it has ended. */
export function startThread(onReply: (reply: Reply) => void, onFailure: (reason: unknown) => void): Thread {
  // Flags of the process, as --input-type, may not suit a file.
  const worker = import.meta.url.endsWith(".ts")
    ? fromSource()
    : new Worker(new URL("./worker.js", import.meta.url), { execArgv: [] });
  worker.on("message", onReply);
  worker.on("error", onFailure);
  worker.unref();
  return {
    post(request) {
      worker.ref();
      worker.postMessage(request);
    },
    rest: () => worker.unref(),
    async stop() {
      await worker.terminate();
    },
  };
}

/** From its sources, which are TypeScript, the package is run by tsx, which threads do not have by themselves. */
function fromSource(): Worker {
  const url = JSON.stringify(new URL("./worker.ts", import.meta.url).href);
  const script = `import("tsx/esm/api").then(({ register }) => { register(); return import(${url}); });`;
  return new Worker(script, { eval: true });
}
