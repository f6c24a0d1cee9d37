import { TransformersError } from "../../errors.js";
import { globalNamed, Misfit } from "./globals.js";
import { CutOff, corrupt } from "./unpacked.js";
import { Constructor, type PickledStorage, type PickledValue, Tuple } from "./values.js";

/** More than any checkpoint needs; the numbers are those of fickling, a scanner of pickles. */
const limits = { opcodes: 1_000_000, stack: 10_000, memo: 100_000, getsPerPut: 50, depth: 1_000 };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** What stands on the stack where a MARK was put. */
const mark = Symbol("mark");

export interface Unpickled {
  readonly value: PickledValue;
  /** Where the pickle ends in the bytes. */
  readonly end: number;
}

/**
 * Reads one pickle. It can only build tensors' descriptions and plain data, from a fixed list of constructors; the
 * 34 opcodes that PyTorch's own restricted reader takes are the only ones it knows.
 *
 * @param storageOf Makes a storage of a persistent id's fields, which begin with "storage"; throws Misfit.
 * @throws UNSAFE_GLOBAL, UNSUPPORTED_OPCODE, UNSUPPORTED, or CORRUPT_FILE, naming `file`.
 */
export function unpickle(
  bytes: Uint8Array,
  file: string,
  storageOf: (fields: readonly PickledValue[]) => PickledStorage,
  start = 0,
): Unpickled {
  const machine = new Machine(bytes, start, file, storageOf);
  try {
    return machine.run();
  } catch (error) {
    if (error instanceof TransformersError) throw error;
    if (error instanceof Misfit || error instanceof TypeError) {
      throw corrupt(file, `at byte ${machine.position}, ${error.message}`);
    }
    throw error;
  }
}

type StackItem = PickledValue | typeof mark;

