// All frozen tables in one place, so that they stand side by side in a bundle, where they compress better.
export * from "./category-table.js";
export * from "./decomposition-tables.js";
export * from "./folding-tables.js";
export * from "./grapheme-tables.js";
export * from "./pre-tokenizer-tables.js";
export * from "./property-tables.js";
export * from "./script-table.js";
export * from "./tables.js";
