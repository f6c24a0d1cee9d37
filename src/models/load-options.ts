import { TransformersError } from "../errors.js";
import type { CheckpointSource, HubOptions } from "../hub/source.js";
import {
  canonical,
  type Device,
  type DType,
  dtypes,
  isFloat,
  type Tensor,
  type Variable,
} from "../tensor/index.js";
import { type Checkpoint, checkpointOf, openCheckpoint, type WeightOptions } from "./checkpoint.js";
import type { PretrainedConfig } from "./configuration.js";
import { openOtherCheckpoint } from "./other-frameworks.js";

/** A dtype that a model's parameters can be kept in. */
export type FloatDType = "float32" | "float16" | "bfloat16" | "float64";

/** What dtype a model is loaded in. */
export interface DTypeOptions {
  /**
   * What the parameters are kept in, and outputs come in. "auto": what the configuration's torch_dtype says, or else the
   * checkpoint's first float. Default: float32, in which narrow files are computed with as well. On the CPU, products of
   * narrow floats are computed in float32 and rounded, from copies of the weights that the compiled session makes: files
   * and what JavaScript holds are half as large, the session is larger (BERT-base: 670 MB in place of 420) and no faster.
   */
  torch_dtype?: FloatDType | "auto";
  /** The same, under its newer name. */
  dtype?: FloatDType | "auto";
}

/** Options of `from_pretrained`; any other name is a field of the configuration, or an option of the model's own. */
export interface LoadOptions<C extends PretrainedConfig> extends HubOptions, WeightOptions, DTypeOptions {
  /** The configuration to use in place of the folder's config.json. */
  config?: C;
  /** Leave entries whose shapes differ at their initial values instead of throwing. Default false. */
  ignore_mismatched_sizes?: boolean;
  /** Where the model is to lie. Default: the host. Throws `DEVICE_UNAVAILABLE` where the machine lacks it. */
  device?: Device;
  /** Give `[model, loading_info]` instead of the model. Default false. */
  output_loading_info?: boolean;
  /** Weights to take in place of the checkpoint's. */
  state_dict?: ReadonlyMap<string, Tensor>;
  /** Read a TensorFlow checkpoint, tf_model.h5, which takes the package h5wasm. Default false. */
  from_tf?: boolean;
  /** Read a Flax checkpoint, flax_model.msgpack, which takes the package @msgpack/msgpack. Default false. */
  from_flax?: boolean;
  /** true is how models are always loaded: no weight is made or read before it is needed. false is refused. */
  low_cpu_mem_usage?: boolean;
}

const ownOptions = [
  ...["config", "device", "dtype", "from_flax", "from_tf", "ignore_mismatched_sizes", "low_cpu_mem_usage"],
  ...["output_loading_info", "state_dict", "torch_dtype", "use_safetensors", "variant"],
];

/** Options of the reference that are refused, and what to do instead. False and null ask for nothing. */
const refused: Readonly<Record<string, string>> = {
  adapter_kwargs: "adapters are not loaded",
  adapter_name: "adapters are not loaded",
  attn_implementation: "attention is one fused operator wherever that gives the same values",
  device_map: "a model lies on one device; name it with the option device",
  load_in_4bit: "weights are loaded as they are; torch_dtype can keep them in 16 bits",
  load_in_8bit: "weights are loaded as they are; torch_dtype can keep them in 16 bits",
  max_memory: "a model lies on one device; name it with the option device",
  mirror: "set HF_ENDPOINT to the address of the mirror",
  offload_folder: "weights are mapped from their own files, which costs no memory",
  offload_state_dict: "weights are mapped from their own files, which costs no memory",
  proxies: "start Node.js with a proxy configured for fetch",
  quantization_config: "weights are loaded as they are; torch_dtype can keep them in 16 bits",
  trust_remote_code: "code that comes with a checkpoint is never run",
  use_auth_token: "the option is called token",
  use_flash_attention_2: "attention is one fused operator wherever that gives the same values",
};

/** Options of the reference for what is done here in any case: weights that are read are not initialised first, and a download that was cut goes on. */
const inAnyCase = ["_fast_init", "resume_download"];

/** Throws `UNSUPPORTED` for an option of the reference that means nothing here, saying what to do instead. */
export function refuseOption(name: string, value: unknown): boolean {
  if (inAnyCase.includes(name)) return true;
  if (!Object.hasOwn(refused, name)) return false;
  if (value === undefined || value === null || value === false) return true;
  throw new TransformersError("UNSUPPORTED", `from_pretrained: ${name} is not supported: ${refused[name]}`);
}

