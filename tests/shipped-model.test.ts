import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { pipeline } from "../src/index.js";

const root = path.join(import.meta.dirname, "..");
const folder = path.join(root, "assets/language-identification");

test("the model that the package ships tells languages apart, offline", async () => {
  await using language = await pipeline("text-classification");
  expect(await language("Der Hund schläft auf dem Sofa.")).toMatchObject([{ label: "de" }]);
  expect(await language("犬はソファで寝ています。")).toMatchObject([{ label: "ja" }]);
  expect(await language("Собака спит на диване.")).toMatchObject([{ label: "ru" }]);
});

test("it is right on everyday sentences, which it never saw", async () => {
  await using language = await pipeline("text-classification");
  const sentences = JSON.parse(
    readFileSync(path.join(root, "scripts/language-id/everyday.json"), "utf8"),
  ) as Record<string, string[]>;
  const labelled = Object.entries(sentences).flatMap(([label, texts]) =>
    texts.map((text) => ({ label, text })),
  );
  const results = await language(labelled.map(({ text }) => text));
  const right = results.filter((result, i) => result.label === labelled[i]!.label).length;
  expect(right / labelled.length).toBeGreaterThan(0.9);
});

test("its weights take less than 2 MB", () => {
  expect(statSync(path.join(folder, "model.safetensors")).size).toBeLessThan(2_000_000);
});
