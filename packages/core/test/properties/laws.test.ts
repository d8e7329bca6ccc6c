import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, type NetworkPolicy, type PortMatch, reach } from "../../src/index.ts";
import { type Scenario, scenario } from "../arbitraries.ts";
import { NOWHERE } from "../arbitraries-labels.ts";
import { policyDraft, policyRule } from "../arbitraries-policies.ts";
import { ask, runs } from "./engine.ts";

test("the order of objects, rules and list entries does not matter", () => {
  fc.assert(
    fc.property(scenario, fc.nat({ max: 9 }), (drawn, turns) => {
      const turn = <T>(list: readonly T[]) => turned(list, turns);
      const policies = edit(drawn, (all) => turn(all.map((policy) => inside(policy, turn))));
      const { cluster } = policies;
      const objects = { ...cluster, namespaces: turn(cluster.namespaces), pods: turn(cluster.pods) };
      expect(answers({ ...policies, cluster: { ...objects, nodes: turn(cluster.nodes) } })).toEqual(answers(drawn));
      expect(listing(policies)).toEqual(listing(drawn));
    }),
    runs(25),
  );
}, 900_000);

test("renaming a policy changes nothing", () => {
  fc.assert(
    fc.property(scenario, (drawn) => {
      const renamed = edit(drawn, (policies) =>
        policies.map((policy, i) => ({ ...policy, name: `renamed-${(i * 7) % 10}-${i}` })),
      );
      expect(answers(renamed)).toEqual(answers(drawn));
    }),
    runs(25),
  );
}, 900_000);

test("duplicating a policy under another name changes nothing", () => {
  fc.assert(
    fc.property(scenario, fc.nat({ max: 9 }), (drawn, which) => {
      const doubled = edit(drawn, (policies) => {
        const copied = policies[which % policies.length] as NetworkPolicy;
        return [...policies, { ...copied, name: "copy" }];
      });
      expect(answers(doubled)).toEqual(answers(drawn));
    }),
    runs(25),
  );
}, 900_000);

test("splitting a port range in two changes nothing", () => {
  fc.assert(
    fc.property(scenario, (any) => {
      // Without endPort a range is its first port, so two halves are more than the whole.
      const drawn = { ...any, options: { ...any.options, endPortSupported: true } };
      const split = edit(drawn, (policies) =>
        policies.map((policy) => ({ ...policy, ingress: halve(policy.ingress), egress: halve(policy.egress) })),
      );
      expect(answers(split)).toEqual(answers(drawn));
    }),
    runs(25),
  );
}, 900_000);

test("a further allow rule in an isolated direction never closes a connection", () => {
  fc.assert(
    fc.property(scenario, policyRule, fc.nat({ max: 9 }), (drawn, rule, which) => {
      const more = edit(drawn, (policies) =>
        policies.map((policy, i) => {
          if (i !== which % policies.length) return policy;
          const direction = policy.policyTypes[which % policy.policyTypes.length] ?? "ingress";
          return { ...policy, [direction]: [...policy[direction], rule] };
        }),
      );
      expect(closed(drawn, more)).toEqual([]);
    }),
    runs(25),
  );
}, 900_000);

test("a further policy for pods that are isolated already never closes a connection", () => {
  fc.assert(
    fc.property(scenario, policyDraft, fc.nat({ max: 9 }), (drawn, draft, which) => {
      const more = edit(drawn, (policies) => {
        const { namespace, podSelector, policyTypes } = policies[which % policies.length] as NetworkPolicy;
        return [...policies, { ...draft, name: "further", namespace, podSelector, policyTypes }];
      });
      expect(closed(drawn, more)).toEqual([]);
    }),
    runs(25),
  );
}, 900_000);

test("an isolating policy without rules never opens a connection", () => {
  fc.assert(
    fc.property(scenario, policyDraft, (drawn, draft) => {
      const isolated = edit(drawn, (policies) => [...policies, { ...draft, name: "isolate", ingress: [], egress: [] }]);
      expect(closed(isolated, drawn)).toEqual([]);
    }),
    runs(25),
  );
}, 900_000);

test("without policies everything is allowed", () => {
  fc.assert(
    fc.property(scenario, (drawn) => {
      const open = edit(drawn, () => []);
      const { program } = compile(open.cluster, open.options);
      for (const flow of open.flows) {
        const decision = ask(program, flow);
        if (!decision || decision.egress.applies === "none") continue;
        expect({ flow, verdict: decision.verdict, certainty: decision.certainty }).toEqual({
          flow,
          verdict: "allow",
          certainty: "specified",
        });
      }
    }),
    runs(25),
  );
}, 900_000);

function edit(drawn: Scenario, change: (policies: readonly NetworkPolicy[]) => readonly NetworkPolicy[]): Scenario {
  return { ...drawn, cluster: { ...drawn.cluster, networkPolicies: change(drawn.cluster.networkPolicies) } };
}

/** The verdict and certainty of every flow. */
function answers({ cluster, options, flows }: Scenario) {
  const { program } = compile(cluster, options);
  return flows.map((flow) => {
    const decision = ask(program, flow);
    return decision && `${decision.verdict} ${decision.certainty}`;
  });
}

/** Flows that were allowed before and are denied after; replicas that only one of the two tells apart are left out. */
function closed(before: Scenario, after: Scenario) {
  const was = answers(before);
  const is = answers(after);
  return before.flows.filter((_, i) => was[i]?.startsWith("allow") && is[i]?.startsWith("deny"));
}

function listing({ cluster, options }: Scenario) {
  const lines: string[] = [];
  for (const { from, to, connections, egress, ingress } of reach(compile(cluster, options).program).connections()) {
    lines.push(`${from.id} → ${to.id}: ${connections} ${egress} ${ingress}`);
  }
  return lines;
}

/** Another order of the same things. */
function turned<T>(list: readonly T[], turns: number): readonly T[] {
  const start = list.length === 0 ? 0 : turns % list.length;
  return [...list.slice(start), ...list.slice(0, start)].reverse();
}

/** A policy with every list inside it in another order. */
function inside(policy: NetworkPolicy, turn: <T>(list: readonly T[]) => readonly T[]): NetworkPolicy {
  const turnAny = <T>(list: "any" | readonly T[]) => (list === "any" ? list : turn(list));
  const turnRules = (rules: NetworkPolicy["ingress"]) =>
    turn(rules).map((rule) => ({ ...rule, peers: turnAny(rule.peers), ports: turnAny(rule.ports) }));
  return {
    ...policy,
    policyTypes: turn(policy.policyTypes),
    ingress: turnRules(policy.ingress),
    egress: turnRules(policy.egress),
  };
}

function halve(rules: NetworkPolicy["ingress"]): NetworkPolicy["ingress"] {
  return rules.map((rule) => ({ ...rule, ports: rule.ports === "any" ? rule.ports : rule.ports.flatMap(halves) }));
}

function halves(match: PortMatch): PortMatch[] {
  if (match.kind !== "range" || match.first === match.last) return [match];
  const middle = Math.floor((match.first + match.last) / 2);
  return [
    { ...match, last: middle, span: NOWHERE },
    { ...match, first: middle + 1, span: NOWHERE },
  ];
}
