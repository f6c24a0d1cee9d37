import type { Reply, Request } from "./protocol.js";
import type { Thread } from "./threads.js";

/** What is used of a browser's Worker. */
interface WebWorker {
  onmessage: ((event: { readonly data: Reply }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
  postMessage(request: Request): void;
  terminate(): void;
}
declare const Worker: new (url: URL, options: { type: "module" }) => WebWorker;
declare const navigator: { readonly hardwareConcurrency?: number } | undefined;

/** How many threads there are room for beside this one. */
export function roomForThreads(): number {
  return Math.max((navigator?.hardwareConcurrency ?? 2) - 1, 1);
}

/** Starts a thread. `onReply` gets its answers in order; `onFailure` why it has ended. */
export function startThread(onReply: (reply: Reply) => void, onFailure: (reason: unknown) => void): Thread {
  const worker = new Worker(new URL("./worker-web.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => onReply(data);
  worker.onerror = ({ message }) => onFailure(new Error(message));
  return {
    post: (request: Request) => worker.postMessage(request),
    rest: () => undefined,
    stop: async () => worker.terminate(),
  };
}
