import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

// Just enough of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) to write a graph by hand.

const ELEMENT_TYPES = { float: 1, uint32: 12, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A value of the graph, by its name. The empty name leaves an optional input out. */
export type Value = string;
export type Shape = readonly (number | string)[];

/** An attribute that is a float even where its number is whole. */
export class Float {
  constructor(readonly value: number) {}
}
/** Plain numbers are integers. */
export type Attribute = number | Float | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** Where a constant's bytes lie in a file beside the model. */
export interface FileSlice {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

interface Node {
  readonly domain: string;
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

interface Constant {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | FileSlice;
}

interface Port {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: Shape | undefined;
}

/** Collects nodes and writes them as an ONNX ModelProto. */
export class OnnxGraph {
  readonly #nodes: Node[] = [];
  readonly #constants: Constant[] = [];
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  readonly #shared = new Map<string, Value>();
  #names = 0;

  input(name: string, type: ElementType, shape: Shape): Value {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Makes a value an output, under its own name. */
  output(value: Value, type: ElementType = "float", shape?: Shape): void {
    this.#outputs.push({ name: value, type, shape });
  }

  /** A node with one output. `op` carries its domain: `com.microsoft.FusedMatMul`. */
  node(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.nodeWith(1, op, inputs, attributes)[0]!;
  }

  /** A node with several outputs. */
  nodeWith(outputs: number, op: string, inputs: readonly Value[], attributes: Attributes = {}): Value[] {
    const dot = op.lastIndexOf(".");
    const names = Array.from({ length: outputs }, () => this.#newName(op.slice(dot + 1)));
    const domain = op.slice(0, Math.max(dot, 0));
    this.#nodes.push({ domain, op: op.slice(dot + 1), inputs, outputs: names, attributes });
    return names;
  }

  /** A float constant; equal scalars are one constant. */
  float(value: number): Value {
    return this.#once(`float ${value}`, "float", [], Float32Array.of(value));
  }

  /** A one-dimensional int64 constant, as shapes and axes are. */
  int64(...values: number[]): Value {
    return this.#once(`int64 ${values}`, "int64", [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  constant(type: ElementType, shape: readonly number[], data: ArrayBufferView | FileSlice): Value {
    const name = this.#newName("constant");
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : data;
    this.#constants.push({ name, type, shape, data: bytes });
    return name;
  }

  get nodeCount(): number {
    return this.#nodes.length;
  }

  toBytes(): Uint8Array {
    const model = new BinaryWriter();
    int(model, 1, 10); // ir_version
    message(model, 7, (graph) => this.#writeGraph(graph));
    message(model, 8, (opset) => text(int(opset, 2, 21), 1, ""));
    message(model, 8, (opset) => text(int(opset, 2, 1), 1, "com.microsoft"));
    return model.finish();
  }

  #newName(kind: string): Value {
    return `${kind}_${this.#names++}`;
  }

  #once(key: string, type: ElementType, shape: readonly number[], data: ArrayBufferView): Value {
    const value = this.#shared.get(key) ?? this.constant(type, shape, data);
    this.#shared.set(key, value);
    return value;
  }

  #writeGraph(graph: BinaryWriter): void {
    for (const node of this.#nodes) message(graph, 1, (writer) => writeNode(writer, node));
    text(graph, 2, "graph");
    for (const constant of this.#constants) message(graph, 5, (writer) => writeConstant(writer, constant));
    for (const port of this.#inputs) message(graph, 11, (writer) => writePort(writer, port));
    for (const port of this.#outputs) message(graph, 12, (writer) => writePort(writer, port));
  }
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, `${node.outputs[0]}_node`);
  text(writer, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (field) => writeAttribute(text(field, 1, name), attribute));
  }
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, attribute: Attribute): void {
  if (attribute instanceof Float) {
    int(writer.tag(2, WireType.Bit32).float(attribute.value), 20, 1);
  } else if (typeof attribute === "number") {
    int(int(writer, 3, attribute), 20, 2);
  } else if (typeof attribute === "string") {
    int(text(writer, 4, attribute), 20, 3);
  } else {
    for (const element of attribute) int(writer, 8, element);
    int(writer, 20, 7);
  }
}

function writeConstant(writer: BinaryWriter, { name, type, shape, data }: Constant): void {
  for (const dim of shape) int(writer, 1, dim);
  int(writer, 2, ELEMENT_TYPES[type]);
  text(writer, 8, name);
  if (data instanceof Uint8Array) {
    writer.tag(9, WireType.LengthDelimited).bytes(data);
    return;
  }
  const entries = { location: data.file, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, (entry) => text(text(entry, 1, key), 2, value));
  }
  int(writer, 14, 1); // data_location: EXTERNAL
}

function writePort(writer: BinaryWriter, { name, type, shape }: Port): void {
  text(writer, 1, name);
  message(writer, 2, (typeProto) =>
    message(typeProto, 1, (tensor) => {
      int(tensor, 1, ELEMENT_TYPES[type]);
      if (shape === undefined) return;
      message(tensor, 2, (shapeProto) => {
        for (const dim of shape) {
          message(shapeProto, 1, (field) =>
            typeof dim === "number" ? int(field, 1, dim) : text(field, 2, dim),
          );
        }
      });
    }),
  );
}

function int(writer: BinaryWriter, field: number, value: number): BinaryWriter {
  return writer.tag(field, WireType.Varint).int64(value);
}

function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
