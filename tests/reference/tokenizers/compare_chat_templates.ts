// Compares with what compare_chat_templates.py rendered, which says how to run both.
import { readFileSync } from "node:fs";
import { ChatTemplate } from "../../../src/tokenizers/pretrained/chat/template.js";

interface Case {
  readonly name: string;
  readonly template: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly rendered: { readonly text?: string; readonly error?: string };
}
const cases = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as readonly Case[];
const now = () => new Date(2024, 2, 5, 7, 8, 9);

function outcome({ template, context }: Case): { text?: string; error?: unknown } {
  try {
    return { text: new ChatTemplate(template).render(context, now).text };
  } catch (error) {
    return { error };
  }
}

const tally = {
  templates: new Set(cases.map(({ template }) => template)).size,
  equal: 0,
  refused: 0,
  differ: 0,
};
for (const each of cases) {
  const found = outcome(each);
  const isSame =
    each.rendered.text === undefined ? found.error !== undefined : found.text === each.rendered.text;
  if (!isSame) {
    tally.differ++;
    console.error(each.name, "expected", each.rendered, "found", found);
  } else if (found.text === undefined) tally.refused++;
  else tally.equal++;
}
console.log(JSON.stringify(tally));
if (tally.differ > 0) process.exitCode = 1;
