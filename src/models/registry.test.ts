import { expect, test } from "vitest";
import { registryText, writtenRegistry } from "../../scripts/registry.js";

test("registry.generated.ts says what the folders are; else: npm run registry", async () => {
  expect(writtenRegistry()).toBe(await registryText());
});
