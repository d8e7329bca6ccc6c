import fc from "fast-check";
import { expect, test } from "vitest";
import { attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { endpointIn, unseenPod, withUnseen } from "../../../src/analyses/exposure/unseen.ts";
import { compile } from "../../../src/compile/compile.ts";
import type { Endpoint } from "../../../src/engine/endpoints.ts";
import { reach } from "../../../src/engine/reach.ts";
import type { Cluster, PolicyRule } from "../../../src/model/cluster.ts";
import { parse } from "../../../src/parse/parse.ts";
import { cluster } from "../../arbitraries.ts";
import { labels } from "../../arbitraries-labels.ts";
import { granted } from "./edges.ts";

const { identities } = parse([
  { path: "a.yaml", text: granted('{ apiGroups: [""], resources: [pods], verbs: [create] }', "ClusterRole") },
]).cluster;

const NOBODY: Endpoint = { id: "", type: "pod", pods: 1, members: [] };

/** Policies on what comes in alone, of peers that are pods: those that labels decide about. */
function byLabels(drawn: Cluster): Cluster {
  const networkPolicies = drawn.networkPolicies.map((policy) => ({
    ...policy,
    policyTypes: ["ingress" as const],
    egress: [],
    ingress: policy.ingress.flatMap((rule) => {
      const peers: PolicyRule["peers"] =
        rule.peers === "any" ? "any" : rule.peers.filter(({ kind }) => kind !== "ipBlock");
      return peers === "any" || peers.length > 0 ? [{ ...rule, peers }] : [];
    }),
  }));
  return { ...drawn, identities, networkPolicies };
}

test("labels give a pod no more than the namespace's own pods have and steps of PC-SPOOF add", () => {
  fc.assert(
    fc.property(cluster, labels, (drawn, values) => {
      const given = byLabels(drawn);
      const reachability = reach(compile(given).program);
      const { graph, footholds } = attackGraph(reachability, { certainty: "assumed" });
      const spoofed = new Set(
        graph.rules.filter(({ edge }) => edge === "PC-SPOOF").map(({ needs, gives }) => `${needs} ${gives}`),
      );
      for (const { name: namespace } of given.namespaces) {
        const inside = footholds.filter((one) => one.namespace === namespace);
        const power = graph.find("pod-control", `pods:${namespace}`)?.index;
        const pods = [values, new Map<string, string>()].map((one, i) =>
          unseenPod(`${namespace}/Newcomer/${i}`, { values: one }),
        );
        const { program } = reach(compile(withUnseen(given, pods, new Map())).program);
        const asked = reach(program, { by: "pod" });
        const [newcomer, bare] = pods.map((pod) =>
          endpointIn(program, { ...NOBODY, members: [{ party: -1, pods: [pod] }] }),
        );
        if (!newcomer || !bare || inside.length === 0) continue;
        for (const { fact, endpoint, ports } of graph.net.doors) {
          const there = endpointIn(program, endpoint);
          const [opened, anyway] = [newcomer, bare].map((one) =>
            asked.connection(one, there).connections.intersect(ports),
          );
          const known = inside.some(
            (one) => !reachability.connection(one.endpoint, endpoint).connections.intersect(ports).isEmpty,
          );
          if (opened?.isEmpty || !anyway?.isEmpty || known) continue;
          expect(spoofed).toContain(`${power} ${fact}`);
        }
      }
    }),
    { numRuns: 120 },
  );
}, 120_000);
