import { convert } from "../runtime/convert.js";
import { allocate } from "../runtime/dtype.js";
import { getRuntime, hostDevice } from "../runtime/index.js";
import type { Device, DeviceArray, HostArray } from "../runtime/types.js";
import { checkDevice } from "./device.js";
import { canonical } from "./gradient.js";
import type { Tensor } from "./tensor.js";

/** Moves that are under way, so that nobody starts one twice. */
const moving = new WeakMap<Tensor, Promise<HostArray | DeviceArray>>();

/**
 * The elements of a tensor that is known, as a session of `device` takes them. Elements that lie elsewhere than their
 * tensor belongs, as those of a parameter do after `module.to(device)`, are brought there and stay; what belongs
 * nowhere, and a host's number without axes, is copied by the session.
 */
export function elementsFor(
  tensor: Tensor,
  device: Device,
): HostArray | DeviceArray | Promise<HostArray | DeviceArray> {
  const storage = tensor.storage!;
  if ("data" in storage && (device === hostDevice || tensor.node.device !== device)) return storage;
  if ("download" in storage && storage.device === device) return storage;
  if ("load" in storage && device === hostDevice) return storage.load();
  const pending = moving.get(tensor) ?? bring(tensor, device).finally(() => moving.delete(tensor));
  moving.set(tensor, pending);
  return pending;
}

/** Whether a tensor's elements are known but lie elsewhere than the tensor. A file counts as the host's. */
export function isAway({ storage, node }: Tensor): boolean {
  if (storage === null) return false;
  return ("download" in storage ? storage.device : hostDevice) !== (node.device ?? hostDevice);
}

async function bring(tensor: Tensor, device: Device): Promise<HostArray | DeviceArray> {
  const before = tensor.storage!;
  const array = await copied(tensor, device);
  if (tensor.storage === before) tensor.storage = array; // what was there may still be read by who recorded it
  return array;
}

/** The elements of a tensor that is known, copied to a device, in the tensor's own dtype. */
export async function copied(tensor: Tensor, device: Device): Promise<HostArray | DeviceArray> {
  const { storage, dtype } = canonical(tensor);
  const own = storage!;
  let host: HostArray;
  if ("download" in own) host = await own.download();
  else if ("load" in own) host = await own.load();
  else host = device === hostDevice ? { ...own, data: own.data.slice() } : own;
  const array = convert(host, dtype);
  return device === hostDevice ? array : (await getRuntime()).upload(array, device);
}

/** The same elements once more, on the same device. */
export async function duplicate(array: HostArray | DeviceArray): Promise<HostArray | DeviceArray> {
  if ("data" in array) return { ...array, data: array.data.slice() };
  return (await getRuntime()).upload(await array.download(), array.device);
}

/**
 * The device of that name, once it has been used: throws `DEVICE_UNAVAILABLE` where the machine lacks it, and
 * `INVALID_ARGUMENT` for a name that is none.
 */
export async function requireDevice(asking: string, name: string): Promise<Device> {
  const device = checkDevice(asking, name);
  if (device !== hostDevice) {
    const probe: HostArray = { dtype: "float32", dims: [], data: allocate("float32", 1) };
    (await (await getRuntime()).upload(probe, device)).release();
  }
  return device;
}
