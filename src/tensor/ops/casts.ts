import { checkDType, type DType, isFloat, isPacked } from "../../runtime/dtype.js";
import { apply, defineOp } from "../node.js";
import type { Tensor } from "../tensor.js";

const castOp = defineOp<{ dtype: DType }>("to", {
  packed: true,
  infer: ([x], { dtype }) => ({ dtype, shape: x!.shape }),
  onnx: (graph, [x], { dtype }) => {
    // ONNX rounds a float to four bits; as any int it drops the fraction.
    const whole = isPacked(dtype) && isFloat(x!.dtype) ? graph.cast(x!, "int8") : x!;
    return graph.cast(whole, dtype);
  },
  gradient: ([dy], [x]) => [isFloat(x!.dtype) ? to(dy!, x!.dtype) : null],
});

/**
 * The same values in another dtype. Floats become ints by dropping the fraction; ints keep their low bits in a
 * narrower int; anything but 0 is true.
 */
export function to(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype: checkDType("to", dtype) });
}

const detachOp = defineOp("detach", {
  packed: true,
  infer: ([x]) => x!,
  onnx: (_graph, [x]) => x!,
  gradient: "none",
});

/** The same values, cut from what they were computed from: no gradient goes back. */
export function detach(x: Tensor): Tensor {
  return apply(detachOp, [x], {});
}
