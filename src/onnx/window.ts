import type { Attribute } from "./model-proto.js";

/** How filters, or what is pooled, move over an image: for each spatial axis. */
export interface Window {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Entries put before and behind the axis. */
  readonly padding: readonly (readonly [before: number, behind: number])[];
}

export interface Convolution extends Window {
  /** Into how many parts the channels are cut, each with filters of its own. */
  readonly groups: number;
}

export function windowAttributes({ stride, dilation, padding }: Window): Record<string, Attribute> {
  return { strides: stride, dilations: dilation, pads: padsAttribute(padding) };
}

/** ONNX wants what is before all axes, then what is behind them. */
export function padsAttribute(padding: Window["padding"]): number[] {
  return [...padding.map(([before]) => before), ...padding.map(([, behind]) => behind)];
}
