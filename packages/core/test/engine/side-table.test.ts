import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIMPLE } from "../../src/engine/encounter.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import { NO, type Profile, YES } from "../../src/engine/profile.ts";
import { SideTable } from "../../src/engine/side-table.ts";
import { ConnectionSet, compile, decide, type Layer, type Program, parse, reach, UPSTREAM } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";
import { runs } from "../properties/engine.ts";

const direction = fc.constantFrom("ingress" as const, "egress" as const);

describe("a table made from another", () => {
  /** What becomes of a subject's profiles: they stay, nothing applies any more, or it is isolated without a rule. */
  const KINDS = ["kept", "free", "shut"] as const;

  const profilesOf =
    ({ layers }: Program, direction: "ingress" | "egress") =>
    (before: readonly Profile[], kind: number): readonly Profile[] => {
      if (KINDS[kind] === "kept") return before;
      const isolation = KINDS[kind] === "shut" ? YES : NO;
      return layers.map(({ tiers }) =>
        tiers[direction]
          .filter(({ name }) => name === "network-policy")
          .map((tier) => ({ tier, rules: [], isolation, isolatedBy: [] })),
      );
    };

  test("says of each subject what its new profiles say, and leaves the other as it was", () => {
    fc.assert(
      fc.property(
        cluster,
        options,
        direction,
        fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 }),
        (cluster, options, direction, drawn) => {
          const { program } = compile(cluster, options);
          const table = SideTable.of(program, direction);
          const before = { rowOf: [...table.rowOf], rows: table.rowCount };
          const subjects = program.parties.filter(({ kind }) => kind === "pods").map(({ index }) => index);
          const kindOf = (subject: number) => drawn[subject % drawn.length] as number;
          const changed = table.changed(subjects, kindOf, profilesOf(program, direction));

          expect([...table.rowOf]).toEqual(before.rowOf);
          for (const circumstance of SIMPLE)
            for (const subject of program.parties.keys())
              for (const peer of program.parties.keys()) {
                const is = changed.verdicts.verdict(changed.look(subject, peer, circumstance));
                const kind = program.parties[subject]?.kind === "pods" ? KINDS[kindOf(subject)] : "kept";
                if (kind === "kept") expect(is).toBe(table.verdicts.verdict(table.look(subject, peer, circumstance)));
                else if (kind === "free") expect(is.byDefault.toString()).toBe("all");
                else expect(is.allowed.intersect(ConnectionSet.ALL_PORTS).toString()).toBe("none");
              }
          const wanted = new Set(subjects.map((subject) => `${table.rowOf[subject]} ${kindOf(subject)}`));
          const added = changed.rowCount - before.rows;
          if (direction === "egress") expect(added).toBe(wanted.size);
          else expect(added).toBeGreaterThanOrEqual(wanted.size);
        },
      ),
      runs(20),
    );
  }, 60_000);

  test("adds one row for all subjects that come to the same", () => {
    const names = ["a", "b", "c", "d"];
    const pods = Object.fromEntries(
      names.map((name, i) => [`x/${name}`, { labels: { name }, ports: [`web TCP ${i % 2}80`] }]),
    );
    const named = policy("x", "{ podSelector: {}, ingress: [{ ports: [{ port: web }] }] }", "named");
    const others = names.map((name) => policy("x", `{ podSelector: { matchLabels: { name: ${name} } } }`, name));
    const { program } = compile(parse(sourcesOf({ pods, policies: named + others.join("") })).cluster);
    const table = SideTable.of(program, "ingress");
    const keeping = (subjects: readonly number[]) => {
      const rows = table.rowCount;
      table.changed(
        subjects,
        () => 0,
        (before) => before,
      );
      return table.rowCount - rows;
    };
    expect(keeping([0, 1, 2, 3])).toBe(4);
    expect(keeping([0, 0, 0])).toBe(1);
    const freed = table.changed([0, 1, 2, 3], (subject) => subject % 2, profilesOf(program, "ingress"));
    expect(new Set(freed.rowOf.subarray(0, 4)).size).toBe(4);
  });
});

describe("layers", () => {
  const OPEN: Layer = { name: "network", tiers: { ingress: [], egress: [] }, final: "allow" };
  const SHUT: Layer = { ...OPEN, final: "deny" };
  const listed = (program: Program) => {
    const reachability = reach(program, { by: "pod" });
    return reachability.endpoints.map((from) => [
      from.id,
      (["ingress", "egress"] as const).map((direction) => [
        reachability.isolated(from, direction),
        reachability.governed(from, direction),
      ]),
      reachability.endpoints.map((to) => {
        const { connections, egress, ingress } = reachability.connection(from, to);
        return `${to.id}: ${connections} ${egress} ${ingress}`;
      }),
    ]);
  };

  test("all have to let a connection through: one that lets everything through changes nothing, nor does one twice", () => {
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const { program } = compile(cluster, options);
        const { layers } = program;
        const expected = listed(program);
        expect(listed({ ...program, layers: [...layers, OPEN] })).toEqual(expected);
        expect(listed({ ...program, layers: [OPEN, ...layers] })).toEqual(expected);
        expect(listed({ ...program, layers: [...layers, ...layers] })).toEqual(expected);
      }),
      runs(10),
    );
  }, 60_000);

  test("all have to let a connection through: one that lets nothing through closes everything", () => {
    const { program } = compile(parse(sourcesOf({ pods: { "x/a": { app: "a" }, "x/b": { app: "b" } } })).cluster);
    const shut = { ...program, layers: [...program.layers, SHUT] };
    const table = SideTable.of(shut, "ingress");
    for (const circumstance of SIMPLE) {
      const { allowed, byDefault } = table.verdicts.verdict(table.look(0, 1, circumstance));
      expect([allowed.isEmpty, byDefault.isEmpty]).toEqual([true, true]);
    }
    expect(decide(shut, { source: "x/a", destination: "x/b" }).verdict).toBe("deny");
  });
});

