import { TransformersError } from "../../errors.js";
import type { SafetensorsDtype } from "../safetensors/index.js";
import { Constructor, type PickledTensor, type PickledValue, Tuple } from "./values.js";

/**
 * The global names that a checkpoint of weights may name, and what stands for them here. A name that is not in this
 * table can't be reached: nothing is looked up on a JavaScript object by a name from the file.
 *
 * Source: PyTorch's list for torch.load(weights_only=True), torch/_weights_only_unpickler.py.
 */
const table = new Map<string, Constructor>();

function allow(name: string, call: Constructor["call"]): void {
  table.set(name, new Constructor(name, call));
}

const storageTypes: Readonly<Record<string, SafetensorsDtype>> = {
  FloatStorage: "F32",
  DoubleStorage: "F64",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
  ComplexFloatStorage: "C64",
};
for (const [name, dtype] of Object.entries(storageTypes)) {
  for (const module of ["torch", "torch.cuda"]) {
    const full = `${module}.${name}`;
    table.set(full, new Constructor(full, null, dtype));
  }
}
for (const name of ["torch.storage.UntypedStorage", "torch.UntypedStorage"]) {
  table.set(name, new Constructor(name, null, "untyped"));
}

allow("collections.OrderedDict", (args) => {
  const [pairs = []] = args;
  if (args.length > 1 || !Array.isArray(pairs)) throw new Misfit("OrderedDict takes a list of pairs");
  return new Map(
    pairs.map((pair) => {
      const items = pair instanceof Tuple ? pair.items : pair;
      if (!Array.isArray(items) || items.length !== 2) throw new Misfit("OrderedDict takes a list of pairs");
      return [items[0] as PickledValue, items[1] as PickledValue];
    }),
  );
});
allow("torch.Size", (args) => {
  require(args.length === 1 && args[0] instanceof Tuple, "torch.Size takes a tuple");
  return args[0] as Tuple;
});
allow("torch.device", (args) => new Tuple(args));
allow("torch._utils._rebuild_tensor", ([storage, offset, shape, strides]) =>
  rebuild(storage, offset, shape, strides),
);
// Its other arguments are requires_grad, backward hooks and metadata, which weights don't need.
allow("torch._utils._rebuild_tensor_v2", ([storage, offset, shape, strides]) =>
  rebuild(storage, offset, shape, strides),
);
for (const name of ["torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"]) {
  allow(name, ([data]) => {
    require(isTensor(data), "a parameter is made of a tensor");
    return data as PickledTensor;
  });
}
allow("torch.nn.parameter.Parameter", ([data]) => {
  require(isTensor(data), "a parameter is made of a tensor");
  return data as PickledTensor;
});
allow("_codecs.encode", ([text, encoding]) => {
  require(typeof text === "string" && encoding === "latin1", "only bytes as latin1 text are decoded");
  require(/^[\0-\xff]*$/.test(text as string), "text that is decoded as latin1 has other characters");
  return Uint8Array.from(text as string, (character) => character.charCodeAt(0));
});
allow("builtins.bytearray", ([bytes = new Uint8Array()]) => {
  require(bytes instanceof Uint8Array, "a bytearray is made of bytes");
  return bytes;
});
allow("builtins.set", ([items = []]) => {
  require(Array.isArray(items), "a set is made of a list");
  return new Set(items as PickledValue[]);
});
for (const dtype of "float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64".split(
  " ",
)) {
  table.set(`torch.${dtype}`, new Constructor(`torch.${dtype}`, null));
}

/** Names that torch.load accepts and that no checkpoint of plain weights needs. */
const unsupported = new Set(
  `collections.Counter torch.serialization._get_layout torch.Tensor builtins.complex
  torch._utils._rebuild_qtensor torch._utils._rebuild_tensor_v3 torch._utils._rebuild_sparse_tensor
  torch._utils._rebuild_meta_tensor_no_storage torch._utils._rebuild_wrapper_subclass
  torch._utils._rebuild_device_tensor_from_numpy torch._utils._rebuild_device_tensor_from_cpu_tensor
  torch._tensor._rebuild_from_type_v2 torch.per_tensor_affine torch.per_channel_affine
  torch.per_tensor_symmetric torch.per_channel_symmetric torch.per_channel_affine_float_qparams
  torch.storage.TypedStorage torch.storage._LegacyStorage torch.QInt8Storage torch.QUInt8Storage
  torch.QInt32Storage torch.ComplexDoubleStorage`.split(/\s+/),
);

/** What a global name stands for. Throws `UNSAFE_GLOBAL` for any that is not on the list, `UNSUPPORTED` for some that are. */
export function globalNamed(module: string, name: string, file: string): Constructor {
  const full = `${module}.${name}`.replace(/^__builtin__\./, "builtins.");
  const found = table.get(full);
  if (found !== undefined) return found;
  if (unsupported.has(full)) {
    throw new TransformersError(
      "UNSUPPORTED",
      `${file} holds ${full}, which is not read here: only dense tensors and plain data are; save the state dict alone, or as safetensors`,
    );
  }
  throw new TransformersError(
    "UNSAFE_GLOBAL",
    `${file} names ${JSON.stringify(full)}, which a checkpoint of weights has no use for: a pickle that names it could run code in Python. Nothing of it was loaded; get the weights as safetensors`,
  );
}

/** Said by a constructor whose arguments do not fit. */
export class Misfit extends Error {}

function require(condition: boolean, otherwise: string): void {
  if (!condition) throw new Misfit(otherwise);
}

function isTensor(value: PickledValue | undefined): value is PickledTensor {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";
}

function rebuild(
  storage: PickledValue | undefined,
  offset: PickledValue | undefined,
  shape: PickledValue | undefined,
  strides: PickledValue | undefined,
): PickledTensor {
  const isStorage = typeof storage === "object" && storage !== null && "kind" in storage;
  if (!isStorage || storage.kind !== "storage") throw new Misfit("a tensor is a view of a storage");
  const [dims, steps] = [sizes(shape, "shape"), sizes(strides, "strides")];
  require(dims.length === steps.length, `a tensor of ${dims.length} axes has ${steps.length} strides`);
  require(isSize(offset), `${String(offset)} is no offset`);
  const isEmpty = dims.includes(0);
  const last = dims.reduce((sum, dim, axis) => sum + (dim - 1) * steps[axis]!, offset as number);
  require(isEmpty
    ? (offset as number) <= storage.count
    : last <
        storage.count, `a tensor of shape [${dims.join(", ")}] and strides [${steps.join(", ")}] at offset ${String(offset)} reaches beyond its storage of ${storage.count} elements`);
  const count = dims.reduce((product, dim) => product * dim, 1);
  // A view that repeats elements (stride 0) would make a small file large.
  require(isEmpty ||
    count <=
      storage.count, `a tensor of shape [${dims.join(", ")}] has more elements than its storage of ${storage.count}`);
  return { kind: "tensor", storage, offset: offset as number, shape: dims, strides: steps };
}

function sizes(value: PickledValue | undefined, what: string): number[] {
  if (!(value instanceof Tuple) || !value.items.every(isSize))
    throw new Misfit(`the ${what} of a tensor must be a tuple of sizes`);
  require(value.items.length <= 64, "a tensor has at most 64 axes");
  return [...value.items] as number[];
}

function isSize(value: PickledValue | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
