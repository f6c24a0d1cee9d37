import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readJson } from "../../tests/support/recorded.js";
import { UploadServer } from "../../tests/support/upload-server.js";
import { AutoTokenizer } from "../auto/index.js";
import * as web from "../hub/storage/web.js";
import { cardWithTags } from "../hub/upload.js";
import { BertConfig, BertForMaskedLM } from "./bert/index.js";

const base = path.join(import.meta.dirname, "fixtures/members/base");
const moods = path.join(import.meta.dirname, "../pipelines/fixtures/moods");

let server: UploadServer;
let home: string;
beforeEach(async () => {
  server = await UploadServer.start();
  home = await mkdtemp(path.join(tmpdir(), "push-"));
  const variables = {
    HF_ENDPOINT: server.endpoint,
    HF_HOME: home,
    HF_TOKEN: "hf_environment",
    HF_HUB_OFFLINE: "0",
    TMPDIR: home, // where nobody else writes
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

const load = () => BertForMaskedLM.from_pretrained(base);

describe("push_to_hub", () => {
  test("makes the repository and commits a model's files, which are loaded again", async () => {
    const model = await load();
    const before = await readdir(tmpdir());
    const info = await model.push_to_hub("me/model", { private: true, commit_message: "Mine" });
    const { files, commits, visibility } = server.repositories.get("me/model")!;
    expect([...files.keys()].sort()).toEqual(["config.json", "model.safetensors"]);
    expect(commits).toEqual([{ summary: "Mine", branch: "main", isPullRequest: false }]);
    expect([true, "private"]).toContain(visibility);
    expect(info).toEqual({
      oid: expect.stringMatching(/^[0-9a-f]{40}$/),
      commit_url: `${server.endpoint}/me/model/commit/${info.oid}`,
      pr_url: null,
    });
    expect(server.tokens).toEqual(new Set(["Bearer hf_environment"]));
    // What was written for it is gone.
    const ours = (names: string[]) => names.filter((name) => name.startsWith("transformers-ts-"));
    expect(ours(await readdir(tmpdir()))).toEqual(ours(before));
    const copy = await mkdtemp(path.join(home, "copy-"));
    for (const [name, bytes] of files) await writeFile(path.join(copy, name), bytes);
    const [again, lacks] = await BertForMaskedLM.from_pretrained(copy, { output_loading_info: true });
    expect(lacks).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] });
    const inputs = { input_ids: [[2, 5, 3]] };
    expect((await again(inputs)).logits.tolist()).toEqual((await model(inputs)).logits.tolist());
  });

  test("into a repository that is there, shards and a pull request, with the token given", async () => {
    await (await load()).push_to_hub("me/model");
    const { pr_url } = await (await load()).push_to_hub("me/model", {
      token: "hf_given",
      max_shard_size: 4000,
      create_pr: true,
      revision: "next",
    });
    const { files, commits } = server.repositories.get("me/model")!;
    expect(pr_url).toBe(`${server.endpoint}/me/model/discussions/1`);
    expect(commits).toEqual([
      { summary: "Upload BertForMaskedLM", branch: "main", isPullRequest: false },
      { summary: "Upload BertForMaskedLM", branch: "next", isPullRequest: true },
    ]);
    expect([...files.keys()]).toContain("model.safetensors.index.json");
    expect(server.tokens).toEqual(new Set(["Bearer hf_environment", "Bearer hf_given"]));
  });

  test("of a configuration and of a tokenizer", async () => {
    const config = await BertConfig.from_pretrained<BertConfig>(base);
    await config.push_to_hub("me/parts");
    expect(JSON.parse(server.text("me/parts", "config.json"))).toEqual(readJson(base, "config.json"));
    const tokenizer = await AutoTokenizer.from_pretrained(moods);
    await tokenizer.push_to_hub("me/parts");
    for (const [name, text] of tokenizer.toFiles()) expect(server.text("me/parts", name), name).toBe(text);
    expect(server.repositories.get("me/parts")!.commits.map(({ summary }) => summary)).toEqual([
      "Upload BertConfig",
      "Upload tokenizer",
    ]);
  });

  test("adds a model's tags to its card, and keeps what stands in it", async () => {
    const model = await load();
    model.add_model_tags(["tiny", "test"]);
    await model.push_to_hub("me/model");
    expect(server.text("me/model", "README.md")).toBe(
      "---\nlibrary_name: transformers\ntags:\n- tiny\n- test\n---\n",
    );
    model.add_model_tags("more");
    await model.push_to_hub("me/model");
    expect(server.text("me/model", "README.md")).toBe(
      "---\nlibrary_name: transformers\ntags:\n- tiny\n- test\n- more\n---\n",
    );
  });

  test("says what the server refuses", async () => {
    server.refuse = (line) => (line.includes("/commit/") ? 403 : null);
    await expect((await load()).push_to_hub("me/model")).rejects.toMatchObject({
      code: "UPLOAD_FAILED",
      message: expect.stringMatching(/me\/model at http:\/\/127.0.0.1:\d+: the server answered 403, /),
    });
    server.refuse = () => 401;
    await expect(new BertConfig().push_to_hub("me/model")).rejects.toMatchObject({ code: "UPLOAD_FAILED" });
  });

  test("refuses, before anything is sent, what cannot be", async () => {
    const config = new BertConfig();
    const refused = (options: object, code: string, repo = "me/model") =>
      expect(config.push_to_hub(repo, options)).rejects.toMatchObject({ code });
    for (const name of ["model", "../model", "me/../model", "me/model/x", "https://x/me"])
      await refused({}, "INVALID_ARGUMENT", name);
    await refused({ use_temp_dir: true }, "INVALID_ARGUMENT");
    await refused({ token: false }, "INVALID_ARGUMENT");
    await refused({ signal: AbortSignal.abort() }, "ABORTED");
    await expect((await load()).push_to_hub("me/model", { safe_serialization: false })).rejects.toMatchObject(
      {
        code: "UNSUPPORTED",
      },
    );
    vi.stubEnv("HF_TOKEN", "");
    await refused({}, "INVALID_ARGUMENT");
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await refused({ token: "hf_given" }, "OFFLINE");
    expect(server.requests).toEqual([]);
  });
});

test("a page uploads with the token that it is given, and no weights", async () => {
  expect(await web.uploadAccess("hf_given")).toEqual({
    endpoint: "https://huggingface.co",
    token: "hf_given",
  });
  web.configureHub({ endpoint: server.endpoint, token: "hf_page" });
  expect(await web.uploadAccess(undefined)).toEqual({ endpoint: server.endpoint, token: "hf_page" });
  await expect(web.uploadAccess(false)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  web.configureHub({});
  await expect(web.uploadAccess(undefined)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(web.withTemporaryFolder()).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

describe("tags in a card", () => {
  test.each([
    ["# Title\n", "---\nlibrary_name: transformers\ntags:\n- a\n- b\n---\n# Title\n"],
    ["---\nlicense: mit\n---\n# T\n---\n", "---\nlicense: mit\ntags:\n- a\n- b\n---\n# T\n---\n"],
    ["---\ntags:\n  - b\n  - c\nx: 1\n---\n", "---\ntags:\n  - b\n  - c\n  - a\nx: 1\n---\n"],
  ])("%j", (card, expected) => {
    expect(cardWithTags(card, ["a", "b"])).toBe(expected);
  });

  test("in one line are refused", () => {
    expect(() => cardWithTags("---\ntags: [a]\n---\n", ["b"])).toThrow(/stand in one line/);
  });
});
