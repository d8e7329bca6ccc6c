import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEdits } from "../../src/analyses/edit.ts";
import { type Flip, flip } from "../../src/analyses/flip.ts";
import { connectionsAsked } from "../../src/analyses/query.ts";
import { type Change, relocate, setOf } from "../../src/analyses/side-effects.ts";
import { compile } from "../../src/compile/compile.ts";
import { type Decision, decide } from "../../src/engine/decide.ts";
import type { Endpoint } from "../../src/engine/endpoints.ts";
import { type Reachability, reach } from "../../src/engine/reach.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { ConnectionSet } from "../../src/model/connections.ts";
import type { Options } from "../../src/model/options.ts";
import type { Program } from "../../src/model/program.ts";
import { parse } from "../../src/parse/parse.ts";
import * as arbitraries from "../arbitraries.ts";

interface Case {
  readonly cluster: Cluster;
  readonly options: Options;
  readonly decision: Decision;
  readonly flipped: Flip;
}

const asked = fc.constantFrom(
  connectionsAsked("TCP", 80),
  connectionsAsked("TCP", 81),
  connectionsAsked("UDP", 5353),
  connectionsAsked("TCP"),
  connectionsAsked("other"),
  connectionsAsked(),
);

/** Random clusters with a question about two of their endpoints that can be flipped. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    cluster: arbitraries.cluster,
    options: arbitraries.options,
    by: fc.constantFrom("workload", "workload", "pod", "namespace"),
    from: fc.nat(),
    to: fc.nat(),
    connections: asked,
  })
  .map(({ cluster, options, by, from, to, connections }) => {
    const { program } = compile(cluster, options);
    const { endpoints } = reach(program, { by });
    const source = endpoints[from % endpoints.length] as Endpoint;
    const destination = endpoints[to % endpoints.length] as Endpoint;
    const decision = decide(program, { source, destination, connections });
    return { cluster, options, decision, flipped: flip(program, decision) };
  })
  .filter((drawn): drawn is Case => drawn.flipped !== undefined);

test("a flip flips the flow it was asked for", () => {
  fc.assert(
    fc.property(cases, ({ cluster, options, decision, flipped }) => {
      const { program } = compile(patched(cluster, flipped), options);
      const question = relocate(program, decision.question);
      // Replicas that nothing tells apart any more have become one pod, with a name of its own.
      fc.pre(question.source.members.length > 0 && question.destination.members.length > 0);
      expect(decide(program, question).verdict).toBe(flipped.verdict);
      expect(flipped.verdict).not.toBe(decision.verdict);
    }),
  );
}, 600_000);

test("the changes listed are exactly those that reaching twice finds", () => {
  fc.assert(
    fc.property(cases, ({ cluster, options, decision, flipped }) => {
      const edited = applyEdits(cluster, flipped.edits);
      const [before, after] = [cluster, edited].map((one) => compile(one, options, [cluster, edited]).program) as [
        Program,
        Program,
      ];
      const question = relocate(before, decision.question);
      const found = differences(reach(before), reach(after)).map((change) => withoutAsked(change, question));
      expect(flipped.changes.map(shown)).toEqual(found.filter(isSome).map(shown));
    }),
  );
}, 600_000);

test("no pod gains or loses a connection that no change speaks of", () => {
  fc.assert(
    fc.property(cases, ({ cluster, options, decision, flipped }) => {
      const programs = [cluster, patched(cluster, flipped)].map((each) => compile(each, options).program);
      // Pods of unknown address get another family once a rule speaks of it, which is no work of the edit's.
      const [families, familiesNow] = programs.map(familiesOfPods);
      fc.pre(families === familiesNow);
      const [old, now] = programs.map((program) => reach(program, { by: "pod" }));
      const known = [...flipped.changes, { from: decision.question.source, to: decision.question.destination }];
      for (const { from, to } of differences(old as Reachability, now as Reachability)) {
        if (from.type === "address" || to.type === "address") continue;
        expect(known.some((change) => holds(change.from, from) && holds(change.to, to))).toBe(true);
      }
    }),
  );
}, 600_000);

/** Which address families each pod is taken to have. */
function familiesOfPods({ parties }: Program): string {
  const each = parties.flatMap((party) =>
    party.kind === "pods" ? party.pods.map(({ id }) => `${id} ${party.families.join("+")}`) : [],
  );
  return [...new Set(each)].sort().join();
}

/** The cluster with the policies that the text of the patch holds, as a person would apply it. */
function patched(cluster: Cluster, { patch }: Flip): Cluster {
  const { cluster: read, diagnostics } = parse([{ path: "patch.yaml", text: patch }]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const written = read.networkPolicies;
  const names = new Set(written.map(({ namespace, name }) => `${namespace}/${name}`));
  const kept = cluster.networkPolicies.filter(({ namespace, name }) => !names.has(`${namespace}/${name}`));
  return { ...cluster, networkPolicies: [...kept, ...written] };
}

/** Every pair of endpoints whose connections differ, by looking at all of them. */
function differences(old: Reachability, now: Reachability): Change[] {
  return old.endpoints.flatMap((from) =>
    old.endpoints.flatMap((to) => {
      const [a, b] = [now.endpoint(from.id), now.endpoint(to.id)];
      if (!a || !b || (from === to && from.pods < 2)) return [];
      const was = old.connection(from, to).connections;
      const is = now.connection(a, b).connections;
      return was.equals(is) ? [] : [{ from, to, opened: is.subtract(was), closed: was.subtract(is) }];
    }),
  );
}

function withoutAsked(change: Change, { source, destination, connections }: Decision["question"]): Change {
  const isAsked = holds(source, change.from) && holds(destination, change.to);
  const meant = connections.isAllPorts ? ConnectionSet.ALL : connections;
  const rest = (set: ConnectionSet) => set.subtract(isAsked ? meant : ConnectionSet.NONE);
  return { ...change, opened: rest(change.opened), closed: rest(change.closed) };
}

function holds(whole: Endpoint, part: Endpoint): boolean {
  if (part.cidrs) return setOf(whole.cidrs ?? []).includes(setOf(part.cidrs));
  const ids = new Set(whole.members.flatMap(({ pods }) => pods.map(({ id }) => id)));
  return part.members.every(({ pods }) => pods.every(({ id }) => ids.has(id)));
}

function isSome({ opened, closed }: Change): boolean {
  return !opened.isEmpty || !closed.isEmpty;
}

function shown({ from, to, opened, closed }: Change): string {
  return `${from.id} → ${to.id} +${JSON.stringify(opened)} -${JSON.stringify(closed)}`;
}
