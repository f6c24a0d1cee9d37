import { TransformersError } from "../errors.js";
import type { PretrainedConfig } from "../models/configuration.js";
import type {
  AnyConfigClass,
  AnyModelClass,
  AnyTokenizerClass,
  AutoModelName,
  Family,
} from "../models/family.js";
import { families, tokenizerClasses } from "../models/registry.generated.js";

export interface RegisterOptions {
  /** Whether to go before a class that is there already instead of throwing. Default false. */
  exist_ok?: boolean;
}

/** What register() added: these go before the families under models/. */
const configs = new Map<string, AnyConfigClass>();
const models = new Map<AutoModelName, Map<AnyConfigClass, AnyModelClass>>();
const tokenizers = new Map<AnyConfigClass, AnyTokenizerClass>();

/** Every model_type that AutoConfig knows. */
export function knownModelTypes(): string[] {
  return [...new Set([...Object.keys(families), ...configs.keys()])].sort();
}

/** The family of a model_type, or null where no folder under models/ has that name. */
export async function loadFamily(model_type: string): Promise<Family | null> {
  return Object.hasOwn(families, model_type) ? families[model_type]!() : null;
}

/** @throws TransformersError UNKNOWN_MODEL */
export async function findConfigClass(model_type: string): Promise<AnyConfigClass> {
  const found = configs.get(model_type) ?? (await loadFamily(model_type))?.config;
  if (found) return found;
  throw unknownModel(model_type);
}

/**
 * The class that an Auto class means for a configuration.
 * @throws TransformersError UNKNOWN_MODEL, or UNSUPPORTED where the family has no such model.
 */
export async function findModelClass(auto: AutoModelName, config: PretrainedConfig): Promise<AnyModelClass> {
  const registered = models.get(auto)?.get(classOf(config));
  if (registered) return registered;
  const { model_type } = config;
  const family = await loadFamily(model_type);
  const found = family?.auto[auto];
  if (found) return found;
  const served = servedBy(config, family);
  if (family === null && served.length === 0) {
    throw configs.has(model_type)
      ? new TransformersError(
          "UNSUPPORTED",
          `no model is registered for model_type "${model_type}"; call ${auto}.register(${classOf(config).name}, YourModel) first`,
        )
      : unknownModel(model_type);
  }
  throw new TransformersError(
    "UNSUPPORTED",
    `${auto} has no model for model_type "${model_type}", which is served by ${served.join(", ")}`,
  );
}

/**
 * A tokenizer's class by its name in tokenizer_config.json, with or without "Fast"; null where no family has it.
 */
export async function findTokenizerByName(name: string): Promise<AnyTokenizerClass | null> {
  const plain = name.replace(/Fast$/, "");
  for (const registered of tokenizers.values()) {
    if (registered.tokenizerClass.replace(/Fast$/, "") === plain) return registered;
  }
  return Object.hasOwn(tokenizerClasses, plain) ? tokenizerClasses[plain]!() : null;
}

/** The tokenizer's class of a configuration's family, or null. */
export async function findTokenizerFor(config: PretrainedConfig): Promise<AnyTokenizerClass | null> {
  return tokenizers.get(classOf(config)) ?? (await loadFamily(config.model_type))?.tokenizer ?? null;
}

/** The names of the tokenizers that findTokenizerByName knows. */
export function knownTokenizers(): string[] {
  const registered = [...tokenizers.values()].map(({ tokenizerClass }) => tokenizerClass);
  return [...new Set([...Object.keys(tokenizerClasses), ...registered])].sort();
}

export function registerConfig(model_type: string, type: AnyConfigClass, options: RegisterOptions): void {
  if (type.model_type !== model_type) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${type.name}.model_type is "${type.model_type}", but it is registered as "${model_type}"; use the same for both`,
    );
  }
  refuseSecond(
    Object.hasOwn(families, model_type) || configs.has(model_type),
    `model_type "${model_type}"`,
    options,
  );
  configs.set(model_type, type);
}

export function registerModel(
  auto: AutoModelName,
  config: AnyConfigClass,
  model: AnyModelClass,
  options: RegisterOptions,
): void {
  if (model.config_class !== config) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${model.name}.config_class is ${model.config_class.name}, but it is registered with ${config.name}; use the same for both`,
    );
  }
  const known = models.get(auto) ?? new Map<AnyConfigClass, AnyModelClass>();
  refuseSecond(known.has(config) || isOfFamily(config), `a model for ${config.name}`, options);
  models.set(auto, known.set(config, model));
}

export function registerTokenizer(
  config: AnyConfigClass,
  tokenizer: AnyTokenizerClass,
  options: RegisterOptions,
): void {
  refuseSecond(tokenizers.has(config) || isOfFamily(config), `a tokenizer for ${config.name}`, options);
  tokenizers.set(config, tokenizer);
}

/** A family is loaded when it is asked for, so its model_type stands for its configuration's class. */
function isOfFamily(config: AnyConfigClass): boolean {
  return Object.hasOwn(families, config.model_type) && configs.get(config.model_type) !== config;
}

function refuseSecond(isThere: boolean, what: string, { exist_ok = false }: RegisterOptions): void {
  if (!isThere || exist_ok) return;
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `${what} is known already; pass { exist_ok: true } to have yours go before it`,
  );
}

function servedBy(config: PretrainedConfig, family: Family | null): string[] {
  const registered = [...models].filter(([, classes]) => classes.has(classOf(config))).map(([auto]) => auto);
  return [...new Set([...Object.keys(family?.auto ?? {}), ...registered])];
}

function classOf(config: PretrainedConfig): AnyConfigClass {
  return config.constructor as AnyConfigClass;
}

function unknownModel(model_type: string): TransformersError {
  return new TransformersError(
    "UNKNOWN_MODEL",
    `model_type "${model_type}" is not known; known are ${knownModelTypes().join(", ")}. AutoConfig.register adds one of your own`,
  );
}
