/** The elements of one value: an array in memory, or what stands for it. Compared by identity. */
type Elements = object;

/**
 * What one run reads, and what it writes over, from when it is planned until it has ended. A run may be planned while
 * another one is under way; `start` makes it wait where the two would touch the same elements.
 */
export class Claim {
  readonly #reads: readonly Elements[];
  readonly #writes: ReadonlySet<Elements>;
  #started = false;
  readonly #ended: Promise<void>;
  #settle!: () => void;

  /** Makes the claim, whose place in the order is now. Call `end` whatever comes. */
  constructor(reads: readonly Elements[], writes: ReadonlySet<Elements> = nothing) {
    this.#reads = reads;
    this.#writes = writes;
    this.#ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    claims.add(this);
  }

  /**
   * Waits for the runs under way that write what this one reads, or that read what this one writes, and for writers
   * planned before that still wait (`patient: false` lets a reader go before those). Gives whether it had to wait: what
   * it reads may have been replaced since.
   */
  async start({ patient = true }: { patient?: boolean } = {}): Promise<boolean> {
    let waited = false;
    for (let other = this.#obstacle(patient); other !== undefined; other = this.#obstacle(patient)) {
      waited = true;
      await other.#ended;
    }
    this.#started = true;
    return waited;
  }

  end(): void {
    claims.delete(this);
    this.#settle();
  }

  /** Ends with the run, where it reads or writes the elements; null where it does not. */
  until(elements: Elements): Promise<void> | null {
    return this.#reads.includes(elements) || this.#writes.has(elements) ? this.#ended : null;
  }

  #obstacle(patient: boolean): Claim | undefined {
    if (claims.size === 1) return undefined;
    let isBefore = true;
    for (const other of claims) {
      if (other === this) isBefore = false;
      else if ((other.#started || (patient && isBefore && other.#writes.size > 0)) && this.#meets(other))
        return other;
    }
    return undefined;
  }

  #meets(other: Claim): boolean {
    return other.#touches(this.#writes) || this.#touches(other.#writes);
  }

  #touches(written: ReadonlySet<Elements>): boolean {
    if (written.size === 0) return false;
    return (
      this.#reads.some((elements) => written.has(elements)) ||
      [...this.#writes].some((elements) => written.has(elements))
    );
  }
}

const nothing: ReadonlySet<Elements> = new Set();

/** Claims that have not ended, in the order in which they were made. */
const claims = new Set<Claim>();

/** Waits for all runs that touch the elements. */
export async function whenUnclaimed(elements: Elements): Promise<void> {
  await claimsOn(elements);
}

/** The end of all runs that touch the elements; null where there are none: then nothing does before the next wait. */
export function claimsOn(elements: Elements): Promise<unknown> | null {
  const ends = [...claims].map((claim) => claim.until(elements)).filter((end) => end !== null);
  return ends.length === 0 ? null : Promise.all(ends);
}
