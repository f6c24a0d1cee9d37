import { hostDevice } from "../../src/tensor/index.js";
import { compile, targetsOf } from "../../src/tensor/realize.js";
import { serve } from "../harness/serve.js";
import { TrainingStep } from "./training-step.js";
import { version } from "./version.js";

// From a training step's recorded structure to a session that is ready to run.

const { work, updates } = new TrainingStep().record();
const targets = targetsOf(work, updates);

async function create(): Promise<number> {
  const begin = performance.now();
  const { session } = await compile(work, targets, hostDevice, false);
  const seconds = (performance.now() - begin) / 1000;
  session.retire();
  return seconds;
}

const first = await create();
if (!(first > 0)) throw new Error("a session that takes no time");
await serve({ version, check: [work.nodes.length] }, create);
