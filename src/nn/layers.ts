import { TransformersError } from "../errors.js";
import { dropout, embedding, linear, Parameter, type Tensor } from "../tensor/index.js";
import { kaiming_uniform_, normal_, normalExceptRow, uniform_, zeros_ } from "./init.js";
import { Module } from "./module.js";

/** `x @ weight.T + bias` over the last axis. weight: [out, in], bias: [out]. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly in_features: number,
    readonly out_features: number,
    options: { bias?: boolean } = {},
  ) {
    super();
    const bound = in_features > 0 ? 1 / Math.sqrt(in_features) : 0;
    this.weight = new Parameter([out_features, in_features], kaiming_uniform_({ a: Math.sqrt(5) }));
    this.bias = (options.bias ?? true) ? new Parameter([out_features], uniform_(-bound, bound)) : null;
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** GPT-2's linear layer: `x @ weight + bias` over the last axis. weight: [in, out], bias: [out]. */
export class Conv1D extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  /** `nf` is the number of outputs, `nx` that of inputs. */
  constructor(
    readonly nf: number,
    readonly nx: number,
  ) {
    super();
    this.weight = new Parameter([nx, nf], normal_(0, 0.02));
    this.bias = new Parameter([nf], zeros_);
  }

  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

/** What it is given. */
export class Identity extends Module {
  forward<T>(x: T): T {
    return x;
  }
}

/** The axes from `start_dim` to `end_dim` as one; without options all but the batch. */
export class Flatten extends Module {
  constructor(
    readonly start_dim = 1,
    readonly end_dim = -1,
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.flatten(this.start_dim, this.end_dim);
  }
}

/** Rows of a table by number: int64 [...] gives [..., embedding_dim]. The row `padding_idx` is not trained. */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(
    readonly num_embeddings: number,
    readonly embedding_dim: number,
    readonly options: { padding_idx?: number | null } = {},
  ) {
    super();
    this.weight = new Parameter(
      [num_embeddings, embedding_dim],
      normalExceptRow(options.padding_idx ?? null, 1),
    );
  }

  forward(ids: Tensor): Tensor {
    return embedding(ids, this.weight, this.options);
  }
}

/** While training, zeroes each element with probability `p` and scales the others up. */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
    if (!(p >= 0 && p <= 1)) {
      throw new TransformersError(
        "INVALID_ARGUMENT",
        `Dropout: a probability lies between 0 and 1, not ${p}`,
      );
    }
  }

  forward(x: Tensor): Tensor {
    return this.training ? dropout(x, this.p) : x;
  }
}
