import { expect, test } from "vitest";
import { Claim } from "./claims.js";

const [a, b] = [{ name: "a" }, { name: "b" }];

/** Starts a claim and notes when that succeeds. */
function begin(name: string, claim: Claim, log: string[], options?: { patient?: boolean }): Promise<void> {
  return claim.start(options).then((waited) => {
    log.push(waited ? `${name} waited` : name);
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("readers go side by side, and so do those who touch different elements", async () => {
  const log: string[] = [];
  const claims = [new Claim([a]), new Claim([a]), new Claim([b], new Set([b]))];
  await Promise.all(claims.map((claim, i) => begin(`${i}`, claim, log)));
  expect(log).toEqual(["0", "1", "2"]);
  for (const claim of claims) claim.end();
});

test("a writer waits for readers under way, and later readers for the writer", async () => {
  const log: string[] = [];
  const [reader, writer, later] = [new Claim([a]), new Claim([a], new Set([a])), new Claim([b, a])];
  await begin("reader", reader, log);
  const rest = [begin("writer", writer, log), begin("later", later, log)];
  await settled();
  expect(log).toEqual(["reader"]);
  reader.end();
  await settled();
  expect(log).toEqual(["reader", "writer waited"]);
  writer.end();
  await Promise.all(rest);
  expect(log).toEqual(["reader", "writer waited", "later waited"]);
  later.end();
});

test("an impatient reader goes before a writer that waits, which waits for it too", async () => {
  const log: string[] = [];
  const [reader, writer] = [new Claim([a]), new Claim([a], new Set([a]))];
  await begin("reader", reader, log);
  const writing = begin("writer", writer, log);
  const hasty = new Claim([a]);
  await begin("hasty", hasty, log, { patient: false });
  reader.end();
  await settled();
  expect(log).toEqual(["reader", "hasty"]);
  hasty.end();
  await writing;
  expect(log).toEqual(["reader", "hasty", "writer waited"]);
  writer.end();
});

test("writers of the same elements go one after the other, in the order of their claims", async () => {
  const log: string[] = [];
  const writers = [0, 1, 2].map(() => new Claim([], new Set([a])));
  const done = writers.map(async (claim, i) => {
    await begin(`${i}`, claim, log);
    await settled();
    log.push(`${i} ends`);
    claim.end();
  });
  await Promise.all(done);
  expect(log).toEqual(["0", "0 ends", "1 waited", "1 ends", "2 waited", "2 ends"]);
});

test("a claim that ends without having started is in nobody's way", async () => {
  const log: string[] = [];
  const failed = new Claim([], new Set([a]));
  const reader = new Claim([a]);
  const reading = begin("reader", reader, log);
  failed.end();
  await reading;
  expect(log).toEqual(["reader waited"]);
  reader.end();
});
