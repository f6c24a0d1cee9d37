/** An operation on float32 elements, rounded as ONNX Runtime's operator of that name rounds it. */
export type VectorOp = keyof typeof instructions;

/**
 * What becomes of each element of some arrays. Values are numbered: the arrays' elements come first, then scalars, then
 * the results of the steps.
 */
export interface VectorProgram {
  readonly arrays: number;
  readonly scalars: number;
  readonly steps: readonly { readonly op: VectorOp; readonly operands: readonly number[] }[];
  /** What is written to arrays, in place. */
  readonly stores: readonly { readonly array: number; readonly value: number }[];
}

/**
 * Goes through `count` elements of each array, in steps of four: of the last four all are written. `places` are the
 * arrays' addresses.
 */
export type VectorKernel = (count: number, places: readonly number[], scalars: readonly number[]) => void;

/** WebAssembly's memory: it never moves, and has as many bytes from the start as it will have. */
export interface VectorMemory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly, of which Node's types name only a part. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (limits: { initial: number; maximum: number }) => VectorMemory;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
      imports: Readonly<Record<string, Readonly<Record<string, VectorMemory>>>>,
    ) => { readonly exports: Readonly<Record<string, (...numbers: number[]) => void>> };
  };
};

const pageBytes = 2 ** 16;

/** Memory for so many bytes. Throws a RangeError where there is none. */
export function vectorMemory(bytes: number): VectorMemory {
  const pages = Math.ceil(bytes / pageBytes);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

export function isVectorOp(name: string): name is VectorOp {
  return Object.hasOwn(instructions, name);
}

// Opcodes of WebAssembly's binary format (core specification 2.0, chapter 5).
const i32 = 0x7f;
const f32 = 0x7d;
const v128 = 0x7b;
const localGet = 0x20;
const localSet = 0x21;
const localTee = 0x22;
const i32Const = 0x41;
const i32Add = 0x6a;
const i32Sub = 0x6b;
const i32GtS = 0x4a;
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const load = [...simd(0x00), 0, 0]; // of memory that need not be aligned
const store = [...simd(0x0b), 0, 0];
const splat = simd(0x13);
const and = simd(0x4e);

const binary = (opcode: number) => (a: number, b: number) => [...get(a), ...get(b), ...simd(opcode)];
const unary = (opcode: number) => (a: number) => [...get(a), ...simd(opcode)];
const zero = [0x43, 0, 0, 0, 0, ...splat];
const one = [0x43, 0, 0, 0x80, 0x3f, ...splat];
const compared = (a: number, opcode: number) => [...get(a), ...zero, ...simd(opcode), ...one, ...and];

/** What leaves an operation's result on the stack; operands are numbers of locals. */
const instructions = {
  add: binary(0xe4),
  sub: binary(0xe5),
  mul: binary(0xe6),
  div: binary(0xe7),
  maximum: binary(0xe9),
  abs: unary(0xe0),
  neg: unary(0xe1),
  sqrt: unary(0xe3),
  /** 1 where it is above 0, minus 1 where it is below: of what is no number, 0. */
  sign: (a: number) => [...compared(a, 0x44), ...compared(a, 0x43), ...simd(0xe5)],
};

/** Compiles a program for arrays that lie in `memory`. Throws what WebAssembly throws where a page may not compile. */
export function compileKernel(program: VectorProgram, memory: VectorMemory): VectorKernel {
  const module = new WebAssembly.Module(encodeProgram(program));
  const { exports } = new WebAssembly.Instance(module, { "": { memory } });
  return (count, places, scalars) => exports.run!(count, ...places, ...scalars);
}

/** The program as a module of WebAssembly that imports its memory and exports `run(count, ...places, ...scalars)`. */
function encodeProgram({ arrays, scalars, steps, stores }: VectorProgram): Uint8Array<ArrayBuffer> {
  const parameters = [i32, ...Array(arrays).fill(i32), ...Array(scalars).fill(f32)];
  const place = (array: number) => 1 + array;
  const local = (value: number) => parameters.length + value;
  const scalarAt = (scalar: number) => 1 + arrays + scalar;

  const before = Array.from({ length: scalars }, (_, i) => [
    ...get(scalarAt(i)),
    ...splat,
    ...set(local(arrays + i)),
  ]);
  const loads = Array.from({ length: arrays }, (_, i) => [...get(place(i)), ...load, ...set(local(i))]);
  const results = steps.map(({ op, operands }, i) => {
    const [a, b] = operands.map(local) as [number, number];
    return [...instructions[op](a, b), ...set(local(arrays + scalars + i))];
  });
  const writes = stores.map(({ array, value }) => [...get(place(array)), ...get(local(value)), ...store]);
  const advances = Array.from({ length: arrays }, (_, i) => [
    ...get(place(i)),
    i32Const,
    16,
    i32Add,
    ...set(place(i)),
  ]);
  const again = [...get(0), i32Const, 4, i32Sub, localTee, 0, i32Const, 0, i32GtS, 0x0d, 0];
  const body = [
    ...[1, ...unsigned(arrays + scalars + steps.length), v128],
    ...before.flat(),
    ...[0x03, 0x40, ...[...loads, ...results, ...writes, ...advances].flat(), ...again, 0x0b],
    0x0b,
  ];
  const memory = [0, ...text("memory"), 2, 0, 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...unsigned(parameters.length), ...parameters, 0]),
    ...section(2, [1, ...memory]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function section(number: number, content: readonly number[]): number[] {
  return [number, ...unsigned(content.length), ...content];
}

function text(name: string): number[] {
  return [name.length, ...Array.from(name, (character) => character.charCodeAt(0))];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function get(local: number): number[] {
  return [localGet, ...unsigned(local)];
}

function set(local: number): number[] {
  return [localSet, ...unsigned(local)];
}
