import type { Parameter } from "../tensor/index.js";
import { Adam, type AdamSettings } from "./adam.js";
import type { ParameterGroup } from "./optimizer.js";

export type AdamWSettings = AdamSettings;

/**
 * Adam with decoupled weight decay (default 0.01), as torch.optim.AdamW. A step reads gradient, parameter and two
 * moments, and writes the latter three (amsgrad: one more).
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
 */
export class AdamW extends Adam {
  constructor(
    params: Iterable<Parameter> | Iterable<ParameterGroup<AdamWSettings>>,
    settings: Partial<AdamWSettings> = {},
  ) {
    super(params, { ...settings, weight_decay: settings.weight_decay ?? 0.01 });
  }

  protected override get decoupled(): boolean {
    return true;
  }
}
