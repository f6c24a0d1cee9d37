import { type Reply, type Request, responder } from "./protocol.js";

// What a thread of a browser runs.

/** What is used of a worker's global scope. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(reply: Reply, options: { transfer: ArrayBuffer[] }): void;
}

const scope = globalThis as unknown as WorkerScope;
const respond = responder();
scope.onmessage = ({ data }) => {
  const { reply, transfer } = respond(data);
  scope.postMessage(reply, { transfer });
};
