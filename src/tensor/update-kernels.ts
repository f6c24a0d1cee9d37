import { shapesEqual } from "../onnx/dim.js";
import { hostDevice } from "../runtime/index.js";
import type { HostArray } from "../runtime/types.js";
import {
  compileKernel,
  isVectorOp,
  type VectorKernel,
  type VectorMemory,
  type VectorProgram,
  vectorMemory,
} from "../runtime/vector-kernel.js";
import { claimsOn } from "./claims.js";
import { canonical } from "./gradient.js";
import type { Shape } from "./node.js";
import type { Update } from "./realize.js";
import type { Tensor } from "./tensor.js";
import type { Variable } from "./variable.js";

/**
 * Updates of variables in host memory that are a few steps for each element: an optimizer's, from the gradient on.
 * ONNX Runtime makes a pass through memory, or at least through the cache, of each step; a kernel of our own makes one of
 * all, as fast as memory gives and takes. It works on one memory, so that what it reads and writes has a place there:
 * the variables live in it from then on, and the gradient is written into it.
 */

/** Where one parameter, its moments and its gradient lie side by side. Belongs to the optimizer. */
export class UpdatePlace {
  /** The gradient's elements, then those of the variables; none before the first update. */
  arrays: readonly HostArray[] = [];
  chunk: Chunk | null = null;
}

/** What computes the updates that share a place. */
export interface UpdateKernel {
  readonly place: UpdatePlace;
  readonly gradient: Tensor;
  readonly variables: readonly Variable[];
  /** The variables' values that are read. */
  readonly values: readonly Tensor[];
  readonly program: VectorProgram;
  readonly programKey: string;
  readonly scalars: readonly number[];
}

/** Memory in which places lie, and the kernels that were compiled for it. */
interface Chunk {
  readonly memory: VectorMemory;
  /** For a part of a gradient that lies elsewhere: it stays in the cache. */
  readonly part: Float32Array;
  readonly kernels: Map<string, VectorKernel>;
}

/** Of larger ones there may be no room in one piece; WebAssembly's addresses end at 2 ** 32. */
const chunkBytes = 2 ** 30;
const mostBytes = 2 ** 32 - 2 ** 16;
/** Where an array begins: that of the next line of the cache. */
const alignment = 64;
const bytesPerElement = 4;

/** For how many milliseconds a kernel may keep the program's other events waiting. */
const longestHold = 8;
/**
 * Elements between two looks at the clock. Few, because engines run a kernel's first calls as they compiled it in haste.
 */
const elementsAtOnce = 2 ** 16;

let isSupported = true;

/** What of the updates a kernel can compute, place by place. */
export function kernelsOf(updates: readonly Update[]): UpdateKernel[] {
  if (!isSupported) return [];
  const byPlace = new Map<UpdatePlace, Update[]>();
  for (const update of updates) {
    if (update.kernel === undefined) continue;
    const same = byPlace.get(update.kernel.place);
    if (same === undefined) byPlace.set(update.kernel.place, [update]);
    else same.push(update);
  }
  return [...byPlace].flatMap(([place, own]) => kernelOf(place, own) ?? []);
}

function kernelOf(place: UpdatePlace, updates: readonly Update[]): UpdateKernel | null {
  const gradient = canonical(updates[0]!.kernel!.gradient);
  const variables = updates.map(({ variable }) => variable);
  const { shape } = gradient;
  const values = variables.map(canonical);
  const arrays = [gradient, ...values];
  if (!arrays.every((array) => isPlain(array, shape)) || !isReadable(gradient)) return null;
  if (arrays.length * bytesOf(variables[0]!) > mostBytes) return null;

  const scalars: number[] = [];
  const numbered = new Map<Tensor, Value>(arrays.map((array, number) => [array, { kind: "array", number }]));
  const steps: { readonly op: string; readonly operands: readonly Value[] }[] = [];
  const numberedValue = (given: Tensor): Value | null => {
    const tensor = canonical(given);
    const known = numbered.get(tensor);
    if (known !== undefined) return known;
    const { node } = tensor;
    const scalar = numberOf(tensor);
    let value: Value | null = null;
    if (scalar !== null) {
      value = { kind: "scalar", number: scalars.push(scalar) - 1 };
    } else if (node.op.name === "gate") {
      value = numberedValue(node.inputs[0]!);
    } else if (isVectorOp(node.op.name) && isPlain(tensor, shape)) {
      const operands = node.inputs.map(numberedValue);
      if (operands.every((operand) => operand !== null)) {
        value = { kind: "step", number: steps.push({ op: node.op.name, operands }) - 1 };
      }
    }
    if (value !== null) numbered.set(tensor, value);
    return value;
  };
  const results = updates.map(({ value }) => numberedValue(value));
  if (!results.every((result) => result !== null)) return null;

  const first = { array: 0, scalar: arrays.length, step: arrays.length + scalars.length };
  const numberOfValue = ({ kind, number }: Value) => first[kind] + number;
  const program = {
    arrays: arrays.length,
    scalars: scalars.length,
    steps: steps.map(({ op, operands }) => ({ op, operands: operands.map(numberOfValue) })),
    stores: results.map((result, i) => ({ array: 1 + i, value: numberOfValue(result) })),
  } as VectorProgram;
  return { place, gradient, variables, values, program, programKey: JSON.stringify(program), scalars };
}

interface Value {
  readonly kind: "array" | "scalar" | "step";
  readonly number: number;
}

