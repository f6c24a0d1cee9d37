/** One operator at one shape, as both sides of a case read it from their command line. */
export interface OperatorSpec {
  readonly op: string;
  /** Of the floating inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Which of them a model would hold as its parameters; the others are activations. */
  readonly weights?: readonly number[];
  /** What the elements of the weights are multiplied with, so that outputs stay near 1. Default 1. */
  readonly scale?: number;
  /** How many row numbers (embedding) or classes (cross_entropy) there are beside them. */
  readonly ids?: number;
  /** PyTorch's keywords. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Also the gradients of all inputs. */
  readonly backward?: boolean;
}

/** Elements of input `seed`, between -1 and 1; `peers/pytorch/operator_side.py` makes the same. */
export function elements(count: number, seed: number, scale = 1): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, i) => (((i * 7919 + seed * 104_729) % 2003) / 1001.5 - 1) * scale,
  );
}

/** Row numbers below `limit`, some of them more than once. */
export function ids(count: number, limit: number): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, i) => BigInt((i * i * 31 + 7) % limit));
}
