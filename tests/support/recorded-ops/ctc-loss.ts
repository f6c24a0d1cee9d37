import * as ops from "../../../src/tensor/index.js";
import type { Calls } from "./call.js";

export const calls: Calls = {
  ctc_loss: ([log_probs, targets, input_lengths, target_lengths], options) => {
    // Labels of several sequences one after the other need their numbers known.
    const joined = targets!.rank === 1 && log_probs!.rank === 3;
    const lengths = joined ? (target_lengths!.tolist() as number[]) : target_lengths!;
    return ops.ctc_loss(log_probs!, targets!, input_lengths!, lengths, options as ops.CtcLossOptions);
  },
};
