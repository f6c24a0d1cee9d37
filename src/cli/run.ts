import { textGroups } from "./input.js";
import { Printer } from "./output.js";
import type { CliTask, Flags } from "./tasks.js";

/** Does a task on the texts of a call, printing each group's answers before the next group is read. */
export async function runTask(task: CliTask, texts: readonly string[], flags: Flags): Promise<void> {
  const groups = textGroups(texts, flags.file as string | undefined);
  // While the first texts come in, the model is loaded; whichever fails says so at once.
  const [first, answerer] = await Promise.all([
    groups.next(),
    task.start(flags.model as string | undefined, flags),
  ]);
  const format = flags.json ? "json" : process.stdout.isTTY ? "table" : "lines";
  const printer = new Printer(format, task.columns);
  try {
    for (let group = first; !group.done; group = await groups.next()) {
      await printer.print(await answerer.answer(group.value));
    }
  } finally {
    await answerer.release();
  }
}
