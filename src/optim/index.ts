export { AdamW, type AdamWSettings } from "./adamw.js";
export { clip_grad_norm_, clip_grad_value_ } from "./clip.js";
export { type CommonSettings, Optimizer, type OptimizerState, type ParameterGroup } from "./optimizer.js";
export * from "./schedules.js";
