import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cluster, ConnectionSet, compile, decide, parse, reach } from "../../src/index.ts";
import type { AdminPeer, AdminPolicy, AdminRule } from "../../src/model/cluster.ts";
import { options, type Scenario, scenarioWith } from "../arbitraries.ts";
import { adminDraft, clusterWith, MIX_NAMES, networks } from "../arbitraries-admin.ts";
import { NOWHERE } from "../arbitraries-labels.ts";
import { toManifests } from "../manifests.ts";
import { adminManifest } from "../manifests-admin.ts";
import type { OracleDestination, OracleFlow } from "../oracle/context.ts";
import { ask, runs } from "./engine.ts";

const everyKind = clusterWith("every kind of policy");
const scenario = scenarioWith(12, everyKind);

test.each(MIX_NAMES)(
  "reach agrees with decide on every pair of clusters with %s",
  (mix) => {
    fc.assert(
      fc.property(clusterWith(mix), options, (cluster, options) => {
        const { program } = compile(cluster, options);
        const reachability = reach(program, { by: "pod" });
        for (const from of reachability.endpoints) {
          for (const to of reachability.endpoints) {
            if (from === to && (from.pods === 1 || from.type === "address")) continue;
            const decided = decide(program, { source: from.id, destination: to.id }).allowed;
            const reached = reachability.between(from.id, to.id).intersect(ConnectionSet.ALL_PORTS);
            if (!reached.equals(decided)) expect(`${from.id} → ${to.id}: ${reached}`).toBe(`${decided}`);
          }
        }
      }),
      runs(6),
    );
  },
  900_000,
);

test("admin policies without rules change nothing", () => {
  fc.assert(
    fc.property(scenario, adminDraft, adminDraft, (drawn, first, last) => {
      const ruleless = [first, last].map((draft, i) =>
        cnp({ ...draft, name: `ruleless-${i}`, ingress: [], egress: [] }),
      );
      const more = edit(drawn, (policies) => [...policies, ...ruleless]);
      expectSame(answers(more), answers(drawn));
    }),
    runs(25),
  );
}, 900_000);

test("a Pass of everything at the top of the Admin tier is as good as no Admin tier", () => {
  fc.assert(
    fc.property(scenario, (any) => {
      // Which families pods have is not to be guessed from the policies.
      const dual = { ...any, options: { ...any.options, podCIDRs: ["10.0.0.0/16", "fd00::/64"] } };
      const drawn = edit(dual, (policies) => policies.map((policy) => eachRule(policy, recognised)));
      const passed = edit(drawn, (policies) => [everything("pass"), ...policies]);
      const without = edit(drawn, (policies) => policies.filter(({ tier }) => tier !== "admin"));
      expectSame(verdicts(passed), verdicts(without));
    }),
    runs(25),
  );
}, 900_000);

test("an Accept of everything at the top of both directions opens everything between pods, and to everywhere", () => {
  fc.assert(
    fc.property(scenario, (drawn) => {
      const open = edit(drawn, (policies) => [everything("allow"), ...policies]);
      const { program } = compile(open.cluster, open.options);
      for (const flow of open.flows) {
        const decision = ask(program, flow);
        // No peer is a source outside, nor a host-network pod; and the ends need a family in common.
        if (!decision || decision.egress.applies === "none" || !isPod(drawn.cluster, flow.source)) continue;
        const { verdict, certainty } = isPod(drawn.cluster, flow.destination)
          ? decision
          : { ...decision, verdict: decision.egress.verdict };
        const isOpen = isPod(drawn.cluster, flow.destination) ? certainty : "specified";
        expect({ flow, verdict, certainty: isOpen }).toEqual({ flow, verdict: "allow", certainty: "specified" });
      }
    }),
    runs(25),
  );
}, 900_000);

test("a further Deny rule never opens a connection, wherever in the order it stands", () => {
  fc.assert(
    fc.property(
      scenario,
      adminDraft,
      fc.nat({ max: 9 }),
      fc.nat({ max: 9 }),
      (drawn, { ingress, egress }, which, at) => {
        const denying = (rules: readonly AdminRule[], more: readonly AdminRule[]) => {
          const place = at % (rules.length + 1);
          // The first rule to speak of addresses may have pods of unknown ones taken to have IPv6, which does open something.
          const plain = more.filter(({ peers }) => peers.every(({ kind }) => kind === "pods"));
          const denied = plain.slice(0, 1).map((rule) => ({ ...rule, action: "deny" as const }));
          return [...rules.slice(0, place), ...denied, ...rules.slice(place)];
        };
        const more = edit(drawn, (policies) =>
          policies.map((policy, i) =>
            i === which % policies.length
              ? { ...policy, ingress: denying(policy.ingress, ingress), egress: denying(policy.egress, egress) }
              : policy,
          ),
        );
        const [before, after] = [verdicts(drawn), verdicts(more)];
        const opened = drawn.flows.filter((_, i) => before[i]?.endsWith("deny") && after[i]?.endsWith("allow"));
        expect(opened).toEqual([]);
      },
    ),
    runs(40),
  );
}, 900_000);

