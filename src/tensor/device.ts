import { TransformersError } from "../errors.js";
import { type DType, dtypes } from "../runtime/dtype.js";
import { hostDevice } from "../runtime/index.js";
import type { Device } from "../runtime/types.js";
import type { Tensor } from "./tensor.js";

const devices: readonly Device[] = ["cpu", "wasm", "webgpu", "cuda"];

export function isDevice(name: string): name is Device {
  return (devices as readonly string[]).includes(name);
}

/**
 * The device of that name; in browsers "cpu" is another name for "wasm". Throws `INVALID_ARGUMENT` for any other
 * name. Whether the machine has the device shows when it is first used.
 */
export function checkDevice(asking: string, name: string): Device {
  if (!isDevice(name)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `${asking}: ${JSON.stringify(name)} is no device; the devices are ${devices.map((known) => `"${known}"`).join(", ")}`,
    );
  }
  return name === "cpu" ? hostDevice : name;
}

/** What `to` changes. */
export interface MoveTarget {
  readonly dtype?: DType;
  readonly device?: Device;
}

/** What the argument of `to` asks for. Throws `INVALID_ARGUMENT` for what is neither a dtype nor a device. */
export function checkTarget(target: string | MoveTarget): MoveTarget {
  if (typeof target !== "string") {
    for (const name of Object.keys(target)) {
      if (name === "dtype" || name === "device") continue;
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `to: there is no option ${name}; options are dtype and device`,
      );
    }
    return target;
  }
  if (isDevice(target)) return { device: target };
  if (Object.hasOwn(dtypes, target)) return { dtype: target as DType };
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `to: ${JSON.stringify(target)} is neither a dtype (${Object.keys(dtypes).join(", ")}) nor a device (${devices.join(", ")})`,
  );
}

/**
 * Where an op of these inputs is computed: where they lie; null where none of them lies anywhere, as numbers that
 * ops make. Tensors without axes that lie on the host go everywhere. Throws `DEVICE_MISMATCH` naming the op.
 */
export function commonDevice(op: string, inputs: readonly Tensor[]): Device | null {
  let common: Device | null = null;
  for (const { node } of inputs) {
    if (node.device === common || node.device === null) continue;
    if (common !== null) return amongSeveral(op, inputs);
    common = node.device;
  }
  return common;
}

function amongSeveral(op: string, inputs: readonly Tensor[]): Device {
  const placed = inputs.filter(
    ({ node, rank }) => node.device !== null && !(node.device === hostDevice && rank === 0),
  );
  const [first] = placed;
  const other = placed.find(({ node }) => node.device !== first!.node.device);
  if (other === undefined) return first!.node.device!;
  throw new TransformersError(
    "DEVICE_MISMATCH",
    `${op}: its inputs lie on two devices, ${first} on ${first!.device} and ${other} on ${other.device}; move one of them with .to("${first!.device}") or .to("${other.device}")`,
  );
}
