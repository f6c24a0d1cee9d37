/** The input that every side reads; `peers/pytorch/side.py` makes the same. */
export interface FixedInput {
  /** [batch, sequence] */
  readonly inputIds: BigInt64Array;
  /** [batch, sequence] */
  readonly attentionMask: BigInt64Array;
  /** [batch], of two classes */
  readonly labels: BigInt64Array;
}

export function fixedInput(batch: number, sequence: number, vocabSize: number): FixedInput {
  return {
    inputIds: BigInt64Array.from({ length: batch * sequence }, (_, i) => BigInt((i * 7919 + 13) % vocabSize)),
    attentionMask: new BigInt64Array(batch * sequence).fill(1n),
    labels: BigInt64Array.from({ length: batch }, (_, i) => BigInt(i % 2)),
  };
}
