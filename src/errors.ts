/** Every `code` an error of this library can carry. Codes are stable: programs may branch on them. */
export type ErrorCode =
  | "ABORTED"
  | "ANOMALY"
  | "CHECKSUM_MISMATCH"
  | "CONFIG_INVALID"
  | "CORRUPT_FILE"
  | "DEVICE_MISMATCH"
  | "DEVICE_UNAVAILABLE"
  | "DISK_FULL"
  | "DOWNLOAD_FAILED"
  | "DTYPE_MISMATCH"
  | "ENTRY_NOT_FOUND"
  | "FILE_NOT_FOUND"
  | "GATED_REPOSITORY"
  | "INDEX_OUT_OF_RANGE"
  | "INVALID_ARGUMENT"
  | "KEYS_MISMATCH"
  | "NONFINITE"
  | "NOT_DIFFERENTIABLE"
  | "NOT_ON_HOST"
  | "NOT_REALIZED"
  | "OFFLINE"
  | "PACKAGE_MISSING"
  | "RELEASED"
  | "REPOSITORY_NOT_FOUND"
  | "REVISION_NOT_FOUND"
  | "RUNTIME_FAILED"
  | "RUNTIME_UNAVAILABLE"
  | "SAFETENSORS_DUPLICATE_KEY"
  | "SAFETENSORS_FILE_SIZE"
  | "SAFETENSORS_HEADER_ENCODING"
  | "SAFETENSORS_HEADER_FORM"
  | "SAFETENSORS_HEADER_JSON"
  | "SAFETENSORS_HEADER_LENGTH"
  | "SAFETENSORS_HEADER_TOO_LARGE"
  | "SAFETENSORS_HEADER_TOO_SMALL"
  | "SAFETENSORS_IO"
  | "SAFETENSORS_MISALIGNED"
  | "SAFETENSORS_OFFSET"
  | "SAFETENSORS_OVERFLOW"
  | "SAFETENSORS_RANK"
  | "SAFETENSORS_TENSOR_NOT_FOUND"
  | "SAFETENSORS_TENSOR_SIZE"
  | "SHAPE_MISMATCH"
  | "STALE_VALUE"
  | "TEMPLATE_FAILED"
  | "TEMPLATE_INVALID"
  | "TEMPLATE_LIMIT"
  | "UNKNOWN_MODEL"
  | "UNKNOWN_TASK"
  | "UNSAFE_GLOBAL"
  | "UNSUPPORTED"
  | "UNSUPPORTED_OPCODE"
  | "UPLOAD_FAILED";

/**
 * The one error family of this library: a stable `code` for programs and a message that names the thing,
 * says what was expected, and what to do.
 */
export class TransformersError extends Error {
  override readonly name: string = "TransformersError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
