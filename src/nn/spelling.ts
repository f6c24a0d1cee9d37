/**
 * Entries by name, those of weight_norm under the names that `wanted` has: PyTorch spells size and direction of a
 * weight `weight_g` and `weight_v`, or `parametrizations.weight.original0` and `original1`.
 */
export function respelled<V>(
  entries: ReadonlyMap<string, V>,
  wanted: { has(name: string): boolean },
): Map<string, V> {
  return new Map(
    [...entries].map(([name, value]) => {
      const other = wanted.has(name) ? name : otherSpelling(name);
      return [wanted.has(other) ? other : name, value] as const;
    }),
  );
}

function otherSpelling(name: string): string {
  return name.includes("parametrizations.")
    ? name.replace(
        /parametrizations\.(\w+)\.original([01])$/,
        (_, own, part) => `${own}_${part === "0" ? "g" : "v"}`,
      )
    : name.replace(
        /(\w+)_([gv])$/,
        (_, own, part) => `parametrizations.${own}.original${part === "g" ? 0 : 1}`,
      );
}
