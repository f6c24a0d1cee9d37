import { TransformersError } from "../../errors.js";
import { type DType, dtypes, type HostArray } from "../../tensor/index.js";
import { optionalPackage } from "../optional-package.js";
import type { StoredFile } from "../storage/index.js";

/** Numbers of MessagePack's extension types in Flax files. */
const extensions = { array: 1, complex: 2, scalar: 3 };

const chunkedMark = "__msgpack_chunked_array__";

/** A file has so many weights, and levels of names, at most. */
const most = { weights: 1_000_000, depth: 64 };

/** How JAX calls dtypes, where that differs. */
const dtypeNames: Readonly<Record<string, DType>> = { bool_: "bool" };

/**
 * All weights of a Flax file (flax_model.msgpack) by their names, joined with "/". Throws `PACKAGE_MISSING`,
 * `CORRUPT_FILE`, `UNSUPPORTED` for a dtype.
 *
 * Source: Flax documentation, `flax.serialization.to_bytes`: MessagePack with arrays as an extension type that holds
 * shape, dtype and bytes; arrays beyond a gigabyte are cut into chunks.
 */
export async function readFlaxWeights(file: StoredFile): Promise<Map<string, HostArray>> {
  const bytes = await file.use((open) => open.read(0, open.size));
  const { decode, ExtensionCodec } = await optionalPackage(
    "@msgpack/msgpack",
    `reading ${file.path}`,
    () => import("@msgpack/msgpack"),
  );
  const extensionCodec = new ExtensionCodec();
  const readArray = (data: Uint8Array) => arrayFrom(decode(data), file);
  extensionCodec.register({ type: extensions.array, encode: () => null, decode: readArray });
  extensionCodec.register({
    type: extensions.scalar,
    encode: () => null,
    decode: (data) => scalarFrom(decode(data), file),
  });
  let tree: unknown;
  try {
    tree = decode(bytes, { extensionCodec });
  } catch (cause) {
    if (cause instanceof TransformersError) throw cause;
    return corrupt(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const weights = new Map<string, HostArray>();
  collectWeights(tree, [], weights, file);
  return weights;
}

class FlaxArray {
  constructor(readonly array: HostArray) {}
}

function collectWeights(
  tree: unknown,
  path: readonly string[],
  weights: Map<string, HostArray>,
  file: StoredFile,
): void {
  if (path.length > most.depth || weights.size > most.weights)
    corrupt(file, "it has too many levels or weights");
  if (tree instanceof FlaxArray) {
    weights.set(path.join("/"), tree.array);
    return;
  }
  if (!isTable(tree)) corrupt(file, `${path.join("/") || "it"} is neither a weight nor a table of weights`);
  if (tree[chunkedMark] === true) {
    weights.set(path.join("/"), joined(tree, file));
    return;
  }
  for (const [name, branch] of Object.entries(tree)) collectWeights(branch, [...path, name], weights, file);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** An array from (shape, name of the dtype, bytes). */
function arrayFrom(parts: unknown, file: StoredFile): FlaxArray {
  const [shape, name, bytes] =
    Array.isArray(parts) && parts.length === 3 ? parts : corrupt(file, "an array has other parts");
  if (!Array.isArray(shape) || !shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    corrupt(file, `an array has the shape ${JSON.stringify(shape)}`);
  const dtype = dtypeNamed(name, file);
  const { array, bytes: width } = dtypes[dtype];
  const count = (shape as number[]).reduce((product, dim) => product * dim, 1);
  if (!(bytes instanceof Uint8Array) || bytes.length !== count * width)
    corrupt(file, `an array of shape [${shape}] has ${(bytes as Uint8Array)?.length} bytes`);
  return new FlaxArray({
    dtype,
    dims: shape as number[],
    data: new array((bytes as Uint8Array).slice().buffer),
  });
}

/** A number from (name of the dtype, bytes). */
function scalarFrom(parts: unknown, file: StoredFile): FlaxArray {
  const [name, bytes] = Array.isArray(parts) ? parts : [];
  return arrayFrom([[], name, bytes], file);
}

/** One array of the pieces that a large one was cut into. */
function joined({ shape, chunks }: Record<string, unknown>, file: StoredFile): HostArray {
  const listOf = (table: unknown) =>
    isTable(table) ? Object.values(table) : corrupt(file, "a chunked array has no parts");
  const dims = listOf(shape) as number[];
  const pieces = listOf(chunks).map((piece) =>
    piece instanceof FlaxArray ? piece.array : corrupt(file, "a chunk is no array"),
  );
  const { dtype } = pieces[0] ?? corrupt(file, "a chunked array has no parts");
  const count = pieces.reduce((sum, { data }) => sum + data.length, 0);
  if (
    dims.reduce((product, dim) => product * Number(dim), 1) !== count ||
    pieces.some((piece) => piece.dtype !== dtype)
  )
    corrupt(file, `chunks of ${count} elements are no array of shape [${dims}]`);
  const data = new dtypes[dtype].array(count);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data as never, at);
    at += piece.data.length;
  }
  return { dtype, dims, data };
}

function dtypeNamed(name: unknown, file: StoredFile): DType {
  const known = dtypeNames[String(name)] ?? String(name);
  if (Object.hasOwn(dtypes, known) && dtypes[known as DType].bytes >= 1) return known as DType;
  throw new TransformersError(
    "UNSUPPORTED",
    `${file.path} has an array of dtype ${JSON.stringify(name)}, which no tensor here can hold`,
  );
}

function corrupt(file: StoredFile, what: string, cause?: unknown): never {
  throw new TransformersError("CORRUPT_FILE", `${file.path} cannot be read as Flax weights: ${what}`, {
    cause,
  });
}
