import fc, { type Arbitrary } from "fast-check";
import type { Protocol } from "../src/model/flow.ts";
import type { LabelSelector, Requirement } from "../src/model/selector.ts";
import type { Span } from "../src/model/source.ts";

/** Where everything drawn is said to be written. */
export const NOWHERE: Span = { path: "drawn.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };

/** The universes are small, so that selectors select and names collide. */
export const NAMESPACES = ["a", "b", "c"] as const;
export const PORTS = [80, 81, 443, 5353];
export const NAMES = ["http", "dns"];

/** One of several outcomes, a given number of times in ten. */
export function times<T>(inTen: number, often: T, otherwise: T): Arbitrary<T> {
  return fc.oneof(
    { weight: inTen, arbitrary: fc.constant(often) },
    { weight: 10 - inTen, arbitrary: fc.constant(otherwise) },
  );
}

export const protocol = fc.constantFrom<Protocol>("TCP", "TCP", "UDP", "SCTP");

/** Few values, and the empty one among them. */
export const value = fc.constantFrom("x", "y", "");

export const labels: Arbitrary<Map<string, string>> = fc
  .record({ app: value, tier: value, env: value }, { requiredKeys: [] })
  .map((drawn) => new Map(Object.entries(drawn)));

/** The label that carries the number of a replica. */
export const INDEX = "apps.kubernetes.io/pod-index";
const POD_KEYS = ["app", "app", "tier", "tier", "env", INDEX, INDEX, INDEX, "pod-template-hash", "pod-template-hash"];
const NAMESPACE_KEYS = ["app", "tier", "env", "kubernetes.io/metadata.name"];
const OPERATORS = ["In", "In", "NotIn", "NotIn", "Exists", "DoesNotExist"] as const;

function requirement(keys: readonly string[]): Arbitrary<Requirement> {
  return fc.constantFrom(...keys).chain((key) => {
    const values = fc.uniqueArray(valueOfKey(key), { minLength: 1, maxLength: 2 });
    return fc
      .tuple(fc.constantFrom(...OPERATORS), values)
      .map(([operator, some]) => ({ key, operator, values: operator === "In" || operator === "NotIn" ? some : [] }));
  });
}

function valueOfKey(key: string): Arbitrary<string> {
  if (key === INDEX) return fc.constantFrom("0", "1");
  if (key === "kubernetes.io/metadata.name") return fc.constantFrom(...NAMESPACES);
  if (key === "pod-template-hash") return fc.constantFrom("5d9c", "77fb");
  return value;
}

function selector(keys: readonly string[]): Arbitrary<LabelSelector> {
  return fc.array(requirement(keys), { maxLength: 2, size: "max" }).map((requirements) => ({ requirements }));
}

export const EVERYTHING: LabelSelector = { requirements: [] };

export const podSelector = selector(POD_KEYS);
export const namespaceSelector = selector(NAMESPACE_KEYS);
