import { expect, test } from "vitest";
import type { Session } from "../runtime/types.js";
import { type Improvement, SharedSession } from "./shared-session.js";

/** A session that notes what happens to it. */
function recorded(name: string, log: string[]): Session {
  return {
    run: async () => {
      log.push(`${name} runs`);
      return [];
    },
    release: () => log.push(`${name} is freed`),
  };
}

/** What takes so long that no run waits for it. */
const beside = (make: () => Promise<Session>): Improvement => ({ make, takes: Number.POSITIVE_INFINITY });

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the better session is made with the second run, and takes over from then on", async () => {
  const log: string[] = [];
  const session = new SharedSession(
    recorded("quick", log),
    beside(async () => recorded("fast", log)),
  );
  await session.run([], []);
  await settled();
  expect(log).toEqual(["quick runs"]);
  await session.run([], []);
  await settled();
  await session.run([], []);
  expect(log.filter((line) => line !== "quick is freed")).toEqual(["quick runs", "quick runs", "fast runs"]);
  expect(log).toContain("quick is freed");
  session.enter();
  session.retire();
  session.leave();
  expect(log.at(-1)).toBe("fast is freed");
});

test("runs wait for the better session where its making takes less time than the first run did", async () => {
  const log: string[] = [];
  let made = (_: Session) => {};
  const make = () => new Promise<Session>((resolve) => (made = resolve));
  const session = new SharedSession(recorded("quick", log), { make, takes: -1 });
  await session.run([], []);
  const runs = [session.run([], []), session.run([], [])];
  await settled();
  expect(log).toEqual(["quick runs"]);
  made(recorded("fast", log));
  await Promise.all(runs);
  expect(log).toEqual(["quick runs", "quick is freed", "fast runs", "fast runs"]);
});

test("a run under way keeps the session that it began with", async () => {
  const log: string[] = [];
  let finish = () => {};
  const slow: Session = {
    run: () => new Promise((resolve) => (finish = () => resolve([]))),
    release: () => log.push("quick is freed"),
  };
  const session = new SharedSession(
    slow,
    beside(async () => recorded("fast", log)),
  );
  const first = session.run([], []);
  finish();
  await first;
  const second = session.run([], []);
  await settled();
  expect(log).toEqual([]);
  finish();
  await second;
  expect(log).toEqual(["quick is freed"]);
});

test("a session given up while the better one is made frees both", async () => {
  const log: string[] = [];
  let made = (_: Session) => {};
  const making = beside(() => new Promise((resolve) => (made = resolve)));
  const session = new SharedSession(recorded("quick", log), making);
  await session.run([], []);
  await session.run([], []);
  session.retire();
  made(recorded("fast", log));
  await settled();
  expect(log.slice(2)).toEqual(["quick is freed", "fast is freed"]);
});

test("where the better session cannot be made the first one goes on", async () => {
  const log: string[] = [];
  const making = beside(async () => {
    throw new Error("no room");
  });
  const session = new SharedSession(recorded("quick", log), making);
  for (let i = 0; i < 3; i++) {
    await session.run([], []);
    await settled();
  }
  expect(log).toEqual(["quick runs", "quick runs", "quick runs"]);
});
