import { setImmediate } from "node:timers/promises";
import { readSideOptions, serve } from "../harness/serve.js";
import { TrainingStep } from "./training-step.js";
import { version } from "./version.js";

// Recording a training step whose structure was met before, and finding its session.

const { calls } = readSideOptions();
const step = new TrainingStep();
const met = new Map<string, number>();

async function once(): Promise<number> {
  await setImmediate(); // every step has a turn of the event loop of its own
  const begin = performance.now();
  const { work, updates } = step.record();
  const known = met.get(work.key);
  const milliseconds = performance.now() - begin;
  if (met.size > 0 && known === undefined)
    throw new Error("a step has another structure than the one before");
  met.set(work.key, work.nodes.length);
  step.replaceValues(updates);
  return milliseconds;
}

for (let i = 0; i < 30; i++) await once();
await serve({ version, check: [...met.values()] }, async () => {
  let sum = 0;
  for (let i = 0; i < calls; i++) sum += await once();
  return sum / calls;
});
