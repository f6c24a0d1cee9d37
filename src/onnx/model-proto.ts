import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type DType, dtypes } from "../runtime/dtype.js";
import type { Dim } from "./dim.js";

/** Value of an ONNX attribute; floats are told from ints by their wrapper. */
export type Attribute = number | string | readonly number[] | Float | Uint8Array | Subgraph;

/** A float attribute (`alpha`, `epsilon`), which a bare number could not be told to be. */
export class Float {
  constructor(readonly value: number) {}
}

export function float(value: number): Float {
  return new Float(value);
}

/** A graph that an operator runs inside, as Scan does its body. Graphs of one name are the same. */
export class Subgraph {
  constructor(
    readonly name: string,
    readonly graph: GraphProto,
  ) {}

  toJSON(): string {
    return this.name;
  }
}

export interface NodeProto {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  /** The elements, or where they lie in a file beside the model. */
  readonly content: Uint8Array | ExternalData;
}

export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

const irVersion = 10;
export const opsetVersion = 21;

// Field numbers of onnx.proto, by message.
const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/** Serialises a graph as an ONNX ModelProto. Source: onnx.proto of ONNX 1.16. */
export function encodeModel(graph: GraphProto): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(irVersion);
  writer.tag(2, WireType.LengthDelimited).string("transformers-ts");
  message(writer, 7, () => writeGraph(writer, graph));
  for (const [domain, version] of [
    ["", opsetVersion],
    ["com.microsoft", 1],
  ] as const) {
    message(writer, 8, () => {
      writer.tag(1, WireType.LengthDelimited).string(domain);
      writer.tag(2, WireType.Varint).int64(version);
    });
  }
  return writer.finish() as Uint8Array<ArrayBuffer>;
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function writeGraph(writer: BinaryWriter, graph: GraphProto): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  writer.tag(2, WireType.LengthDelimited).string("graph");
  for (const initializer of graph.initializers)
    message(writer, 5, () => writeInitializer(writer, initializer));
  for (const value of graph.inputs) message(writer, 11, () => writeValueInfo(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValueInfo(writer, value));
}

function writeNode(writer: BinaryWriter, node: NodeProto): void {
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  writer.tag(3, WireType.LengthDelimited).string(node.outputs[0]!);
  writer.tag(4, WireType.LengthDelimited).string(node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, value));
  }
  if (node.domain !== "") writer.tag(7, WireType.LengthDelimited).string(node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  const type = (code: number) => writer.tag(20, WireType.Varint).int32(code);
  if (value instanceof Float) {
    writer.tag(2, WireType.Bit32).float(value.value);
    type(attributeTypes.float);
  } else if (typeof value === "number") {
    writer.tag(3, WireType.Varint).int64(value);
    type(attributeTypes.int);
  } else if (typeof value === "string") {
    writer.tag(4, WireType.LengthDelimited).string(value);
    type(attributeTypes.string);
  } else if (value instanceof Uint8Array) {
    writer.tag(4, WireType.LengthDelimited).bytes(value);
    type(attributeTypes.string);
  } else if (value instanceof Subgraph) {
    message(writer, 6, () => writeGraph(writer, value.graph));
    type(attributeTypes.graph);
  } else {
    for (const item of value) writer.tag(8, WireType.Varint).int64(item);
    type(attributeTypes.ints);
  }
}

function writeInitializer(writer: BinaryWriter, { name, dtype, dims, content }: Initializer): void {
  for (const dim of dims) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(dtypes[dtype].onnx);
  writer.tag(8, WireType.LengthDelimited).string(name);
  if (content instanceof Uint8Array) {
    writer.tag(9, WireType.LengthDelimited).bytes(content);
    return;
  }
  const entry = (key: string, value: string) =>
    message(writer, 13, () => {
      writer.tag(1, WireType.LengthDelimited).string(key);
      writer.tag(2, WireType.LengthDelimited).string(value);
    });
  entry("location", content.location);
  entry("offset", String(content.offset));
  entry("length", String(content.length));
  writer.tag(14, WireType.Varint).int32(1); // data_location: EXTERNAL
}

function writeValueInfo(writer: BinaryWriter, { name, dtype, shape }: ValueInfo): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(dtypes[dtype].onnx);
      message(writer, 2, () => {
        for (const dim of shape) {
          message(writer, 1, () => {
            if (typeof dim === "number") writer.tag(1, WireType.Varint).int64(dim);
            else writer.tag(2, WireType.LengthDelimited).string(dim.key);
          });
        }
      });
    }),
  );
}
