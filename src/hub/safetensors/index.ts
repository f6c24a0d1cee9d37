export { dtypeBits, isSafetensorsDtype, type SafetensorsDtype, safetensorsDtypes } from "./dtype.js";
export { headerEnd, parseHeader, type SafetensorsHeader, type TensorEntry, tensorNamed } from "./header.js";
export {
  type AxisSlice,
  openSafetensors,
  type SafetensorsFile,
  type SafetensorsSlice,
  type StoredTensor,
} from "./open.js";
export { readSafetensorsHeader, readTensorBytes, readTensorBytesSync } from "./read.js";
export { type SafetensorsMetadata, serializeSafetensors, type TensorData } from "./serialize.js";
export { writeSafetensors } from "./write.js";
