import { TransformersError } from "../errors.js";
import { dropout, embedding, layer_norm, linear, Parameter, type Tensor } from "../tensor/index.js";
import { kaiming_uniform_, normalExceptRow, ones_, uniform_, zeros_ } from "./init.js";
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
    const bound = 1 / Math.sqrt(in_features);
    this.weight = new Parameter([out_features, in_features], kaiming_uniform_(in_features));
    this.bias = (options.bias ?? true) ? new Parameter([out_features], uniform_(-bound, bound)) : null;
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
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

/** Normalises the last axes to mean 0 and variance 1, then scales and shifts them. */
export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly normalized_shape: readonly number[];
  readonly eps: number;

  constructor(normalized_shape: number | readonly number[], options: { eps?: number } = {}) {
    super();
    this.normalized_shape = typeof normalized_shape === "number" ? [normalized_shape] : normalized_shape;
    this.eps = options.eps ?? 1e-5;
    this.weight = new Parameter(this.normalized_shape, ones_);
    this.bias = new Parameter(this.normalized_shape, zeros_);
  }

  forward(x: Tensor): Tensor {
    return layer_norm(x, this.normalized_shape, this.weight, this.bias, this.eps);
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
