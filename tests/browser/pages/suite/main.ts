// What the tests ask of a browser: they call these functions and judge what comes back.
import { configureRuntime } from "../../../../src/index.js";
import { runSteps, watchMemory } from "./memory.js";
import { callAtOnce, classifySequence, draw, loseGpu, trainSteps } from "./models.js";
import { judgeRoom } from "./operators.js";

const suite = {
  callAtOnce,
  classifySequence,
  configureRuntime,
  draw,
  judgeRoom,
  loseGpu,
  runSteps,
  trainSteps,
  watchMemory,
};
export type Suite = typeof suite;

Object.assign(globalThis, { suite });
