import { expect, test } from "vitest";
import type { Session } from "../runtime/types.js";
import { SharedSession } from "./shared-session.js";

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

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the better session is made with the second run, and takes over from then on", async () => {
  const log: string[] = [];
  const session = new SharedSession(recorded("quick", log), async () => recorded("fast", log));
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

test("a run under way keeps the session that it began with", async () => {
  const log: string[] = [];
  let finish = () => {};
  const slow: Session = {
    run: () => new Promise((resolve) => (finish = () => resolve([]))),
    release: () => log.push("quick is freed"),
  };
  const session = new SharedSession(slow, async () => recorded("fast", log));
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
  const session = new SharedSession(recorded("quick", log), () => new Promise((resolve) => (made = resolve)));
  await session.run([], []);
  await session.run([], []);
  session.retire();
  made(recorded("fast", log));
  await settled();
  expect(log.slice(2)).toEqual(["quick is freed", "fast is freed"]);
});

test("where the better session cannot be made the first one goes on", async () => {
  const log: string[] = [];
  const session = new SharedSession(recorded("quick", log), async () => {
    throw new Error("no room");
  });
  for (let i = 0; i < 3; i++) {
    await session.run([], []);
    await settled();
  }
  expect(log).toEqual(["quick runs", "quick runs", "quick runs"]);
});
