import { TransformersError } from "../errors.js";
import { convert, Parameter, type Tensor } from "../tensor/index.js";
import { ModuleDict } from "./containers.js";
import { Module } from "./module.js";

/** How a module's normalised parameter is kept, and how it is made an ordinary one again. */
interface Normalization {
  readonly g: () => Parameter;
  readonly v: () => Parameter;
  readonly dim: number | null;
  readonly forget: () => void;
}

const normalizations = new WeakMap<Module, Map<string, Normalization>>();

/**
 * Takes a parameter apart into its size and its direction, which are trained in its place: w = g * v / |v|, the norm
 * being over all axes but `dim` (null or -1: over all). They are named `weight_g` and `weight_v` in the state dict;
 * checkpoints that spell them as `parametrizations.weight_norm` does are read too. Gives the module.
 *
 * Throws `INVALID_ARGUMENT` where the module has no such parameter, or it is taken apart already.
 *
 * Source: Salimans and Kingma, "Weight Normalization", 2016; torch.nn.utils.weight_norm.
 */
export function weight_norm<M extends Module>(module: M, name = "weight", dim: number | null = 0): M {
  const v = parameterOf(module, name);
  const fields = module as unknown as Record<string, Parameter>;
  const [size, direction] = [`${name}_g`, `${name}_v`];
  const g = sizeOf(v, name, dim);
  delete fields[name];
  fields[size] = g;
  fields[direction] = v;
  install(module, name, {
    g: () => fields[size]!,
    v: () => fields[direction]!,
    dim: allAxes(dim) ? null : dim,
    forget: () => {
      delete fields[size];
      delete fields[direction];
    },
  });
  return module;
}

/** Size and direction of a parameter, under the names that PyTorch's parametrizations give them. */
class WeightNormParameters extends Module {
  constructor(
    readonly original0: Parameter,
    readonly original1: Parameter,
    dim: number | null,
  ) {
    super();
    Object.defineProperty(this, "dim", { value: dim });
  }

  declare readonly dim: number | null;

  /** The parameter that they make. */
  override forward(): Tensor {
    return joined(this.original0, this.original1, this.dim);
  }
}

export const parametrizations = {
  /**
   * `weight_norm` under the names of torch.nn.utils.parametrizations.weight_norm, `parametrizations.weight.original0`
   * (size) and `original1` (direction); checkpoints with the older names are read too.
   */
  weight_norm<M extends Module>(module: M, name = "weight", dim: number | null = 0): M {
    const v = parameterOf(module, name);
    const axis = allAxes(dim) ? null : dim;
    const pair = new WeightNormParameters(sizeOf(v, name, dim), v, axis);
    const fields = module as unknown as Record<string, unknown>;
    delete fields[name];
    const own = (fields.parametrizations ?? new ModuleDict()) as ModuleDict<WeightNormParameters>;
    fields.parametrizations = own.set(name, pair);
    install(module, name, {
      g: () => pair.original0,
      v: () => pair.original1,
      dim: axis,
      forget: () => {
        delete (own as unknown as Record<string, unknown>)[name];
        if (own.size === 0) delete fields.parametrizations;
      },
    });
    return module;
  },
};

/**
 * Makes one parameter again of its size and direction, with the value that they have now. Gives the module. Throws
 * `INVALID_ARGUMENT` where the parameter is not taken apart.
 */
export async function remove_weight_norm<M extends Module>(module: M, name = "weight"): Promise<M> {
  const own = normalizations.get(module)?.get(name);
  if (own === undefined) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `remove_weight_norm: "${name}" of this ${module.constructor.name} has no weight_norm`,
    );
  }
  const [g, v] = [own.g(), own.v()];
  await Promise.all([g.load(), v.load()]);
  const { data, dtype } = await joined(g, v, own.dim).detach().realize();
  const parameter = new Parameter(v.dims, { dtype, dims: v.dims, data: data.slice() }, dtype);
  parameter.requires_grad = v.requires_grad;
  own.forget();
  normalizations.get(module)!.delete(name);
  Object.defineProperty(module, name, {
    value: parameter,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return module;
}

/** In the parameter's place stands what is computed of the two that it was taken apart into. */
function install(module: Module, name: string, normalization: Normalization): void {
  const { g, v, dim } = normalization;
  const own = normalizations.get(module) ?? new Map<string, Normalization>();
  normalizations.set(module, own.set(name, normalization));
  Object.defineProperty(module, name, {
    get: () => joined(g(), v(), dim),
    enumerable: false,
    configurable: true,
  });
}

function parameterOf(module: Module, name: string): Parameter {
  if (normalizations.get(module)?.has(name)) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `weight_norm: "${name}" of this ${module.constructor.name} has a weight_norm already`,
    );
  }
  const parameter = (module as unknown as Record<string, unknown>)[name];
  if (parameter instanceof Parameter) return parameter;
  const names = Object.entries(module).flatMap(([own, value]) => (value instanceof Parameter ? [own] : []));
  throw new TransformersError(
    "INVALID_ARGUMENT",
    `weight_norm: this ${module.constructor.name} has no parameter "${name}"; it has ${names.join(", ") || "none"}`,
  );
}

function allAxes(dim: number | null): dim is null | -1 {
  return dim === null || dim === -1;
}

/** The size of a parameter as a parameter of its own, found when it is first needed. */
function sizeOf(v: Parameter, name: string, dim: number | null): Parameter {
  const { dims, dtype } = v;
  if (allAxes(dim)) return new Parameter([], () => norms(v, 1, 1), dtype);
  if (!Number.isInteger(dim) || dim < 0 || dim >= dims.length) {
    throw new TransformersError(
      "INVALID_ARGUMENT",
      `weight_norm: dim is ${dim}, but "${name}" has axes 0 to ${dims.length - 1}; null takes the norm over all`,
    );
  }
  const inner = dims.slice(dim + 1).reduce((product, size) => product * size, 1);
  const shape = dims.map((size, axis) => (axis === dim ? size : 1));
  return new Parameter(shape, () => norms(v, dims[dim]!, inner), dtype);
}

/** Norms of the elements of equal index along an axis of `size`, behind which lie `inner` elements each. */
function norms({ data, dims, dtype }: Parameter, size: number, inner: number): Float32Array | Float64Array {
  const values = convert({ data, dims, dtype }, "float64").data as Float64Array;
  const squares = new Float64Array(size);
  values.forEach((value, i) => {
    squares[Math.floor(i / inner) % size]! += value * value;
  });
  const roots = squares.map(Math.sqrt);
  return dtype === "float64" ? roots : Float32Array.from(roots);
}

function joined(g: Tensor, v: Tensor, dim: number | null): Tensor {
  const axes = v.shape.map((_, axis) => axis).filter((axis) => axis !== dim);
  const norm = v.square().sum(axes, true).sqrt();
  return v.mul(g.div(norm));
}
