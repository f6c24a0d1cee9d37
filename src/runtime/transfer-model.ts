import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type DType, dtypes } from "./dtype.js";

/** The names of the model's input and output. */
export const transferSignature = { inputs: ["x"], outputs: ["y"] } as const;

/**
 * The ONNX model `y = Identity(x)`, or another operator of one operand, of one dtype and any shape: run with its input on one side and its output bound
 * to the other, it copies between host memory and a device's.
 */
export function transferModel(dtype: DType, operator = "Identity"): Uint8Array {
  const writer = new BinaryWriter();
  const message = (field: number, write: () => void) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write();
    writer.join();
  };
  const text = (field: number, value: string) => writer.tag(field, WireType.LengthDelimited).string(value);
  const number = (field: number, value: number) => writer.tag(field, WireType.Varint).int64(value);
  const valueInfo = (field: number, name: string) =>
    message(field, () => {
      text(1, name);
      message(2, () => message(1, () => number(1, dtypes[dtype].onnx))); // a tensor of this type, no shape given
    });
  number(1, 8); // ir_version
  message(7, () => {
    message(1, () => {
      text(1, transferSignature.inputs[0]);
      text(2, transferSignature.outputs[0]);
      text(4, operator);
    });
    text(2, "transfer");
    valueInfo(11, transferSignature.inputs[0]);
    valueInfo(12, transferSignature.outputs[0]);
  });
  message(8, () => number(2, 14)); // opset: the first whose Identity takes every dtype
  return writer.finish();
}
