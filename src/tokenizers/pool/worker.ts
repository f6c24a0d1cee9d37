import { parentPort } from "node:worker_threads";
import { type Request, responder } from "./protocol.js";

// What a thread of Node runs.

const respond = responder();
parentPort!.on("message", (request: Request) => {
  const { reply, transfer } = respond(request);
  parentPort!.postMessage(reply, transfer);
});
