import type { BenchCase } from "./harness/bench-case.js";
import { builtSide } from "./harness/build-sides.js";

// What comes before a computation: recording it and finding its session, and making a session that is not there yet.

const side = (name: string, ...args: string[]) =>
  ({ command: [process.execPath, builtSide(name), ...args] }) as const;

export const cases: readonly BenchCase[] = [
  {
    name: "trace+key 4000 nodes",
    measure: "rounds",
    unit: "ms",
    sides: { ours: side("sides/trace", "--calls", "20") },
    limit: 15,
  },
  {
    name: "session 4000 nodes",
    measure: "rounds",
    unit: "s",
    sides: { ours: side("sides/session") },
    limit: 1,
  },
];
