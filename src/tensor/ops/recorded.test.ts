import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readJson, readRecorded } from "../../../tests/support/recorded.js";
import type { RecordedCase } from "../../../tests/support/recorded-ops/index.js";
import { judge, record, refused } from "../../../tests/support/recorded-ops/judge.js";
import { type OperatorRow, operatorTable } from "../../../tests/support/recorded-ops/table.js";

const fixtures = fileURLToPath(new URL("../fixtures/ops/", import.meta.url));
const rooms = readdirSync(fixtures)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""));
const rows: OperatorRow[] = [];

describe.each(rooms)("what PyTorch recorded: %s", async (room) => {
  const tensors = await readRecorded(`${fixtures}${room}.safetensors`);
  const cases = readJson<readonly RecordedCase[]>(fixtures, `${room}.json`);
  const computed = cases.filter(({ name }) => !(name in refused));

  test.each(computed.map((recorded) => [recorded.name, recorded] as const))("%s", async (_, recorded) => {
    const verdict = await judge(recorded, tensors);
    const dtypes = recorded.inputs.map((key) => key && tensors.get(key)!.dtype);
    rows.push({ room, op: recorded.op, dtypes: dtypes.filter((dtype) => dtype !== null), ...verdict });
    expect(verdict.wrong).toEqual([]);
  });

  const unanswered = cases.filter(({ name }) => name in refused);
  test.runIf(unanswered.length > 0).each(unanswered.map((recorded) => [recorded.name, recorded] as const))(
    "%s is refused",
    (name, recorded) => {
      expect(() => record(recorded, tensors)).toThrow(expect.objectContaining({ code: refused[name] }));
    },
  );
});

afterAll(() => {
  const table = fileURLToPath(new URL("../../../docs/operators.md", import.meta.url));
  const ranAll = new Set(rows.map(({ room }) => room)).size === rooms.length;
  if (ranAll) writeFileSync(table, operatorTable(rows));
});
