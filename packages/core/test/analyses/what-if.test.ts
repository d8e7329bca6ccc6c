import fc from "fast-check";
import { expect, test } from "vitest";
import { relocate } from "../../src/analyses/side-effects.ts";
import { prepare } from "../../src/compile/compile.ts";
import {
  ConnectionSet,
  type Endpoint,
  type NetworkPolicy,
  type PairEffect,
  type PolicyEdit,
  type Program,
  reach,
  WhatIf,
} from "../../src/index.ts";
import { scenario } from "../arbitraries.ts";
import { policyDraft } from "../arbitraries-policies.ts";
import { runs } from "../properties/engine.ts";

/** An edit yet without the policy it is about: which one, and what becomes of it. */
const editDraft = fc.record({ which: fc.nat(9), becomes: fc.constantFrom("new", "other", "gone"), draft: policyDraft });

test("a delta is what two full computations differ in, through any sequence of edits", () => {
  fc.assert(
    fc.property(scenario, fc.array(editDraft, { minLength: 1, maxLength: 4 }), ({ cluster, options }, drafts) => {
      let state = WhatIf.open(cluster, options);
      let seen = cluster.networkPolicies;
      drafts.forEach(({ which, becomes, draft }, i) => {
        const { cluster: before } = state;
        const edit = editOf(before.networkPolicies, which, becomes, { ...draft, name: `edit-${i}` });
        const { after, effects } = state.apply([edit]);
        const changes = [...effects.changes];
        expect(changes).toHaveLength(effects.size);

        // What policies mention tells pods apart, and which families pods of unknown address are taken to have.
        seen = [...seen, ...(edit.after ? [edit.after] : [])];
        const { vocabulary } = prepare({ ...cluster, networkPolicies: seen }, options);
        const [was, is] = [before, after.cluster].map((one) =>
          placed(prepare(one, options, { more: vocabulary }).program, after.endpoints),
        ) as [Between, Between];
        expect(told(changes)).toEqual(differences(was, is, after.endpoints));
        for (const { causes } of changes) expect(causes.length).toBeGreaterThan(0);
        state = after;
      });
    }),
    runs(40),
  );
}, 900_000);

test("going on from the state before an edit is as if it had never been made", () => {
  fc.assert(
    fc.property(scenario, editDraft, editDraft, ({ cluster, options }, first, second) => {
      const state = WhatIf.open(cluster, options);
      const apply = ({ which, becomes, draft }: typeof first) =>
        state.apply([editOf(cluster.networkPolicies, which, becomes, { ...draft, name: "edit" })]);
      const alone = told(apply(second).effects.changes);
      apply(first);
      expect(told(apply(second).effects.changes)).toEqual(alone);
    }),
    runs(20),
  );
}, 900_000);

function editOf(policies: readonly NetworkPolicy[], which: number, becomes: string, draft: NetworkPolicy): PolicyEdit {
  const before = policies[which % Math.max(policies.length, 1)];
  if (!before || becomes === "new") return { after: draft };
  return becomes === "gone"
    ? { before }
    : { before, after: { ...draft, namespace: before.namespace, name: before.name } };
}

/** What a delta says, in words. */
function told(changes: Iterable<PairEffect>): readonly string[] {
  return Array.from(changes, ({ from, to, before, after }) => `${from.id} → ${to.id}: ${before} | ${after}`).sort();
}

/** The same from two full computations, over the same endpoints. */
function differences(before: Between, after: Between, endpoints: readonly Endpoint[]): readonly string[] {
  const lines: string[] = [];
  for (const from of endpoints) {
    for (const to of endpoints) {
      if ((from === to && from.pods < 2) || (from.type === "address" && to.type === "address")) continue;
      const [was, is] = [before(from, to), after(from, to)];
      if (!was.equals(is)) lines.push(`${from.id} → ${to.id}: ${was} | ${is}`);
    }
  }
  return lines.sort();
}

type Between = (from: Endpoint, to: Endpoint) => ConnectionSet;

/** The connections between endpoints as another program of the same pods has them. */
function placed(program: Program, endpoints: readonly Endpoint[]): Between {
  const reachability = reach(program);
  const connections = ConnectionSet.ALL;
  const place = (endpoint: Endpoint) =>
    relocate(program, { source: endpoint, destination: endpoint, connections }).source;
  const own = new Map(endpoints.map((endpoint) => [endpoint, place(endpoint)]));
  const find = (endpoint: Endpoint) => own.get(endpoint) ?? endpoint;
  return (from, to) => reachability.connection(find(from), find(to)).connections;
}
