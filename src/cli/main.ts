#!/usr/bin/env node
import path from "node:path";
import { Command, CommanderError, Option } from "commander";
import { packageFolder } from "../hub/storage/package-folder.js";
import { paint } from "./colours.js";
import { CliError, hintFor } from "./errors.js";
import { hubFlagOptions } from "./hub-flags.js";
import { cliTasks } from "./tasks.js";
import { ownVersion } from "./version.js";

// Exit codes: 0 done, 1 the work failed, 2 the command line is wrong.

const example = '  $ transformers-ts run text-classification "Der Hund schläft auf dem Sofa."';

try {
  // A reader that has seen enough, as in `... | head`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    fail(error);
  });
  await program().parseAsync();
} catch (error) {
  fail(error);
}

function program(): Command {
  const program = new Command("transformers-ts")
    .description("Hugging Face Transformers, written natively in TypeScript")
    .version(ownVersion(), "--version", "print the version")
    .helpOption("--help", "print this help")
    .addHelpText("after", `\nExample:\n${example}`)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const run = program
    .command("run")
    .summary("do a task on texts: run <task> [text...]")
    .description(`Does a task on texts. \`run <task> --help\` lists the task's options.`)
    .argument("[task]", "what to do; see below")
    .argument("[text...]", "the texts")
    .allowUnknownOption()
    .addHelpText("after", `\nExample:\n${example}`)
    .action((task?: string) => {
      throw new CliError(
        2,
        task === undefined ? "run needs a task" : `there is no task ${JSON.stringify(task)}`,
        `tasks are ${Object.entries(cliTasks)
          .flatMap(([name, { alias }]) => (alias ? [name, alias] : [name]))
          .join(", ")}`,
      );
    });
  for (const [name, task] of Object.entries(cliTasks)) {
    const command = run
      .command(name)
      .summary(task.summary)
      .description(
        `${task.summary} Texts come from the arguments, else from --file, else from standard input, one a line; blank lines are skipped. The answers are a table on a terminal, and lines of ${task.columns.join(", ")} separated by tabs in a pipe.`,
      )
      .argument("[text...]", "the texts")
      .option(
        "-m, --model <name>",
        `folder of a checkpoint, or a repository of the Hub${task.shipped ? ` (default: ${task.shipped})` : ""}`,
      )
      .option("-f, --file <file>", "read texts from a file, one a line")
      .option("--json", 'print {"input", "output"} for each text, one JSON object a line')
      .addHelpText("after", `\nExample:\n${task.example}`)
      .action(async (texts: string[], flags: Record<string, never>) => {
        const { runTask } = await import("./run.js");
        await runTask(task, texts, flags);
      });
    if (task.alias) command.alias(task.alias);
    for (const option of task.options()) command.addOption(option);
    for (const option of hubFlagOptions()) command.addOption(option);
    command.option("--debug", "show where an error comes from");
  }
  addFileCommands(program);
  return program;
}

