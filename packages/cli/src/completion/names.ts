import { type Cluster, objectKeys, parse, policyId, readOptions, type Source } from "@watertight/core";
import { findInput, type Io } from "../io.ts";
import type { Given } from "./place.ts";
import type { Names } from "./suggest.ts";

const NONE: Names = { endpoints: [], services: [], policies: [], objects: [] };

/** Bytes of manifests past which the names in them are not looked up: nobody waits for a Tab. */
const LIMIT = 4_000_000;

/** The names in the files of a command line. A live cluster and standard input are not asked. */
export async function namesIn({ paths, values }: Given, io: Io): Promise<Names> {
  if (paths.length === 0 || paths.includes("-")) return NONE;
  const { texts } = await findInput(paths, io);
  if (texts.reduce((sum, { bytes }) => sum + bytes, 0) > LIMIT) return NONE;
  const read = await Promise.all(texts.map((text) => text.read()));
  const sources = read.flat().filter((one): one is Source => "text" in one);
  const namespace = wordOf(values, "--namespace");
  const asked = readOptions(namespace === undefined ? [] : [`defaultNamespace=${namespace}`]);
  return namesOf(parse(sources, "options" in asked ? asked.options : undefined).cluster);
}

/** The contexts of the kubeconfig that a command line names, or of those `kubectl` reads; none where there is none to read. */
export async function contextsFor({ values }: Given, io: Io): Promise<readonly string[]> {
  const kubeconfig = wordOf(values, "--kubeconfig");
  // The client library takes longer to start than all the rest, so only this question loads it.
  const { contextsOf } = await import("../cluster.ts");
  return contextsOf(kubeconfig === undefined ? {} : { kubeconfig }, io).catch(() => []);
}

function wordOf(values: Given["values"], name: string): string | undefined {
  return values.find(([option]) => option.long === name)?.[1];
}

function namesOf(cluster: Cluster): Names {
  const policies = [...cluster.networkPolicies.map(qualified), ...cluster.adminPolicies.map(({ name }) => name)];
  return {
    endpoints: [...shortened([...new Set(cluster.pods.map(({ workload }) => workload))])].sort(),
    services: cluster.services.map(({ namespace, name }) => `${namespace}/Service/${name}`),
    policies: [...policies, ...cluster.unusedPolicies.map(policyId)],
    objects: objectKeys(cluster),
  };
}

function qualified({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Ids without their kinds, where that names one endpoint and no other. */
function shortened(ids: readonly string[]): readonly string[] {
  const short = (id: string) => id.replace(/\/[^/]+\//, "/");
  const bearers = new Map<string, number>();
  for (const id of ids) bearers.set(short(id), (bearers.get(short(id)) ?? 0) + 1);
  return ids.map((id) => (bearers.get(short(id)) === 1 ? short(id) : id));
}
