import { TransformersError } from "../errors.js";
import type { SourceArgument } from "../hub/source.js";
import { openSource } from "../hub/storage/index.js";
import { type Checkpoint, openCheckpoint } from "./checkpoint.js";
import { assignCheckpoint, type LoadingInfo, mismatch } from "./loading.js";
import type { PreTrainedModel } from "./pretrained-model.js";

/** How `load_sharded_checkpoint` reads. */
export interface ShardedOptions {
  /** Throw unless the names of checkpoint and model are the same. Default true. */
  readonly strict?: boolean;
  /** Of a folder with both, read safetensors and not pytorch_model.bin. Default true. */
  readonly prefer_safe?: boolean;
}

/**
 * Fills a model with a checkpoint's weights under its own names, without what `from_pretrained` does about names of
 * other models. Gives the names that one has and the other has not. Throws `KEYS_MISMATCH`, and what reading the
 * checkpoint throws.
 */
export async function load_sharded_checkpoint(
  model: PreTrainedModel,
  from: SourceArgument,
  { strict = true, prefer_safe = true }: ShardedOptions = {},
): Promise<Pick<LoadingInfo, "missing_keys" | "unexpected_keys">> {
  const source = await openSource(from);
  const info = assignCheckpoint(model.state_dict(), await open(source, prefer_safe), {
    base_model_prefix: "",
    stale_buffers: [],
    ignoreMissing: [],
    ignoreUnexpected: [],
  });
  const { missing_keys, unexpected_keys } = info;
  if (info.mismatched_keys.length > 0) throw mismatch(source.name, model.constructor.name, info);
  if (strict && missing_keys.length + unexpected_keys.length > 0) {
    const list = (keys: readonly string[]) => (keys.length === 0 ? "none" : keys.slice(0, 5).join(", "));
    throw new TransformersError(
      "KEYS_MISMATCH",
      `${source.name} does not fit ${model.constructor.name}: missing ${list(missing_keys)}; unexpected ${list(unexpected_keys)}; pass strict: false to load what fits`,
    );
  }
  return { missing_keys, unexpected_keys };
}

async function open(source: Exclude<SourceArgument, string>, preferSafe: boolean): Promise<Checkpoint> {
  if (preferSafe) return openCheckpoint(source);
  try {
    return await openCheckpoint(source, { use_safetensors: false });
  } catch (error) {
    if (!(error instanceof TransformersError && error.code === "FILE_NOT_FOUND")) throw error;
    return openCheckpoint(source, { use_safetensors: true });
  }
}
