import { activationCases } from "./activation.js";
import { attentionCases } from "./attention.js";
import type { DefinitionCase } from "./case.js";
import { creationCases } from "./creation.js";
import { elementwiseCases } from "./elementwise.js";
import { indexingCases } from "./indexing.js";
import { lossesCases } from "./losses.js";
import { matmulCases } from "./matmul.js";
import { movementCases } from "./movement.js";
import { normalizationCases } from "./normalization.js";
import { randomCases } from "./random.js";
import { reduceCases } from "./reduce.js";

export type { DefinitionCase, InputSpec, Sizes } from "./case.js";

/** What stands for each op in the checks that run over all definitions. */
export const definitionCases: readonly DefinitionCase[] = [
  ...activationCases,
  ...attentionCases,
  ...creationCases,
  ...elementwiseCases,
  ...indexingCases,
  ...lossesCases,
  ...matmulCases,
  ...movementCases,
  ...normalizationCases,
  ...randomCases,
  ...reduceCases,
];
