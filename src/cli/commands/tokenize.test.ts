import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { colourTokens } from "./tokenize.js";

const root = path.join(import.meta.dirname, "../../..");
const moods = "src/pipelines/fixtures/moods";

async function run(
  args: readonly string[],
  stdin = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "tokenize", ...args], {
    cwd: root,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on("error", () => undefined).end(stdin);
  const [code] = (await once(child, "close")) as [number];
  return { code, ...output };
}

describe.concurrent("transformers-ts tokenize", () => {
  test("prints id, token, start and end of each token in a pipe", async () => {
    const { code, stdout, stderr } = await run([moods, "The 😀 dog."]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map(([, token]) => token)).toEqual(["[CLS]", "the", "[UNK]", "dog", ".", "[SEP]"]);
    expect(rows.map((row) => row.slice(2))).toEqual([
      ["0", "0"],
      ["0", "3"],
      ["4", "6"],
      ["7", "10"],
      ["10", "11"],
      ["0", "0"],
    ]);
  });

  test("reads standard input; counts code points; leaves out special tokens; prints JSON", async () => {
    const { code, stdout } = await run(
      [moods, "--json", "--code-points", "--no-special-tokens"],
      "😀 dog\n\nno\n",
    );
    expect(code).toBe(0);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ input }) => input)).toEqual(["😀 dog", "no"]);
    expect(answers[0].output.tokens).toEqual(["[UNK]", "dog"]);
    expect(answers[0].output.offsets).toEqual([
      [0, 1],
      [2, 5],
    ]);
    expect(Object.keys(answers[0].output)).toEqual(["ids", "tokens", "offsets"]);
  });

  test("says what is wrong", async () => {
    const { code, stderr } = await run(["no/such/tokenizer/here", "a"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*no\/such\/tokenizer\/here/);
  });
});

describe("colourTokens", () => {
  const terminal = { isTTY: true, hasColors: () => true };

  test("gives neighbours different backgrounds, and tokens of the same character one", () => {
    const spans: [number, number][] = [
      [0, 0],
      [0, 2],
      [2, 4],
      [4, 5],
      [4, 5],
      [0, 0],
    ];
    expect(colourTokens("ab c😀".slice(0, 5), spans, terminal)).toBe(
      "\x1b[44;30mab\x1b[0m\x1b[42;30m c\x1b[0m\x1b[45;30m\ud83d\x1b[0m",
    );
  });

  test("is plain where there are no colours", () => {
    expect(colourTokens("ab", [[0, 2]], { isTTY: true, hasColors: () => false })).toBe("ab");
    expect(colourTokens("ab", [[0, 2]], {})).toBe("ab");
  });
});
