import { loadFamily } from "../../auto/index.js";
import { hasFile, type JsonObject, readJsonObject } from "../../hub/files.js";
import { formatBytes } from "../../hub/progress.js";
import type { CheckpointSource } from "../../hub/source.js";
import { openSource } from "../../hub/storage/index.js";
import { openCheckpoint, type WeightOptions } from "../../models/checkpoint.js";
import type { LoadingInfo } from "../../models/loading.js";
import type { PreTrainedModel } from "../../models/pretrained-model.js";
import { type DType, dtypes } from "../../tensor/index.js";
import { paint } from "../colours.js";
import { type HubFlags, hubOptions } from "../hub-flags.js";

export interface InspectFlags extends HubFlags {
  readonly json?: boolean;
  readonly variant?: string;
}

interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Prints what a checkpoint is: its configuration, its tensors, and what its model lacks or has no place for. */
export async function inspect(name: string, flags: InspectFlags): Promise<void> {
  const source = await openSource(name, hubOptions(flags));
  const options: WeightOptions = flags.variant === undefined ? {} : { variant: flags.variant };
  const checkpoint = await openCheckpoint(source, options);
  const tensors = [...checkpoint].map(([key, { dtype, dims }]): StoredTensor => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return { name: key, dtype, shape: dims, bytes: count * dtypes[dtype].bytes };
  });
  const config = (await hasFile(source, "config.json")) ? await readJsonObject(source, "config.json") : null;
  const fit = config === null ? null : await compare(source, config, options);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ config, tensors, ...(fit ?? {}) })}\n`);
    return;
  }
  print(source, config, tensors, fit);
}

interface Fit {
  readonly model: string;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
}

/** The model that the configuration names, beside what is stored; null where it is not known here. */
async function compare(
  source: CheckpointSource,
  config: JsonObject,
  weights: WeightOptions,
): Promise<Fit | null> {
  const { model_type, architectures } = config;
  if (typeof model_type !== "string") return null;
  const family = await loadFamily(model_type);
  const named = Array.isArray(architectures) ? architectures[0] : undefined;
  const type = family?.models.find((each) => each.name === named) ?? family?.models[0];
  if (family === null || type === undefined) return null;
  const [, info] = (await type.from_pretrained(source, {
    ...weights,
    ignore_mismatched_sizes: true,
    output_loading_info: true,
  })) as [PreTrainedModel, LoadingInfo];
  return {
    model: type.name,
    missing: info.missing_keys,
    unexpected: info.unexpected_keys,
    mismatched: info.mismatched_keys.map(
      ([key, stored, own]) => `${key}: [${stored}] stored, [${own}] in the model`,
    ),
  };
}

function print(
  source: CheckpointSource,
  config: JsonObject | null,
  tensors: readonly StoredTensor[],
  fit: Fit | null,
): void {
  const lines: string[] = [];
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const elements = tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
  lines.push(
    `${paint(source.name, "heading")}: ${tensors.length} tensors, ${elements.toLocaleString("en")} elements, ${formatBytes(total)}`,
  );
  if (config !== null) {
    lines.push("", paint("configuration", "heading"));
    for (const [name, value] of Object.entries(config)) lines.push(`  ${name}: ${JSON.stringify(value)}`);
  }
  lines.push("", paint("tensors", "heading"));
  const widths = [
    Math.max(0, ...tensors.map(({ name }) => name.length)),
    Math.max(0, ...tensors.map(({ dtype }) => dtype.length)),
  ];
  for (const { name, dtype, shape, bytes } of tensors) {
    lines.push(
      `  ${name.padEnd(widths[0]!)}  ${paint(dtype.padEnd(widths[1]!), "note")}  [${shape.join(", ")}]  ${formatBytes(bytes)}`,
    );
  }
  if (fit === null)
    lines.push("", "its model is not known here, so that nothing can be said of missing tensors");
  else {
    lines.push("", paint(`as ${fit.model}`, "heading"));
    for (const [what, names] of Object.entries({
      missing: fit.missing,
      unexpected: fit.unexpected,
      "of another shape": fit.mismatched,
    })) {
      lines.push(`  ${what}: ${names.length === 0 ? paint("none", "good") : paint(names.join(", "), "bad")}`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
