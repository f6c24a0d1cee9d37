import { activationCases } from "./activation.js";
import { attentionCases } from "./attention.js";
import type { DefinitionCase } from "./case.js";
import { convolutionCases } from "./convolution.js";
import { creationCases } from "./creation.js";
import { ctcLossCases } from "./ctc-loss.js";
import { elementwiseCases } from "./elementwise.js";
import { gridSampleCases } from "./grid-sample.js";
import { indexingCases } from "./indexing.js";
import { interpolateCases } from "./interpolate.js";
import { lossesCases } from "./losses.js";
import { matmulCases } from "./matmul.js";
import { movementCases } from "./movement.js";
import { normalizationCases } from "./normalization.js";
import { poolingCases } from "./pooling.js";
import { randomCases } from "./random.js";
import { reduceCases } from "./reduce.js";
import { rotaryCases } from "./rotary.js";

export type { DefinitionCase, InputSpec, Sizes } from "./case.js";

/** What stands for each op in the checks that run over all definitions. */
export const definitionCases: readonly DefinitionCase[] = [
  ...activationCases,
  ...attentionCases,
  ...convolutionCases,
  ...creationCases,
  ...ctcLossCases,
  ...elementwiseCases,
  ...gridSampleCases,
  ...indexingCases,
  ...interpolateCases,
  ...lossesCases,
  ...matmulCases,
  ...movementCases,
  ...normalizationCases,
  ...poolingCases,
  ...randomCases,
  ...reduceCases,
  ...rotaryCases,
];
