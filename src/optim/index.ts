export { Adafactor, type AdafactorSettings } from "./adafactor.js";
export { AdafactorSchedule, get_adafactor_schedule } from "./adafactor-schedule.js";
export { Adagrad, type AdagradSettings } from "./adagrad.js";
export { Adam, type AdamSettings } from "./adam.js";
export { AdamW, type AdamWSettings } from "./adamw.js";
export { clip_grad_norm_, clip_grad_value_ } from "./clip.js";
export {
  get_scheduler,
  type SchedulerOptions,
  type SchedulerSpecificOptions,
  SchedulerType,
} from "./get-scheduler.js";
export { LambdaLR, type LambdaLRState, type LRLambda, type LRScheduler } from "./lambda-lr.js";
export { Lion, type LionSettings } from "./lion.js";
export { type CommonSettings, Optimizer, type ParameterGroup } from "./optimizer.js";
export { type PlateauOptions, type PlateauState, ReduceLROnPlateau } from "./plateau.js";
export { RMSprop, type RMSpropSettings } from "./rmsprop.js";
export * from "./schedules.js";
export { SGD, type SGDSettings } from "./sgd.js";
export type { OptimizerState, StoredState } from "./state.js";
