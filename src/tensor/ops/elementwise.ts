/** The rooms of elementwise operators under one roof. */

export * from "./arithmetic.js";
export * from "./bitwise.js";
export * from "./casts.js";
export * from "./choice.js";
export * from "./comparison.js";
export * from "./operands.js";
export * from "./unary.js";
