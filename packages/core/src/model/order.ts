/** Compares for sorting: numbers by size, text by code unit. */
export function ascending<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
