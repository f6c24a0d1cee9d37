import { hostDevice } from "../runtime/index.js";
import type { Device } from "../runtime/types.js";
import { checkDevice } from "./device.js";
import { apply, defineOp, type Node, type Op } from "./node.js";
import type { Tensor } from "./tensor.js";

/** Cuts the graph: realize() computes what lies before it on its own device, and copies. */
const transferOp = defineOp<{ device: Device }>("to_device", {
  placed: true,
  packed: true,
  infer: ([x]) => x!,
  onnx: (_, [x]) => x!,
  gradient: ([dy], [x]) => [to_device(dy!, x!.device)],
});

/** For what lies nowhere yet: it is computed on the device. */
const placeOp = defineOp<{ device: Device }>("place", {
  placed: true,
  infer: ([x]) => x!,
  onnx: (_, [x]) => x!,
  gradient: ([dy]) => [dy!],
});

/**
 * The same elements on another device; the tensor itself where it lies there already. The gradient goes the way
 * back. Throws `INVALID_ARGUMENT` for a name that is no device; whether there is one shows when it is computed.
 */
export function to_device(x: Tensor, device: Device): Tensor {
  const checked = checkDevice("to", device);
  if (x.node.device === checked) return x;
  return apply(x.node.device === null ? placeOp : transferOp, [x], { device: checked });
}

/** What an op has made, where another tensor lies; what lies beside a host's tensor need not lie anywhere. */
export function beside(made: Tensor, { device }: Tensor): Tensor {
  return device === hostDevice ? made : to_device(made, device);
}

/** Whether a node copies from one device to another. */
export function isTransfer(node: Node): boolean {
  return node.op === (transferOp as unknown as Op);
}
