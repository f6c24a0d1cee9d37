import { TransformersError } from "../errors.js";
import { type JsonObject, readJsonObject } from "../hub/files.js";
import { type SourceArgument, splitHubOptions } from "../hub/source.js";
import { openSource } from "../hub/storage/index.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type { AnyConfigClass } from "../models/family.js";
import { findConfigClass, knownModelTypes, type RegisterOptions, registerConfig } from "./registry.js";

/** Fields of a configuration whose family is not known in the types. */
export type AutoConfigFields = Readonly<Record<string, unknown>>;

/** Finds a configuration's class by `model_type`. */
export const AutoConfig = {
  /**
   * Reads `config.json` of a folder or a repository of the Hub; `options` are those of the Hub, and fields that take
   * precedence. Throws `FILE_NOT_FOUND`, `CORRUPT_FILE`,
   * `CONFIG_INVALID` (no model_type), `UNKNOWN_MODEL`, or `INVALID_ARGUMENT` for a field that the family has not.
   */
  async from_pretrained(from: SourceArgument, options: AutoConfigFields = {}): Promise<PretrainedConfig> {
    const [hub, fields] = splitHubOptions(options);
    const source = await openSource(from, hub);
    const config = await configFrom(
      await readJsonObject(source, "config.json"),
      `config.json in ${source.name}`,
    );
    for (const name of Object.keys(fields)) {
      if (name in config && typeof config[name as keyof PretrainedConfig] !== "function") continue;
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `AutoConfig.from_pretrained: "${name}" is no field of ${config.constructor.name}`,
      );
    }
    return config.update(fields);
  },

  /** A configuration with its family's defaults. Throws `UNKNOWN_MODEL`. */
  async for_model(model_type: string, fields: AutoConfigFields = {}): Promise<PretrainedConfig> {
    return new (await findConfigClass(model_type))(fields);
  },

  /** Makes a configuration's class known by its model_type. */
  register(model_type: string, config_class: AnyConfigClass, options: RegisterOptions = {}): void {
    registerConfig(model_type, config_class, options);
  },
};

async function configFrom(fields: JsonObject, file: string): Promise<PretrainedConfig> {
  const { model_type } = fields;
  if (typeof model_type !== "string") {
    throw new TransformersError(
      "CONFIG_INVALID",
      `${file} has no model_type to find the model's family by; known are ${knownModelTypes().join(", ")}`,
    );
  }
  return (await findConfigClass(model_type)).from_dict(fields);
}
