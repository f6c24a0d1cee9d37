import { expect, test } from "vitest";
import { SharedSession } from "./shared-session.js";

/** A session that counts how often it was freed. */
function counted() {
  const count = { freed: 0 };
  const shared = new SharedSession({
    run: async () => [],
    release: () => {
      count.freed++;
    },
  });
  return { shared, count };
}

test("an unused session is freed when it is given up", () => {
  const { shared, count } = counted();
  shared.retire();
  expect(count.freed).toBe(1);
  expect(shared.enter()).toBe(false);
});

test("a session in use is freed when the last user leaves", async () => {
  const { shared, count } = counted();
  expect([shared.enter(), shared.enter()]).toEqual([true, true]);
  shared.retire();
  expect(shared.enter()).toBe(false);
  await shared.run([], []);
  shared.leave();
  expect(count.freed).toBe(0);
  shared.leave();
  expect(count.freed).toBe(1);
});
