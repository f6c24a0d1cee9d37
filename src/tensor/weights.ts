import { TransformersError } from "../errors.js";
import type { Graph, Value } from "../onnx/graph.js";
import { type DType, dtypes, isFloat } from "../runtime/dtype.js";
import type { Device, FileWeight, HostArray } from "../runtime/types.js";
import { canonical } from "./gradient.js";
import type { FileArray } from "./node.js";
import type { Tensor } from "./tensor.js";
import { Variable } from "./variable.js";

/** Constants up to this many bytes stand in the model itself. */
const inlineLimit = 1024;

/** Constants of a session: mapped from one folder's files, held in memory, or (small ones) in the model. */
export class Weights {
  folder: string | null = null;
  bytes = 0;
  readonly inMemory = new Map<string, HostArray>();
  readonly inFiles = new Map<string, FileWeight>();

  add(graph: Graph, leaf: Tensor): Value {
    if (leaf.storage === null) {
      const { code, reason } = leaf.lost ?? { code: "NOT_REALIZED", reason: `this ${leaf} has no value` };
      throw new TransformersError(code, reason);
    }
    const storage = leaf.storage as HostArray | FileArray;
    if ("load" in storage) {
      this.folder ??= storage.folder;
      if (this.folder !== storage.folder) {
        throw new TransformersError(
          "UNSUPPORTED",
          `weights of one model lie in two folders, ${this.folder} and ${storage.folder}; load() the parameters of one of them first`,
        );
      }
      const { dtype, dims, file, offset, length } = storage;
      this.bytes += length;
      const value = graph.weight(dtype, dims, { location: file, offset, length });
      this.inFiles.set(value.name, { dtype, dims, file, offset, length });
      return value;
    }
    if (storage.data.byteLength <= inlineLimit)
      return graph.constant(storage.dtype, storage.dims, storage.data);
    this.bytes += storage.data.byteLength;
    const name = `weight${this.inMemory.size}`;
    this.inMemory.set(name, storage);
    return graph.weight(
      storage.dtype,
      storage.dims,
      { location: name, offset: 0, length: storage.data.byteLength },
      name,
    );
  }
}

/** A tensor that a compiled function reads from a device's memory at every call. */
export interface Resident {
  readonly leaf: Tensor;
  /** The variable whose value at the time of the call it is, or null for a tensor that never changes. */
  readonly variable: Variable | null;
  readonly dtype: DType;
}

/** Bytes from which a weight is kept in a device's memory for all sessions together. */
const sharedFrom = 2 ** 20;

/**
 * Whether a weight is better kept in the device's memory once, for all sessions, than as a constant of each: the large
 * ones, of which ONNX Runtime would not work anything out beforehand.
 */
export function isShared({ node: { owner }, dtype }: Tensor): boolean {
  if (!(owner instanceof Variable) || !isFloat(dtype) || owner.dims.length < 2) return false;
  return owner.dims.reduce((product, dim) => product * dim, dtypes[dtype].bytes) >= sharedFrom;
}

export function asResident(leaf: Tensor): Resident {
  const { owner } = leaf.node;
  return { leaf, variable: owner instanceof Variable ? owner : null, dtype: leaf.storage!.dtype };
}

export function presentLeaf({ leaf, variable }: Resident): Tensor {
  return variable === null ? leaf : canonical(variable);
}

/** Whether what was in a device's memory still is, in the form that the session was compiled for. */
export function isResident(item: Resident, device: Device): boolean {
  const { node, storage } = presentLeaf(item);
  return node.device === device && storage !== null && "download" in storage && storage.dtype === item.dtype;
}
