import type { Verdict } from "./judge.js";

/** One recorded case as it came out. */
export interface OperatorRow extends Verdict {
  readonly room: string;
  readonly op: string;
  readonly dtypes: readonly string[];
}

/** The table of operators with their largest errors against PyTorch, as Markdown. */
export function operatorTable(rows: readonly OperatorRow[]): string {
  const rooms = [...new Set(rows.map(({ room }) => room))].sort();
  const sections = rooms.map((room) => {
    const inRoom = rows.filter((row) => row.room === room);
    const ops = [...new Set(inRoom.map(({ op }) => op))].sort();
    const lines = ops.map((op) => {
      const cases = inRoom.filter((row) => row.op === op);
      const dtypes = [...new Set(cases.flatMap((row) => row.dtypes))].sort().join(", ");
      const gradients = cases.map((row) => row.gradientError).filter((error) => error !== null);
      const value = bound(Math.max(...cases.map((row) => row.valueError)));
      const gradient = gradients.length === 0 ? "" : bound(Math.max(...gradients));
      return `| ${op} | ${cases.length} | ${dtypes} | ${value} | ${gradient} |`;
    });
    return `## ${room}\n\n| operator | cases | dtypes of inputs | values | gradients |\n|---|---|---|---|---|\n${lines.join("\n")}\n`;
  });
  return `${introduction}\n${sections.join("\n")}`;
}

const introduction = `# Operators

The largest difference from what PyTorch gave, over all recorded cases of an operator: of a value of size 1; of
larger values, the share. Errors are rounded up to 1, 2 or 5 times a power of ten; "exact" means no difference.
\`npm test\` writes this page from \`src/tensor/ops/recorded.test.ts\`; \`tests/reference/ops/\` recorded the cases.
`;

/** The least of 1, 2 and 5 times a power of ten that is not below the error: steady from one processor to the next. */
function bound(error: number): string {
  if (error === 0) return "exact";
  const power = 10 ** Math.floor(Math.log10(error));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= error)!;
  return (step * power).toExponential(0);
}