/** Options that are fields of the configuration, and those of the model's constructor. Any other is refused. */
export function splitOptions(
  options: Readonly<Record<string, unknown>>,
  config: PretrainedConfig,
  own: readonly string[],
): readonly [fields: Record<string, unknown>, modelOptions: Record<string, unknown>] {
  const fields: Record<string, unknown> = {};
  const modelOptions: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (own.includes(name)) modelOptions[name] = value;
    else if (refuseOption(name, value)) continue;
    else if (name in config && typeof config[name as keyof PretrainedConfig] !== "function")
      fields[name] = value;
    else {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `from_pretrained: "${name}" is neither an option (${ownOptions.join(", ")}) nor a field of ${config.constructor.name}`,
      );
    }
  }
  return [fields, modelOptions];
}

/** The dtype asked for, or null where nothing is. Throws `INVALID_ARGUMENT`. */
export function askedDtype({ torch_dtype, dtype }: DTypeOptions): FloatDType | "auto" | null {
  const asked = torch_dtype ?? dtype ?? null;
  if (torch_dtype != null && dtype != null && torch_dtype !== dtype) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `torch_dtype is ${JSON.stringify(torch_dtype)} and dtype ${JSON.stringify(dtype)}; they are two names of one option, give one`,
    );
  }
  if (asked === null || asked === "auto" || isFloatName(asked)) return asked;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `torch_dtype is ${JSON.stringify(asked)}; expected "auto", "float32", "float16", "bfloat16" or "float64"`,
  );
}

/** What "auto" means for a checkpoint. Throws `CONFIG_INVALID` where the configuration names no float. */
export function automaticDtype(config: PretrainedConfig, checkpoint: Checkpoint): FloatDType {
  const named = config.torch_dtype?.replace(/^torch\./, "") ?? null;
  if (named === null) {
    const first = [...checkpoint.values()].find(({ dtype }) => isFloat(dtype));
    return (first?.dtype ?? "float32") as FloatDType;
  }
  if (isFloatName(named)) return named;
  throw new TransformersError(
    "CONFIG_INVALID",
    `torch_dtype: "auto" asks the configuration, whose torch_dtype is ${JSON.stringify(named)}; expected float32, float16, bfloat16 or float64: name one yourself`,
  );
}

function isFloatName(name: string): name is FloatDType {
  return Object.hasOwn(dtypes, name) && isFloat(name as DType);
}

/** Keeps floats in a dtype, but for those in modules that must stay in float32 beside float16. */
export function castVariables(
  variables: Iterable<readonly [string, Variable]>,
  dtype: FloatDType,
  keepInFloat32: readonly string[],
): void {
  for (const [name, variable] of variables) {
    if (!isFloat(variable.dtype)) continue;
    const isKept = dtype === "float16" && name.split(".").some((part) => keepInFloat32.includes(part));
    variable.cast(isKept ? "float32" : dtype);
  }
}

/** Has wider elements that were brought into memory in the dtype that they are kept in; files stay as they are. */
export async function narrowInMemory(variables: Iterable<readonly [string, Variable]>): Promise<void> {
  for (const [, variable] of variables) {
    const { storage } = canonical(variable);
    if (storage !== null && "data" in storage && dtypes[storage.dtype].bytes > dtypes[variable.dtype].bytes)
      await variable.load();
  }
}

/** Which weights are meant. Throws `INVALID_ARGUMENT` for two kinds at once. */
export async function readWeights(
  source: CheckpointSource,
  options: Pick<
    LoadOptions<PretrainedConfig>,
    "from_flax" | "from_tf" | "state_dict" | "use_safetensors" | "variant"
  >,
): Promise<Checkpoint> {
  const asked = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  const kinds = asked.map(([name]) => name).filter((name) => /^from_|state_dict/.test(name));
  if (kinds.length > 1 || (kinds.length === 1 && asked.length > 1)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `from_pretrained: ${asked.map(([name]) => name).join(" and ")} ask for different weights; give one of them`,
    );
  }
  if (options.state_dict) return checkpointOf(options.state_dict);
  if (options.from_tf) return openOtherCheckpoint(source, "from_tf");
  if (options.from_flax) return openOtherCheckpoint(source, "from_flax");
  return openCheckpoint(source, options);
}
