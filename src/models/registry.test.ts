import { expect, test } from "vitest";
import { generatedTexts, writtenText } from "../../scripts/registry.js";

test("the generated files say what the folders are; else: npm run registry", async () => {
  for (const [file, text] of Object.entries(await generatedTexts())) {
    expect(writtenText(file), file).toBe(text);
  }
});
