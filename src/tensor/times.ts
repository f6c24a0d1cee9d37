import type { ProfileEvent } from "../runtime/types.js";
import type { Node } from "./node.js";

const shown = 12;

/** Where the time of a few runs went, as text. `writer` gives the operation that an ONNX node was written for. */
export function describeTimes(
  events: readonly ProfileEvent[],
  writer: ReadonlyMap<string, Node>,
  { runs, milliseconds }: { readonly runs: number; readonly milliseconds: number },
): string {
  const total = events.reduce((sum, event) => sum + event.microseconds, 0);
  const row = ({ label, microseconds, count }: Group) => {
    const time = (microseconds / 1000 / runs).toFixed(3).padStart(10);
    const share = `${((100 * microseconds) / Math.max(total, 1)).toFixed(1)} %`.padStart(7);
    return `  ${time} ms ${share}  ${Math.round(count / runs)} x ${label}`;
  };
  const table = (title: string, labelOf: (event: ProfileEvent) => string) => {
    const groups = grouped(events, labelOf);
    const rest = groups.length > shown ? [`  and ${groups.length - shown} more`] : [];
    return [title, ...groups.slice(0, shown).map(row), ...rest];
  };
  const operation = ({ node }: ProfileEvent) => writer.get(node)?.op.name ?? "(what ONNX Runtime added)";
  return [
    `${runs} runs of ${(milliseconds / runs).toFixed(3)} ms, ${(total / 1000 / runs).toFixed(3)} ms of it in operators`,
    ...table("by operator", ({ opType }) => opType),
    ...table("by recorded operation", operation),
    ...table(
      "by node",
      (event) =>
        `${event.node} = ${event.opType}, of ${signature(writer.get(event.node)) ?? operation(event)}`,
    ),
  ].join("\n");
}

interface Group {
  readonly label: string;
  microseconds: number;
  count: number;
}

/** Sums by label, the largest first. */
function grouped(events: readonly ProfileEvent[], labelOf: (event: ProfileEvent) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const label = labelOf(event);
    const group = groups.get(label) ?? { label, microseconds: 0, count: 0 };
    group.microseconds += event.microseconds;
    group.count++;
    groups.set(label, group);
  }
  return [...groups.values()].sort((a, b) => b.microseconds - a.microseconds);
}

function signature(node: Node | undefined): string | null {
  return node === undefined ? null : `${node.op.name}(${node.inputs.join(", ")})`;
}