/** The commands that are about checkpoints and not about tasks. */
function addFileCommands(program: Command): void {
  const command = (name: string, summary: string, example: string) =>
    program
      .command(name)
      .summary(summary)
      .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
      .option("--json", "print JSON")
      .option("--debug", "show where an error comes from")
      .addHelpText("after", `\nExample:\n  $ transformers-ts ${example}`);
  const shipped = shippedModel();
  const withHub = (built: Command) =>
    hubFlagOptions().reduce((each, option) => each.addOption(option), built);

  withHub(
    command(
      "download",
      "bring files of a repository into the cache",
      "download google-bert/bert-base-uncased",
    ),
  )
    .argument("<repository>", "name or owner/name")
    .argument("[file...]", "which files (default: what a model needs)")
    .option("--force", "download what is in the cache already")
    .action(async (repository: string, files: string[], flags) => {
      const { download } = await import("./commands/download.js");
      await download(repository, files, flags);
    });
  command("env", "print versions and settings, for a report of a fault", "env").action(async (flags) => {
    const { env } = await import("./commands/env.js");
    env(flags);
  });
  withHub(
    command(
      "inspect",
      "show a checkpoint's configuration and tensors, and what is missing",
      `inspect ${shipped}`,
    ),
  )
    .argument("<checkpoint>", "a folder, or a repository of the Hub")
    .option("--variant <name>", "the variant in the files' names, such as fp16")
    .action(async (checkpoint: string, flags) => {
      const { inspect } = await import("./commands/inspect.js");
      await inspect(checkpoint, flags);
    });
  withHub(
    command(
      "convert",
      "write a checkpoint anew as safetensors: from another format, in another dtype or other shards",
      `convert ${shipped} half --dtype float16`,
    ),
  )
    .argument("<checkpoint>", "a folder, or a repository of the Hub")
    .argument("<folder>", "where to write it")
    .addOption(new Option("--dtype <name>", "of the floats").choices(["float32", "float16", "bfloat16"]))
    .option("--max-shard-size <size>", 'the most that a file holds (default: "5GB")')
    .option("--variant <name>", "the variant to read, such as fp16")
    .option("--as-variant <name>", "the variant to write, in the files' names")
    .option("--from-tf", "read tf_model.h5")
    .option("--from-flax", "read flax_model.msgpack")
    .action(async (checkpoint: string, folder: string, flags) => {
      const { convert } = await import("./commands/convert.js");
      await convert(checkpoint, folder, flags);
    });
  withHub(
    command(
      "tokenize",
      "show the tokens that a tokenizer makes of texts, with their ids and places",
      `tokenize ${shipped} "Der Hund schläft."`,
    ),
  )
    .argument("<tokenizer>", "a folder, or a repository of the Hub")
    .argument("[text...]", "the texts (default: standard input, one a line)")
    .option("-f, --file <file>", "read texts from a file, one a line")
    .option("--no-special-tokens", "leave out the tokens that frame a text")
    .option("--code-points", "count places in code points, as Python does, and not in UTF-16 units")
    .action(async (tokenizer: string, texts: string[], flags) => {
      const { tokenize } = await import("./commands/tokenize.js");
      await tokenize(tokenizer, texts, flags);
    });
  command(
    "train-tokenizer",
    "train a tokenizer on text files",
    `train-tokenizer --type bpe --vocab-size 1000 --out my-tokenizer ${path.join(shipped, "README.md")}`,
  )
    .argument("<file...>", "text files in UTF-8")
    .addOption(
      new Option("--type <type>", "the kind of model")
        .choices(["bpe", "wordpiece", "unigram", "wordlevel"])
        .makeOptionMandatory(),
    )
    .requiredOption("--out <folder>", "where to write it")
    .option("--vocab-size <number>", "how many tokens it has (default: 30000, of unigram 8000)")
    .option("--min-frequency <number>", "how often a pair or a word must occur (default: 0)")
    .option("--lowercase", "make texts lower case")
    .option("--special-token <token...>", "special tokens beside those that the type has")
    .action(async (files: string[], flags) => {
      const { trainTokenizer } = await import("./commands/train-tokenizer.js");
      await trainTokenizer(files, flags);
    });
}

/** The model that is shipped with this package, as a name that works from where the user is. */
function shippedModel(): string {
  const folder = path.join(packageFolder(), "assets/language-identification");
  const near = path.relative(process.cwd(), folder);
  return near.startsWith("..") ? folder : near;
}

/** The command that was called, with its task, as far as there is one of that name. */
function calledCommand(): string {
  const [name, task] = process.argv.slice(2);
  if (name === "run") {
    const isTask = Object.entries(cliTasks).some(([each, { alias }]) => task === each || task === alias);
    return `transformers-ts run${isTask ? ` ${task}` : ""}`;
  }
  const isCommand =
    name !== undefined &&
    ["convert", "download", "env", "inspect", "tokenize", "train-tokenizer"].includes(name);
  return isCommand ? `transformers-ts ${name}` : "transformers-ts";
}

/** One line that says what is wrong, one that says what to do. */
function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return; // it has printed help or the version
  if (error instanceof CommanderError && error.code === "commander.help") process.exit(2); // printed, unasked
  const isUsage = error instanceof CommanderError;
  const message = error instanceof Error ? error.message : String(error);
  const hint = isUsage ? `${calledCommand()} --help shows how it is called` : hintFor(error);
  const { stderr } = process;
  const lines = [
    `${paint("error:", "bad", stderr)} ${message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ")}`,
    ...(hint ? [`${paint("hint:", "note", stderr)} ${hint}`] : []),
  ];
  if (process.argv.includes("--debug") && error instanceof Error) lines.push(error.stack ?? "");
  stderr.write(`${lines.join("\n")}\n`);
  process.exit(isUsage ? 2 : error instanceof CliError ? error.exitCode : 1);
}
