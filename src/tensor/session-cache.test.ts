import { describe, expect, test } from "vitest";
import type { Session } from "../runtime/types.js";
import { type CacheLimits, type Compiled, SessionCache } from "./session-cache.js";
import { SharedSession } from "./shared-session.js";

interface Named extends Compiled {
  readonly name: string;
}

/** A cache, what its sessions cost, and which of them have been made and freed. */
class Recorded {
  readonly made: string[] = [];
  readonly freed: string[] = [];
  readonly cache: SessionCache<Named>;

  constructor(limits: Partial<CacheLimits>) {
    this.cache = new SessionCache({ sessions: 100, bytes: 100, ...limits });
  }

  make(name: string, bytes = 1): () => Promise<Named> {
    return async () => {
      this.made.push(name);
      const session: Session = { run: async () => [], release: () => this.freed.push(name) };
      return { name, bytes, session: new SharedSession(session) };
    };
  }

  /** Gets a session and is done with it. */
  async use(name: string, bytes = 1): Promise<void> {
    const { session } = await this.cache.acquire(name, this.make(name, bytes));
    session.leave();
  }
}

describe("the least recently used is given up", () => {
  test("where there are too many", async () => {
    const recorded = new Recorded({ sessions: 2 });
    for (const name of ["a", "b", "a", "c"]) await recorded.use(name);
    expect(recorded.freed).toEqual(["b"]);
    await recorded.use("a");
    expect(recorded.made).toEqual(["a", "b", "c"]);
  });

  test("where they keep too much", async () => {
    const recorded = new Recorded({ bytes: 10 });
    for (const [name, bytes] of [
      ["a", 4],
      ["b", 5],
      ["a", 4],
      ["c", 4],
    ] as const)
      await recorded.use(name, bytes);
    expect(recorded.freed).toEqual(["b"]);
    expect(recorded.cache.bytes).toBe(8);
  });

  test("but not the newest, however much it keeps", async () => {
    const recorded = new Recorded({ bytes: 10 });
    for (const [name, bytes] of [
      ["a", 4],
      ["b", 50],
    ] as const)
      await recorded.use(name, bytes);
    expect([recorded.freed, recorded.cache.size]).toEqual([["a"], 1]);
  });
});

test("one that is in use is freed when its last run ends", async () => {
  const recorded = new Recorded({ sessions: 1 });
  const [first, second] = await Promise.all(
    [0, 1].map(() => recorded.cache.acquire("a", recorded.make("a"))),
  );
  await recorded.use("b");
  expect(recorded.made).toEqual(["a", "b"]);
  first!.session.leave();
  expect(recorded.freed).toEqual([]);
  second!.session.leave();
  expect(recorded.freed).toEqual(["a"]);
});

test("everybody gets one, even where far more are asked for at once than are kept", async () => {
  const recorded = new Recorded({ sessions: 2 });
  const names = Array.from({ length: 40 }, (_, i) => `${i % 20}`);
  const got = await Promise.all(
    names.map(async (name) => {
      const { session, name: made } = await recorded.cache.acquire(name, recorded.make(name));
      await new Promise((resolve) => setTimeout(resolve));
      expect(recorded.freed.filter((freed) => freed === name).length).toBeLessThan(
        recorded.made.filter((other) => other === name).length,
      );
      session.leave();
      return made;
    }),
  );
  expect(got).toEqual(names);
  expect(recorded.cache.size).toBe(2);
  expect(recorded.freed.length).toBe(recorded.made.length - 2);
});

test("a creation that fails is told to all who wait for it, and tried anew", async () => {
  const recorded = new Recorded({});
  const failing = async (): Promise<Named> => {
    throw new Error("no room");
  };
  const waiting = [0, 1].map(() => recorded.cache.acquire("a", failing));
  for (const each of waiting) await expect(each).rejects.toThrow("no room");
  await recorded.use("a");
  expect(recorded.made).toEqual(["a"]);
});

test("one that is out of date is made anew, and freed when nobody uses it", async () => {
  const recorded = new Recorded({});
  const stale = await recorded.cache.acquire("a", recorded.make("a"));
  recorded.cache.discard("a", stale);
  const fresh = await recorded.cache.acquire("a", recorded.make("a"));
  recorded.cache.discard("a", stale); // what has taken its place stays
  expect([recorded.made.length, recorded.cache.size, recorded.freed.length]).toEqual([2, 1, 0]);
  stale.session.leave();
  fresh.session.leave();
  expect(recorded.freed).toEqual(["a"]);
});

test("release() frees all, each when its last run has ended", async () => {
  const recorded = new Recorded({});
  await recorded.use("a");
  const { session } = await recorded.cache.acquire("b", recorded.make("b"));
  await recorded.cache.release();
  expect(recorded.freed).toEqual(["a"]);
  session.leave();
  expect(recorded.freed).toEqual(["a", "b"]);
  expect([recorded.cache.size, recorded.cache.bytes]).toEqual([0, 0]);
});
