import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { lineGroups } from "./input.js";
import { cutTo, displayWidth, Printer } from "./output.js";

const root = path.join(import.meta.dirname, "../..");
const moods = "src/pipelines/fixtures/moods";
const words = "src/pipelines/fixtures/words";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

function start(args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], { cwd: root });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return {
    child,
    output,
    closed: once(child, "close").then(([code]) => ({ code: code as number, ...output })),
  };
}

function run(args: readonly string[], stdin = "") {
  const { child, closed } = start(args);
  child.stdin.on("error", () => undefined).end(stdin); // it may have ended before it reads
  return closed;
}

describe.concurrent("transformers-ts run", () => {
  test("prints lines in a pipe: from arguments", async () => {
    const { code, stdout, stderr } = await run([
      "run",
      "text-classification",
      "--model",
      moods,
      "The dog is happy.",
      "no",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe("positive\t0.506215\tThe dog is happy.\nnegative\t0.411079\tno\n");
  });

  test("prints lines in a pipe: from a file, whose blank lines are skipped", async () => {
    const file = path.join(folder, "texts.txt");
    await writeFile(file, "\uFEFFParis is the [MASK] of France.\r\n\n  \nThe [MASK] sleeps.");
    const { code, stdout } = await run(["run", "fill-mask", "-m", words, "-k", "1", "--file", file]);
    expect(code).toBe(0);
    expect(stdout).toBe("y\t0.084262\tparis is the y of france.\ny\t0.120871\tthe y sleeps.\n");
  });

  test("prints an object for each text with --json: options are the task's", async () => {
    const { stdout } = await run(
      [
        "run",
        "sentiment-analysis",
        "-m",
        moods,
        "--json",
        "--top-k",
        "all",
        "--function-to-apply",
        "none",
        "--pairs",
      ],
      "The cat sleeps.\tIt is not here now.\n",
    );
    const { input, output } = JSON.parse(stdout) as {
      input: unknown;
      output: { label: string; score: number }[];
    };
    expect(input).toEqual({ text: "The cat sleeps.", text_pair: "It is not here now." });
    expect(output.map(({ label }) => label)).toEqual(["positive", "negative", "neutral"]);
  });

  test("answers lines as they come in", async () => {
    const { child, output, closed } = start(["run", "text-classification", "-m", moods]);
    for (const [line, expected] of [
      ["The dog is happy.", 1],
      ["no", 2],
    ] as const) {
      child.stdin.write(`${line}\n`);
      await vi.waitFor(() => expect(output.stdout.match(/\n/g)).toHaveLength(expected), { timeout: 120_000 });
    }
    child.stdin.end();
    expect((await closed).code).toBe(0);
  });

  test("ends quietly when nobody reads on", async () => {
    const { child, closed } = start(["run", "text-classification", "-m", moods]);
    child.stdin.on("error", () => undefined).end("The dog is happy.\n".repeat(20_000));
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await closed).toMatchObject({ code: 0, stderr: "" });
  });

  const failures: [what: string, args: string[], code: number, error: RegExp, hint: RegExp][] = [
    [
      "no task",
      ["run"],
      2,
      /^run needs a task$/,
      /^tasks are text-classification, sentiment-analysis, token-classification, ner, /,
    ],
    [
      "an unknown task",
      ["run", "fil-mask", "a"],
      2,
      /^there is no task "fil-mask"$/,
      /^tasks are text-class/,
    ],
    ["an unknown option", ["run", "fill-mask", "--topk", "2"], 2, /^unknown option '--topk'/, /--help/],
    [
      "a wrong number",
      ["run", "fill-mask", "-k", "no"],
      2,
      /'no' is invalid. It must be a whole number/,
      /--help/,
    ],
    [
      "an empty text",
      ["run", "text-classification", "-m", moods, "a", ""],
      2,
      /^text 2 is empty$/,
      /at least one/,
    ],
    [
      "no lines",
      ["run", "text-classification", "-m", moods],
      1,
      /^there is no text in standard input$/,
      /one text a line/,
    ],
    ["no model", ["run", "fill-mask", "a"], 2, /^fill-mask needs a model/, /--model/],
    [
      "a wrong model",
      ["run", "fill-mask", "-m", "./nowhere", "a"],
      1,
      /^nowhere is not there/,
      /folder of a checkpoint/,
    ],
    [
      "no such file",
      ["run", "fill-mask", "-m", words, "-f", "no.txt"],
      1,
      /^there is no file no.txt$/,
      /one text a line/,
    ],
  ];
  test.each(failures)("says what is wrong and what to do: %s", async (_, args, code, error, hint) => {
    const result = await run(args);
    expect(result).toMatchObject({ code, stdout: "" });
    const [first, second, ...more] = result.stderr.trimEnd().split("\n");
    expect(first).toMatch(/^error: /);
    expect(first!.slice(7)).toMatch(error);
    expect(second).toMatch(/^hint: /);
    expect(second!.slice(6)).toMatch(hint);
    expect(more).toEqual([]);
  });

  test("an error of the task has no stack but with --debug", async () => {
    const args = ["run", "fill-mask", "-m", words, "no mask"];
    const plain = await run(args);
    expect(plain).toMatchObject({ code: 1, stderr: 'error: fill-mask: input 0 has no [MASK]: "no mask"\n' });
    expect((await run([...args, "--debug"])).stderr).toMatch(/\n {4}at /);
  });
});

describe.concurrent("transformers-ts", () => {
  test("--version", async () => {
    const { version } = readJson<{ version: string }>(root, "package.json");
    expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help shows a call", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain('$ transformers-ts run text-classification "Der Hund schläft auf dem Sofa."');
  });

  test.each([["run", "fill-mask"], ["download"], ["env"], ["inspect"], ["convert"]])(
    "%s %s --help shows a call",
    async (...command) => {
      const { code, stdout } = await run([...command.filter(Boolean), "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`\n  \\$ transformers-ts ${command.filter(Boolean).join(" ")}\\b`));
    },
  );

  test("the call that inspect's help shows works as it stands", async () => {
    const { stdout } = await run(["inspect", "--help"]);
    const [, checkpoint = ""] = /\$ transformers-ts inspect (\S+)/.exec(stdout) ?? [];
    const { code, stdout: shown } = await run(["inspect", checkpoint]);
    expect(code).toBe(0);
    expect(shown).toContain("as BertForSequenceClassification\n  missing: none");
  });

  test("a wrong call of a command points to the command's own help", async () => {
    const { code, stderr } = await run(["inspect"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: missing required argument 'checkpoint'\nhint: transformers-ts inspect --help shows how it is called\n",
    );
  });

  test("without arguments prints its help and fails", async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: transformers-ts/);
  });
});

describe("the table", () => {
  const printed = async (format: "table" | "lines", columns: number) => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const width = Object.getOwnPropertyDescriptor(process.stdout, "columns");
    Object.defineProperty(process.stdout, "columns", { value: columns, configurable: true });
    const printer = new Printer(format, ["label", "score", "text"]);
    const row = (label: string, score: number, text: string) => ({
      input: text,
      output: null,
      rows: [[label, score, text]],
    });
    await printer.print([row("ja", 0.98765, "犬は\tかわいい"), row("norwegian", 1, "hund\x1b[31m")]);
    await printer.print([row("de", 0.5, "Der Hund schläft auf dem Sofa.")]);
    const text = write.mock.calls.map(([line]) => line).join("");
    write.mockRestore();
    if (width) Object.defineProperty(process.stdout, "columns", width);
    else Reflect.deleteProperty(process.stdout, "columns");
    return text;
  };

  test("is aligned, with one heading, and cut at the edge of the terminal", async () => {
    expect(await printed("table", 36)).toBe(
      [
        "label       score  text",
        "ja         0.9877  犬は かわいい",
        "norwegian  1.0000  hund [31m",
        "de         0.5000  Der Hund schläft…",
        "",
      ].join("\n"),
    );
  });

  test("is tab-separated in a pipe, whatever the texts hold", async () => {
    expect(await printed("lines", 36)).toBe(
      "ja\t0.987650\t犬は かわいい\nnorwegian\t1.000000\thund [31m\nde\t0.500000\tDer Hund schläft auf dem Sofa.\n",
    );
  });

  test("counts columns as terminals do", () => {
    expect([..."aé日👍", "e\u0301", ""].map(displayWidth)).toEqual([1, 1, 2, 2, 1, 0]);
    expect(cutTo("日本語", 4)).toBe("日…");
  });
});

test("lines are those of the stream, however it is cut", async () => {
  const text = "ä\r\nb\n\nlong line\nend";
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 5, 100]) {
    const stream = new PassThrough();
    for (let i = 0; i < bytes.length; i += size) stream.write(bytes.subarray(i, i + size));
    stream.end();
    const lines: string[] = [];
    for await (const group of lineGroups(stream)) lines.push(...group);
    expect(lines).toEqual(["ä", "b", "", "long line", "end"]);
  }
});