function isPlain({ dtype, device, shape }: Tensor, expected: Shape): boolean {
  return (
    dtype === "float32" &&
    device === hostDevice &&
    shape.every((dim) => typeof dim === "number") &&
    shapesEqual(shape, expected)
  );
}

/** Whether elements that are known are in memory as they are computed with. */
function isReadable({ storage, dtype }: Tensor): boolean {
  return storage === null || ("data" in storage && storage.dtype === dtype);
}

/** The number that a tensor without axes is, where that is known. */
function numberOf({ shape, dtype, storage, node }: Tensor): number | null {
  if (shape.length > 0 || dtype !== "float32") return null;
  if (node.op.name === "full") return Number((node.attributes as { value: number | string }).value);
  return storage !== null && "data" in storage && storage.dtype === "float32"
    ? Number(storage.data[0])
    : null;
}

function countOf({ dims }: Variable): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** What an array like it takes, with the rest of its last line of the cache. */
function bytesOf(variable: Variable): number {
  return Math.ceil((countOf(variable) * bytesPerElement) / alignment) * alignment;
}

/**
 * Gives places to kernels that have none yet, and compiles them. False where there is no memory, or no WebAssembly: then
 * nothing can be computed so, now and later.
 */
export function makeRoom(kernels: readonly UpdateKernel[]): boolean {
  const placed = kernels
    .filter(({ place }) => place.chunk === null)
    .map(({ place, variables }) => ({
      place,
      variables,
      bytes: (1 + variables.length) * bytesOf(variables[0]!),
    }));
  try {
    for (let from = 0, to = 0; from < placed.length; from = to) {
      let bytes = 0;
      do bytes += placed[to++]!.bytes;
      while (to < placed.length && bytes + placed[to]!.bytes <= chunkBytes);
      let offset = elementsAtOnce * bytesPerElement;
      const memory = vectorMemory(offset + bytes);
      const part = new Float32Array(memory.buffer, 0, elementsAtOnce);
      const chunk = { memory, part, kernels: new Map<string, VectorKernel>() };
      for (const { place, variables } of placed.slice(from, to)) {
        const parameter = variables[0]!;
        place.chunk = chunk;
        place.arrays = [null, ...variables].map((): HostArray => {
          const data = new Float32Array(memory.buffer, offset, countOf(parameter));
          offset += bytesOf(parameter);
          return { dtype: "float32", dims: parameter.dims, data };
        });
        leaving.register(place, { variable: new WeakRef(parameter), array: place.arrays[1]! });
      }
    }
    for (const kernel of kernels) compiled(kernel);
  } catch {
    isSupported = false;
  }
  return isSupported;
}

function compiled({ place, program, programKey }: UpdateKernel): VectorKernel {
  const { kernels, memory } = place.chunk!;
  let kernel = kernels.get(programKey);
  if (kernel === undefined) {
    kernel = compileKernel(program, memory);
    kernels.set(programKey, kernel);
  }
  return kernel;
}

/** Brings the variables to their places, where they are not there already. */
export async function takePlaces(kernels: readonly UpdateKernel[]): Promise<void> {
  for (const { place, values } of kernels) {
    for (const [i, value] of values.entries()) {
      const array = place.arrays[1 + i]!;
      if (value.storage !== array) await move(value, array);
    }
  }
}

/** Gives a leaf the same elements in another array, once no run writes them; nothing where it has been replaced. */
async function move(leaf: Tensor, array: HostArray): Promise<void> {
  for (;;) {
    const { storage } = leaf;
    if (storage === null) return;
    const claimed = claimsOn(storage);
    if (claimed === null) {
      (array.data as Float32Array).set((storage as HostArray).data as Float32Array);
      leaf.storage = array;
      return;
    }
    await claimed;
  }
}

/** Computes the updates, from gradients that are known, or that lie where `passing` says. */
export async function runKernels(
  kernels: readonly UpdateKernel[],
  passing: ReadonlyMap<Tensor, HostArray>,
): Promise<void> {
  let since = performance.now();
  for (const kernel of kernels) {
    const { place, gradient, scalars } = kernel;
    const given = (gradient.storage ?? passing.get(gradient)!) as HostArray;
    const slope = given === place.arrays[0] ? null : (given.data as Float32Array);
    const run = compiled(kernel);
    const starts = place.arrays.map(({ data }) => data.byteOffset);
    const count = countOf(kernel.variables[0]!);
    for (let done = 0; done < count; done += elementsAtOnce) {
      if (performance.now() - since > longestHold) {
        await otherEvents();
        since = performance.now();
      }
      const rest = Math.min(count - done, elementsAtOnce);
      const places = starts.map((start) => start + done * bytesPerElement);
      if (slope !== null) {
        const { part } = place.chunk!;
        part.set(slope.subarray(done, done + rest));
        places[0] = part.byteOffset;
      }
      run(rest, places, scalars);
    }
  }
}

/** Lets the program see to what has come up in between. */
function otherEvents(): Promise<void> {
  return new Promise((resolve) => void (globalThis.setImmediate ?? setTimeout)(resolve));
}

/** A parameter that its optimizer leaves behind takes its elements along: the moments beside them are to go. */
const leaving = new FinalizationRegistry<{
  readonly variable: WeakRef<Variable>;
  readonly array: HostArray;
}>(({ variable, array }) => {
  const leaf = variable.deref()?.node.outputs[0];
  if (leaf === undefined || leaf.storage !== array) return;
  void move(leaf, { ...array, data: new Float32Array(array.data.length) });
});