class Machine {
  readonly #view: DataView;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickledValue>();
  /** How deep each container is nested, at least. */
  readonly #depths = new WeakMap<object, number>();
  #executed = 0;
  #gets = 0;
  #puts = 0;

  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly file: string,
    readonly storageOf: (fields: readonly PickledValue[]) => PickledStorage,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Unpickled {
    for (;;) {
      const opcode = this.#byte();
      if (++this.#executed > limits.opcodes)
        throw corrupt(this.file, `its pickle has more than ${limits.opcodes} opcodes`);
      if (opcode === 0x2e) {
        // STOP
        const value = this.#pop();
        if (this.#stack.length > 0) throw new Misfit("values are left over at the end of the pickle");
        return { value, end: this.position };
      }
      this.#execute(opcode);
    }
  }

  /** The opcodes that are known, by their bytes. */
  static readonly #opcodes: ReadonlyMap<number, (machine: Machine) => void> = new Map<
    number,
    (machine: Machine) => void
  >([
    // PROTO
    [0x80, (machine) => machine.#protocol()],
    // GLOBAL
    [0x63, (machine) => machine.#push(globalNamed(machine.#line(), machine.#line(), machine.file))],
    // MARK
    [0x28, (machine) => machine.#push(mark)],
    // NEWOBJ, REDUCE
    [0x81, (machine) => machine.#reduce()],
    [0x52, (machine) => machine.#reduce()],
    // BUILD
    [0x62, (machine) => machine.#build()],
    // APPEND, APPENDS
    [0x61, (machine) => machine.#append([machine.#pop()])],
    [0x65, (machine) => machine.#append(machine.#popToMark())],
    // SETITEM, SETITEMS
    [0x73, (machine) => machine.#setItems(machine.#popCount(2))],
    [0x75, (machine) => machine.#setItems(machine.#popToMark())],
    // TUPLE, TUPLE1, TUPLE2, TUPLE3, EMPTY_TUPLE
    [0x74, (machine) => machine.#pushTuple(machine.#popToMark())],
    [0x85, (machine) => machine.#pushTuple(machine.#popCount(1))],
    [0x86, (machine) => machine.#pushTuple(machine.#popCount(2))],
    [0x87, (machine) => machine.#pushTuple(machine.#popCount(3))],
    [0x29, (machine) => machine.#pushTuple([])],
    // NONE, NEWFALSE, NEWTRUE
    [0x4e, (machine) => machine.#push(null)],
    [0x89, (machine) => machine.#push(false)],
    [0x88, (machine) => machine.#push(true)],
    // EMPTY_LIST, EMPTY_DICT, EMPTY_SET
    [0x5d, (machine) => machine.#push([])],
    [0x7d, (machine) => machine.#push(new Map())],
    [0x8f, (machine) => machine.#push(new Set())],
    // BININT, BININT1, BININT2, BINFLOAT, LONG1
    [0x4a, (machine) => machine.#push(machine.#view.getInt32(machine.#take(4), true))],
    [0x4b, (machine) => machine.#push(machine.#byte())],
    [0x4d, (machine) => machine.#push(machine.#view.getUint16(machine.#take(2), true))],
    [0x47, (machine) => machine.#push(machine.#view.getFloat64(machine.#take(8), false))],
    [0x8a, (machine) => machine.#push(long(machine.#slice(machine.#byte())))],
    // BINUNICODE, SHORT_BINSTRING
    [0x58, (machine) => machine.#push(utf8.decode(machine.#slice(machine.#length())))],
    [0x55, (machine) => machine.#push(latin1(machine.#slice(machine.#byte())))],
    // BINPERSID
    [0x51, (machine) => machine.#persistent()],
    // BINGET, LONG_BINGET, BINPUT, LONG_BINPUT
    [0x68, (machine) => machine.#get(machine.#byte())],
    [0x6a, (machine) => machine.#get(machine.#length())],
    [0x71, (machine) => machine.#put(machine.#byte())],
    [0x72, (machine) => machine.#put(machine.#length())],
  ]);

  #execute(opcode: number): void {
    const known = Machine.#opcodes.get(opcode);
    if (known !== undefined) {
      known(this);
      return;
    }
    throw new TransformersError(
      "UNSUPPORTED_OPCODE",
      `${this.file} has pickle opcode 0x${opcode.toString(16).padStart(2, "0")} at byte ${this.position - 1}, which no checkpoint of weights needs; get the weights as safetensors`,
    );
  }

  #protocol(): void {
    if (this.#byte() !== 2) throw new Misfit("only protocol 2 is read");
  }

  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof Constructor)) throw new Misfit("something that is no constructor is called");
    if (callee.call === null) throw new Misfit(`${callee.name} is not to be called`);
    if (!(args instanceof Tuple))
      throw new Misfit(`${callee.name} is called with arguments that are no tuple`);
    const made = callee.call(args.items);
    this.#push(made);
    if (made instanceof Map || made instanceof Set) this.#nest(made, [args]);
  }

  /** The state of an object: an OrderedDict's attributes and a tensor's hooks are of no use here, and dropped. */
  #build(): void {
    this.#pop();
    const target = this.#top();
    const isTensor = typeof target === "object" && target !== null && "kind" in target;
    if (!(target instanceof Map) && !isTensor) throw new Misfit("state is given to what has none");
  }

  #append(items: readonly PickledValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new Misfit("something is appended to what is no list");
    for (const item of items) list.push(item);
    this.#nest(list, items);
  }

  #setItems(items: readonly PickledValue[]): void {
    const dictionary = this.#top();
    if (!(dictionary instanceof Map)) throw new Misfit("an item is set on what is no dictionary");
    if (items.length % 2 !== 0) throw new Misfit("a key is without its value");
    for (let i = 0; i < items.length; i += 2) dictionary.set(items[i]!, items[i + 1]!);
    this.#nest(dictionary, items);
  }

  #persistent(): void {
    const id = this.#pop();
    if (!(id instanceof Tuple) || id.items[0] !== "storage") {
      throw new Misfit('a persistent id is no tuple that begins with "storage"');
    }
    this.#push(this.storageOf(id.items));
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Misfit(`memo ${index} is read before it is written`);
    if (++this.#gets > limits.getsPerPut * (this.#puts + 20)) throw new Misfit("the memo is read too often");
    this.#push(value);
  }

  #put(index: number): void {
    this.#puts++;
    this.#memo.set(index, this.#top());
    if (this.#memo.size > limits.memo) throw new Misfit(`the memo has more than ${limits.memo} entries`);
  }

  #pushTuple(items: readonly PickledValue[]): void {
    const tuple = new Tuple(items);
    this.#push(tuple);
    this.#nest(tuple, items);
  }

  /** Notes how deep a container is; one that holds itself would be without end. */
  #nest(container: object, items: readonly PickledValue[]): void {
    let depth = this.#depths.get(container) ?? 1;
    for (const item of items) {
      if (typeof item !== "object" || item === null) continue;
      if (item === container) throw new Misfit("a container holds itself");
      depth = Math.max(depth, 1 + (this.#depths.get(item) ?? 1));
    }
    if (depth > limits.depth) throw new Misfit(`values are nested more than ${limits.depth} deep`);
    this.#depths.set(container, depth);
  }

  #push(item: StackItem): void {
    if (this.#stack.length >= limits.stack)
      throw new Misfit(`the stack has more than ${limits.stack} entries`);
    this.#stack.push(item);
  }

  #pop(): PickledValue {
    const item = this.#stack.pop();
    if (item === undefined || item === mark) throw new Misfit("the stack is empty");
    return item;
  }

  #popCount(count: number): PickledValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #top(): PickledValue {
    const item = this.#stack.at(-1);
    if (item === undefined || item === mark) throw new Misfit("the stack is empty");
    return item;
  }

  #popToMark(): PickledValue[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new Misfit("a MARK is missing");
    const items = this.#stack.splice(at);
    items.shift();
    return items as PickledValue[];
  }

  #take(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.length) throw new CutOff(this.file);
    this.position += length;
    return at;
  }

  #byte(): number {
    return this.bytes[this.#take(1)]!;
  }

  #slice(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  #length(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new CutOff(this.file);
    const text = utf8.decode(this.#slice(end - this.position));
    this.#take(1);
    return text;
  }
}

/** A whole number as two's complement, little-endian. */
function long(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}
