import fc from "fast-check";
import { expect, test } from "vitest";
import { attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { labelsFor } from "../../../src/analyses/exposure/newcomer.ts";
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

/** What no drawn pod is labelled. */
const NEW = { requirements: [{ key: "role", operator: "In", values: ["client"] }] } as const;

/** Policies on what comes in alone, of peers that are pods: those that labels decide about. */
function byLabels(drawn: Cluster): Cluster {
  const networkPolicies = drawn.networkPolicies.map((policy, at) => ({
    ...policy,
    // Every other one isolates all of its namespace, so that there is something to be let in to.
    ...(at % 2 === 0 && { podSelector: { requirements: [] } }),
    policyTypes: ["ingress" as const],
    egress: [],
    ingress: policy.ingress.flatMap((rule) => {
      const peers: PolicyRule["peers"] =
        rule.peers === "any"
          ? "any"
          : rule.peers.flatMap((peer, i) =>
              peer.kind === "ipBlock" ? [] : [i % 2 === 0 && at % 4 < 2 ? { ...peer, podSelector: NEW } : peer],
            );
      return peers === "any" || peers.length > 0 ? [{ ...rule, peers }] : [];
    }),
  }));
  return { ...drawn, identities, networkPolicies };
}

/**
 * A cluster in which labels decide: its first pods are gone as often as not, so that nobody has what rules ask for, and the labels are
 * those some rule asks for, alone or with others.
 */
const situations = fc
  .tuple(cluster, labels, fc.nat(), fc.nat({ max: 3 }), fc.boolean())
  .map(([drawn, others, at, gone, isAlone]) => {
    const given = byLabels({ ...drawn, adminPolicies: [], pods: drawn.pods.slice(gone) });
    const asked = given.networkPolicies.flatMap(({ ingress }) =>
      ingress.flatMap(({ peers }) =>
        peers === "any"
          ? []
          : peers.flatMap((peer) => (peer.kind === "ipBlock" ? [] : (labelsFor(peer.podSelector) ?? []))),
      ),
    );
    const wanted = asked[at % Math.max(asked.length, 1)] ?? new Map<string, string>();
    return { given, values: isAlone ? wanted : new Map([...others, ...wanted]) };
  });

test("labels give a pod no more than the namespace's own pods have and steps of PC-SPOOF add", () => {
  fc.assert(
    fc.property(situations, ({ given, values }) => {
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
        if (!newcomer || !bare) continue;
        // Where no pod of the pod network is, a plain one is somebody new too.
        const isBare = !inside.some(({ endpoint }) =>
          endpoint.members.some((member) => member.pods.some(({ network }) => network === "pod")),
        );
        for (const { fact, endpoint, ports } of graph.net.doors) {
          const there = endpointIn(program, endpoint);
          const [opened, anyway] = [newcomer, bare].map((one) =>
            asked.connection(one, there).connections.intersect(ports),
          );
          const known = inside.some(
            (one) => !reachability.connection(one.endpoint, endpoint).connections.intersect(ports).isEmpty,
          );
          if (opened?.isEmpty || (!anyway?.isEmpty && !isBare) || known) continue;
          expect(spoofed).toContain(`${power} ${fact}`);
        }
      }
    }),
    { numRuns: 120 },
  );
}, 120_000);
