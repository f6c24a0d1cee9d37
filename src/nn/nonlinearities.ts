import {
  celu,
  elu,
  type GeluOptions,
  gelu,
  glu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leaky_relu,
  log_softmax,
  logsigmoid,
  mish,
  Parameter,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  type Tensor,
  tanh,
} from "../tensor/index.js";
import { constant_ } from "./init.js";
import { Module } from "./module.js";

/** Activations as modules, for Sequential and for fields that a configuration fills. */

export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

export class ReLU6 extends Module {
  forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** x where it is positive, `negative_slope` times it elsewhere. */
export class LeakyReLU extends Module {
  constructor(readonly negative_slope = 0.01) {
    super();
  }

  forward(x: Tensor): Tensor {
    return leaky_relu(x, { negative_slope: this.negative_slope });
  }
}

/** The same with a slope that is learned, one for all or one for each channel (axis 1). */
export class PReLU extends Module {
  readonly weight: Parameter;

  constructor(
    readonly num_parameters = 1,
    init = 0.25,
  ) {
    super();
    this.weight = new Parameter([num_parameters], constant_(init));
  }

  forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }
}

export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }
}

export class CELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: Tensor): Tensor {
    return celu(x, { alpha: this.alpha });
  }
}

export class SELU extends Module {
  forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** x times the normal distribution up to it, or the approximation of that by tanh. */
export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

export class Mish extends Module {
  forward(x: Tensor): Tensor {
    return mish(x);
  }
}

export class Hardswish extends Module {
  forward(x: Tensor): Tensor {
    return hardswish(x);
  }
}

export class Hardsigmoid extends Module {
  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/** x cut to the range from `min_val` to `max_val`. */
export class Hardtanh extends Module {
  constructor(
    readonly min_val = -1,
    readonly max_val = 1,
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return hardtanh(x, { min_val: this.min_val, max_val: this.max_val });
  }
}

export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

export class LogSigmoid extends Module {
  forward(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

export class Softsign extends Module {
  forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** log(1 + exp(beta x)) / beta; x itself where beta x lies above `threshold`. */
export class Softplus extends Module {
  constructor(
    readonly beta = 1,
    readonly threshold = 20,
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta, threshold: this.threshold });
  }
}

/** Shares of 1 along the axis `dim`. */
export class Softmax extends Module {
  constructor(readonly dim: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }
}

export class LogSoftmax extends Module {
  constructor(readonly dim: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return log_softmax(x, this.dim);
  }
}

/** The first half along the axis `dim` times the sigmoid of the second. */
export class GLU extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  forward(x: Tensor): Tensor {
    return glu(x, this.dim);
  }
}