test("a NetworkPolicy isolates whatever other policies there are", () => {
  const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: top }
spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Pass, from: [{ namespaces: {} }] }] }
`;
  const policies = admin + policy("x", "{ podSelector: { matchLabels: { app: a } } }");
  const { program } = compile(
    parse(sourcesOf({ pods: { "x/a": { app: "a" }, "x/b": { app: "b" } }, policies })).cluster,
  );
  const table = SideTable.of(program, "ingress");
  const isolated = ["x/a", "x/b"].map((name) => {
    const found = findEndpoint(program, name);
    return found.kind === "endpoint" && found.endpoint.members.map(({ party }) => table.isolates(party));
  });
  expect(isolated).toEqual([[true], [false]]);
});

describe("the address of a node", () => {
  test("is told from the pods that run on it, in either family", () => {
    const nodes = { n1: "192.168.1.1", n2: "192.168.1.2" };
    const pods = {
      "x/a": { labels: { app: "a" }, node: "n1", ip: ["10.0.0.1", "fd00::1"] },
      "x/b": { labels: { app: "b" }, node: "n2", ip: ["10.0.0.2", "fd00::2"] },
      "x/host": { labels: { app: "host" }, node: "n1", hostNetwork: true, ip: ["192.168.1.1", "fd01::1"] },
    };
    const policies = policy("x", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
    const { cluster } = parse(sourcesOf({ nodes, pods, policies }));
    const { program } = compile(cluster, { ...UPSTREAM, hostNetworkPods: "pod" });
    const reachability = reach(program, { by: "pod" });
    const node = findEndpoint(program, "192.168.1.1");
    if (node.kind !== "endpoint") throw new Error("no such node");
    const told = (from: string, to: string) => {
      const [source, destination] = [from, to].map((id) => (id === "n1" ? node.endpoint : reachability.endpoint(id)));
      if (!source || !destination) throw new Error(`${from} or ${to} is not listed`);
      return reachability.connection(source, destination).connections.toString();
    };
    // Pods first, so that what is known of them is there when the node is asked about, and again after it.
    for (const round of [1, 2]) {
      const ofPods = [told("x/Pod/host", "x/Pod/a"), told("x/Pod/a", "x/Pod/host"), told("x/Pod/b", "x/Pod/a")];
      expect([round, ...ofPods]).toEqual([round, "none", "none", "none"]);
      const ofNode = [told("n1", "x/Pod/a"), told("x/Pod/a", "n1"), told("n1", "x/Pod/b"), told("x/Pod/b", "n1")];
      expect([round, ...ofNode]).toEqual([round, "all", "all", "none", "none"]);
    }
  });

  test("and what a rule lets in of addresses, which it exempts, is not what it lets in of pods", () => {
    const pods = {
      "x/a": { labels: { app: "a" }, node: "n1" },
      "x/b": { labels: { app: "b" }, node: "n1" },
      "x/host": { labels: { app: "host" }, node: "n1", hostNetwork: true },
    };
    const from = (app: string, peer: string) =>
      policy(
        "x",
        `{ podSelector: { matchLabels: { app: ${app} } }, ingress: [{ from: [${peer}], ports: [{ port: 80 }] }] }`,
        app,
      );
    const policies =
      from("a", "{ ipBlock: { cidr: 203.0.113.0/24 } }") + from("b", "{ podSelector: { matchLabels: { app: host } } }");
    const { cluster } = parse(sourcesOf({ nodes: { n1: "192.168.1.1" }, pods, policies }));
    const { program } = compile(cluster, { ...UPSTREAM, hostNetworkPods: "pod" });
    const reachability = reach(program, { by: "pod" });
    const reached = ["x/Pod/a", "x/Pod/b"].map((id) => reachability.between("x/Pod/host", id).toString());
    expect(reached).toEqual(["none", "TCP 80"]);
  });

  test("has in reach what decide says it has", () => {
    let asked = 0;
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const { program } = compile(cluster, options);
        const reachability = reach(program, { by: "pod" });
        for (const address of cluster.nodes.flatMap(({ addresses }) => addresses)) {
          const node = findEndpoint(program, address);
          if (node.kind !== "endpoint" || node.endpoint.type !== "address") continue;
          for (const pod of reachability.endpoints) {
            if (pod.type === "address") continue;
            asked++;
            const told = [
              [node.endpoint, pod],
              [pod, node.endpoint],
            ].map(([from = pod, to = pod]) => {
              const { connections } = reachability.connection(from, to);
              return [from.id, to.id, connections.intersect(ConnectionSet.ALL_PORTS).toString()];
            });
            const decided = [
              [address, pod.id],
              [pod.id, address],
            ].map(([source = "", destination = ""]) => decide(program, { source, destination }).allowed.toString());
            expect(told.map(([from, to, ports]) => [from, to, ports])).toEqual(
              told.map(([from, to], i) => [from, to, decided[i]]),
            );
          }
        }
      }),
      runs(20),
    );
    expect(asked).toBeGreaterThan(20);
  }, 60_000);
});

function policy(namespace: string, spec: string, name = "p"): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}
