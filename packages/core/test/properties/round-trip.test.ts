import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cluster, parse } from "../../src/index.ts";
import { cluster } from "../arbitraries.ts";
import { toManifests } from "../manifests.ts";
import { runs } from "./engine.ts";

test("reading the manifests of a cluster gives the cluster back", () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const { cluster: read, diagnostics } = parse([{ path: "drawn.json", text: toManifests(drawn) }]);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(withoutPlaces(read)).toEqual(withoutPlaces(used(drawn)));
    }),
    runs(100),
  );
}, 900_000);

/** Only what manifests can show: a namespace without an object exists where something lives in it. */
function used(drawn: Cluster): Cluster {
  const homes = [...drawn.pods, ...drawn.networkPolicies].map(({ namespace }) => namespace);
  return {
    ...drawn,
    namespaces: drawn.namespaces.filter(({ name, labels }) => !labels.incomplete || homes.includes(name)),
  };
}

/** Not what an object says, but where and how it is written; and what of a pod is not drawn. */
const WRITING = ["span", "oddities", "spec"];

/** The same with sorted ports, without spans and without the part of a pod's spec that is not drawn; sets and maps as sorted lists. */
function withoutPlaces(value: unknown): unknown {
  if (value instanceof Map) return [...value].sort();
  if (value instanceof Set) return [...value].sort();
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => !WRITING.includes(key) && inner !== undefined);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === "ports" ? portsOf(inner) : withoutPlaces(inner)]),
  );
}

function portsOf(ports: unknown): unknown {
  if (!Array.isArray(ports)) return ports;
  return ports.map((port) => JSON.stringify(withoutPlaces(port), sortedKeys)).sort();
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort());
}
