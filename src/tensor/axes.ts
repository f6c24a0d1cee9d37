import type { Dim } from "../onnx/dim.js";

/**
 * Axis names in types. They are opt-in: `Tensor<["batch", "sequence", "hidden"]>` is checked, a plain `Tensor`
 * fits everywhere, and whatever the types cannot follow becomes a plain `Tensor`.
 */
export type Axis = string | number;
export type Axes = readonly Axis[];

declare const axisName: unique symbol;

/** A plain number with the name of an axis in its type, so that parsed JSON is the configuration. */
export type Size<N extends string> = number & { readonly [axisName]?: N };

/** Names a number's axis. The value is the number itself. */
export function size<N extends string>(_name: N, value: number): Size<N> {
  return value;
}

export type NamedDim<N extends Axis> = N extends string ? Dim & { readonly [axisName]?: N } : Dim;

type IsAny<T> = 0 extends 1 & T ? true : false;
// biome-ignore lint/suspicious/noExplicitAny: the axes of a tensor that carries no names
type Unnamed = any;

export type ShapeOf<A extends Axes> =
  IsAny<A> extends true ? readonly Dim[] : { readonly [I in keyof A]: NamedDim<A[I]> };

type NameOf<D> = D extends { readonly [axisName]?: infer N }
  ? unknown extends N
    ? Axis
    : Exclude<N, undefined> & string
  : Axis;

/** The axes that a list of named sizes spells; unnamed where the list's length is not known. */
export type AxesOf<D extends readonly Dim[]> = number extends D["length"]
  ? Unnamed
  : { -readonly [I in keyof D]: D[I] extends 1 ? 1 : NameOf<D[I]> } extends infer R extends Axes
    ? R
    : Unnamed;

/** Two axes exchanged, where their positions are literals. */
export type Swap<A extends Axes, I extends number, J extends number> =
  IsAny<A> extends true
    ? Unnamed
    : `${I}` extends keyof A
      ? `${J}` extends keyof A
        ? { [K in keyof A]: K extends `${I}` ? A[J] : K extends `${J}` ? A[I] : A[K] } extends infer R extends
            Axes
          ? R
          : Unnamed
        : Unnamed
      : Unnamed;

type Last<A extends Axes> = A extends readonly [...Axes, infer L extends Axis] ? L : Axis;
type SecondLast<A extends Axes> = A extends readonly [...Axes, infer L extends Axis, Axis] ? L : Axis;
type Lead<A extends Axes> = A extends readonly [...infer L extends Axes, Axis, Axis] ? L : Axes;

type SameAxis<I extends Axis, J extends Axis> = string extends I
  ? true
  : string extends J
    ? true
    : I extends J
      ? true
      : J extends I
        ? true
        : false;

/** What the right side of a matmul must be: anything, unless both contracted axes have names that differ. */
export type Contracts<A extends Axes, B extends Axes> =
  IsAny<A> extends true
    ? unknown
    : IsAny<B> extends true
      ? unknown
      : SameAxis<Last<A>, SecondLast<B>> extends true
        ? unknown
        : { readonly error: `matmul: contraction of ${Last<A>} against ${SecondLast<B>}` };

export type MatmulAxes<A extends Axes, B extends Axes> =
  IsAny<A> extends true
    ? Unnamed
    : IsAny<B> extends true
      ? Unnamed
      : [...Lead<A>, SecondLast<A>, Last<B>] extends infer R extends Axes
        ? R
        : Unnamed;

/** The axes of an elementwise result: those of the longer operand. */
export type Broadcast<A extends Axes, B extends Axes> =
  IsAny<A> extends true ? Unnamed : IsAny<B> extends true ? A : B extends readonly [...Axes, ...A] ? B : A;