describe("renaming admin policies", () => {
  test("changes nothing when no two share a priority", () => {
    fc.assert(
      fc.property(scenario, (any) => {
        const drawn = edit(any, (policies) =>
          policies.map((policy, i) => (policy.priority === "last" ? policy : { ...policy, priority: i })),
        );
        expect(answers(edit(drawn, renamed))).toEqual(answers(drawn));
      }),
      runs(25),
    );
  }, 900_000);

  test("changes only verdicts that are not specified", () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const before = answers(drawn);
        const after = answers(edit(drawn, renamed));
        const specified = before.map((answer) => answer?.endsWith(" specified") ?? false);
        expect(after.filter((_, i) => specified[i])).toEqual(before.filter((_, i) => specified[i]));
      }),
      runs(25),
    );
  }, 900_000);
});

describe("manifests", () => {
  test("of an AdminNetworkPolicy and of the ClusterNetworkPolicy that says the same agree", () => {
    fc.assert(
      fc.property(scenario, (any) => {
        const drawn = edit(any, (policies) => policies.filter(({ tier }) => tier === "admin"));
        expect(answers(spelled(drawn, "AdminNetworkPolicy"))).toEqual(answers(drawn));
        expect(answers(spelled(drawn, "ClusterNetworkPolicy"))).toEqual(answers(drawn));
      }),
      runs(25),
    );
  }, 900_000);

  test("of a BaselineAdminNetworkPolicy and of the last ClusterNetworkPolicy of the Baseline tier agree", () => {
    fc.assert(
      fc.property(scenario, (any) => {
        const drawn = edit(any, (policies) => policies.filter(({ priority }) => priority === "last"));
        expect(answers(spelled(drawn, "BaselineAdminNetworkPolicy"))).toEqual(answers(drawn));
        expect(answers(spelled(drawn, "ClusterNetworkPolicy"))).toEqual(answers(drawn));
      }),
      runs(25),
    );
  }, 900_000);
});

/** The drawn policies, written in one API and read again. */
function spelled({ cluster, ...drawn }: Scenario, kind: AdminPolicy["kind"]): Scenario {
  const manifests = cluster.adminPolicies.map((policy) => JSON.stringify(adminManifest(policy, kind)));
  const text = [toManifests(cluster), ...manifests].join("\n---\n");
  const { cluster: read, diagnostics } = parse([{ path: "drawn.json", text }], drawn.options);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(read.adminPolicies.map((policy) => policy.kind)).toEqual(cluster.adminPolicies.map(() => kind));
  return { ...drawn, cluster: { ...cluster, adminPolicies: read.adminPolicies } };
}

function edit(drawn: Scenario, change: (policies: readonly AdminPolicy[]) => readonly AdminPolicy[]): Scenario {
  return { ...drawn, cluster: { ...drawn.cluster, adminPolicies: change(drawn.cluster.adminPolicies) } };
}

function cnp(policy: Omit<AdminPolicy, "kind">): AdminPolicy {
  return { ...policy, kind: "ClusterNetworkPolicy" };
}

/** Comes before all that are drawn, and matches whatever a peer can match. */
function everything(action: AdminRule["action"]): AdminPolicy {
  const all = { namespaceSelector: { requirements: [] }, podSelector: { requirements: [] } };
  const pods: AdminPeer = { kind: "pods", ...all, span: NOWHERE };
  const rule = { action, ports: "any", span: NOWHERE } as const;
  return cnp({
    name: "everything",
    tier: "admin",
    priority: 0,
    subject: all,
    ingress: [{ ...rule, peers: [pods] }],
    egress: [{ ...rule, peers: [pods, networks(["0.0.0.0/0", "::/0"])] }],
    span: NOWHERE,
  });
}

/** The last comes first, and the others between. */
function renamed(policies: readonly AdminPolicy[]): readonly AdminPolicy[] {
  return policies.map((policy, i) =>
    policy.priority === "last" ? policy : { ...policy, name: `q${((9 - i) * 7) % 10}` },
  );
}

function eachRule(policy: AdminPolicy, change: (rule: AdminRule) => AdminRule[]): AdminPolicy {
  return { ...policy, ingress: policy.ingress.flatMap(change), egress: policy.egress.flatMap(change) };
}

/** Rules that fail closed deny even what no peer can match. */
function recognised(rule: AdminRule): AdminRule[] {
  return rule.peers.some(({ kind }) => kind === "unrecognised") ? [] : [rule];
}

function isPod(cluster: Cluster, end: OracleDestination): boolean {
  return "pod" in end && cluster.pods.some(({ id, network }) => id === end.pod && network === "pod");
}

/** The verdict and certainty of every flow. */
function answers({ cluster, options, flows }: Scenario) {
  const { program } = compile(cluster, options);
  return flows.map((flow) => {
    const decision = ask(program, flow);
    return decision && `${nameOf(flow)}: ${decision.verdict} ${decision.certainty}`;
  });
}

function verdicts(drawn: Scenario) {
  return answers(drawn).map((answer) => answer?.replace(/ \S+$/, ""));
}

/** Like replicas have no name of their own until some selector tells them apart. */
function expectSame(some: readonly (string | undefined)[], others: readonly (string | undefined)[]): void {
  const named = (_: unknown, i: number) => some[i] !== undefined && others[i] !== undefined;
  expect(some.filter(named)).toEqual(others.filter(named));
}

function nameOf({ source, destination, protocol, port }: OracleFlow): string {
  return JSON.stringify([source, destination, protocol, port]);
}
