import { expect, test } from "vitest";
import { applyEdits, type Edit } from "../../src/analyses/edit.ts";
import { type Flip, flip } from "../../src/analyses/flip.ts";
import { decide, type Flow } from "../../src/analyses/query.ts";
import { compile } from "../../src/compile/compile.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { formatPortMatch } from "../../src/model/ports.ts";
import { parse } from "../../src/parse/parse.ts";

// ---------------------------------------------------------------------------------------------------------------- additions

test("a port that the nearest rule lacks is added to it", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5433 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(kinds(found)).toEqual(["replace-policy"]);
  expect(ports(found)).toEqual(["TCP 5433", "TCP 5432"]);
  expect(found.changes).toEqual([]);
});

test("a peer that the nearest rule lacks is added to it", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(kinds(found)).toEqual(["replace-policy"]);
  expect(found.patch).toContain("app: web");
  expect(found.changes).toEqual([]);
});

test("a peer of another namespace is named by both its namespace and its labels", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }",
    ),
    { source: "ops/web", destination: "shop/db" },
  );
  expect(found.patch).toContain(`        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
          podSelector:
            matchLabels:
              app: web`);
  expect(found.changes).toEqual([]);
});

test("a peer merged by a missing dash is let in without letting its whole namespace in", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } }, podSelector: { matchLabels: { app: web } } }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(changed(found)).toEqual([]);
});

test("a policy that denies a whole namespace is left alone, and one for the pod at hand is added", () => {
  const found = flipOf(policy("deny", "{ podSelector: {} }"), {
    source: "shop/web",
    destination: "shop/db",
    protocol: "TCP",
    port: 5432,
  });
  expect(kinds(found)).toEqual(["add-policy"]);
  expect(found.patch).toMatch(/^# new\n/);
  expect(found.changes).toEqual([]);
});

test("both sides are opened when both deny, in one policy where it governs both", () => {
  const found = flipOf(policy("all", "{ podSelector: {}, policyTypes: [Ingress, Egress] }"), {
    source: "shop/web",
    destination: "shop/db",
    protocol: "TCP",
    port: 5432,
  });
  expect(kinds(found)).toEqual(["replace-policy"]);
  expect(found.changes).toEqual([]);
});

test("egress to DNS is opened for the pod that asks, not for its namespace", () => {
  const found = flipOf(
    policy("out", "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }] }"),
    {
      source: "shop/web",
      destination: "kube-system/coredns",
      protocol: "UDP",
      port: 53,
    },
  );
  expect(ports(found)).toEqual(["UDP 53"]);
  expect(found.changes).toEqual([]);
});

test("the ports a destination declares are opened when none is asked for", () => {
  const found = flipOf(policy("deny", "{ podSelector: {} }"), { source: "shop/web", destination: "shop/db" });
  expect(ports(found)).toEqual(["TCP 5432"]);
});

test("a name that the destination does not declare is joined by the number", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: sql }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(found.verdict).toBe("allow");
  expect(found.changes).toEqual([]);
});

test("an address that a block excepts is let in by taking the exception out", () => {
  const found = flipOf(
    policy(
      "web",
      "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24, except: [203.0.113.7/32] } }], ports: [{ port: 80 }] }] }",
    ),
    { source: "203.0.113.7", destination: "shop/web", protocol: "TCP", port: 80 },
  );
  expect(found.patch).not.toContain("except");
  expect(found.patch.match(/cidr/g)).toHaveLength(1);
  expect(found.changes).toEqual([]);
});

test("the internet is one block with exceptions", () => {
  const found = flipOf(policy("deny", "{ podSelector: {} }"), {
    source: "internet",
    destination: "shop/web",
    protocol: "TCP",
    port: 80,
  });
  expect(found.patch.match(/cidr/g)).toHaveLength(1);
  expect(found.changes).toEqual([]);
});

// --------------------------------------------------------------------------------------------------------------- reductions

test("where nothing isolates, the destination is isolated from one source and keeps the other pods", () => {
  const found = flipOf("", { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 });
  expect(kinds(found)).toEqual(["add-policy"]);
  expect(changed(found)).toEqual(["shop/Deployment/web → shop/Deployment/db", "0.0.0.0/0 → shop/Deployment/db"]);
});

test("where blocks do not match pods, isolation keeps the outside too", () => {
  const found = flipOf("", { source: "shop/web", destination: "shop/db" }, { ipBlockMatchesPods: false });
  expect(changed(found)).toEqual([]);
});

test("where the pod addresses are known to the options, isolation keeps the rest of the outside", () => {
  const found = flipOf("", { source: "shop/web", destination: "shop/db" }, { podCIDRs: ["10.0.0.0/16"] });
  expect(changed(found)).toEqual(["10.0.0.0/16 → shop/Deployment/db"]);
});

test("an address is kept out by a block that excepts it", () => {
  const found = flipOf("", { source: "shop/web", destination: "203.0.113.7" });
  expect(found.patch).toContain("except:\n              - 203.0.113.7/32");
  expect(changed(found)).toEqual([]);
});

test("a pod let in by one dash too many is left out of the peer that lets it in", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } } }, { podSelector: { matchLabels: { app: web } } }] }] }",
    ),
    { source: "ops/prom", destination: "shop/db" },
  );
  expect(found.patch).toContain("operator: NotIn\n                values:\n                  - prom");
  expect(changed(found)).toEqual([]);
});

test("a peer that stands for the source alone is removed", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }, { podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db" },
  );
  expect(found.patch).not.toContain("app: web");
  expect(changed(found)).toEqual([]);
});

test("a rule left without peers is removed, since an empty list would admit everyone", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }",
    ),
    { source: "shop/web", destination: "shop/db" },
  );
  expect(found.edits.flatMap((edit) => written(edit).ingress)).toEqual([]);
  expect(changed(found)).toEqual([]);
});

test("the other ports of the pair stay open when one is closed", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }, { podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }, { port: 9000 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(changed(found)).toEqual([]);
});

test("a port is cut out of a range where the source is the only peer", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5000, endPort: 6000 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(ports(found)).toEqual(["TCP 5000-5431", "TCP 5433-6000"]);
  expect(changed(found)).toEqual([]);
});

test("a port opened by name is closed", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: main }, { port: 81 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(ports(found)).toEqual(["TCP 81"]);
});

test("every rule that lets the flow through is narrowed, in all policies", () => {
  const found = flipOf(
    policy(
      "one",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }, { from: [{ podSelector: {} }] }] }",
    ) +
      policy("two", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }") +
      policy("out", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }"),
    { source: "shop/web", destination: "shop/db" },
  );
  expect(found.verdict).toBe("deny");
});

test("removing the only egress rule leaves egress isolated", () => {
  const found = flipOf(
    policy(
      "web",
      "{ podSelector: { matchLabels: { app: web } }, ingress: [{}], egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }] }",
    ) +
      policy(
        "db",
        "{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }, { from: [{ podSelector: { matchLabels: { app: api } } }] }] }",
      ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(found.patch).toContain("policyTypes:\n    - Ingress\n    - Egress");
});

// -------------------------------------------------------------------------------------------------------- what cannot be done

test("nothing keeps a pod from itself", () => {
  expect(
    tryFlip(policy("deny", "{ podSelector: {} }"), { source: "shop/web", destination: "shop/web" }),
  ).toBeUndefined();
});

test("nothing governs a pod on the host network", () => {
  const agent = `---
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: ops }
spec: { hostNetwork: true, nodeName: n1, containers: [{ name: c, image: i }] }
`;
  expect(tryFlip(agent, { source: "203.0.113.7", destination: "ops/agent" })).toBeUndefined();
});

test("nothing is proposed where a policy that is not evaluated may have a say", () => {
  const foreign = `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: c, namespace: shop }
spec: { endpointSelector: {} }
`;
  expect(tryFlip(foreign, { source: "shop/web", destination: "shop/db" })).toBeUndefined();
});

// ------------------------------------------------------------------------------------------------------------ labels and names

test("a workload is named by the labels that tell it from its neighbours", () => {
  const shared = { "app.kubernetes.io/name": "shop" };
  const found = flipOf(
    deployment("shop", "front", 80, { ...shared, "app.kubernetes.io/component": "front", "pod-template-hash": "abc" }) +
      deployment("shop", "back", 80, { ...shared, "app.kubernetes.io/component": "back" }) +
      policy("deny", "{ podSelector: {} }"),
    { source: "shop/front", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(found.patch).toContain("app.kubernetes.io/component: front");
  expect(found.patch).not.toContain("app.kubernetes.io/name");
  expect(changed(found)).toEqual([]);
});

test("a twin that no label tells apart is among the changes", () => {
  const found = flipOf(
    deployment("shop", "blue", 80, { app: "twin" }) +
      deployment("shop", "green", 80, { app: "twin" }) +
      policy("deny", "{ podSelector: {} }"),
    { source: "shop/blue", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  expect(changed(found)).toEqual(["shop/Deployment/green → shop/Deployment/db"]);
});

test("a name already taken is not given to a new policy", () => {
  const taken = policy("db-ingress-from-web", "{ podSelector: {} }");
  const found = flipOf(taken, { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 });
  expect(found.edits.map((edit) => written(edit).name)).toEqual(["db-ingress-from-web-2"]);
});

test("the patch says which place each policy replaces", () => {
  const found = flipOf(
    policy(
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 1 }] }] }",
    ),
    { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 },
  );
  const [edit] = found.edits;
  const line = edit?.kind === "replace-policy" ? edit.before.span.line : 0;
  expect(found.patch.startsWith(`# replaces shop.yaml:${line}\n`)).toBe(true);
});

test("where there are too many pairs to look at, changes of the two ends are still listed, and it is said", () => {
  const crowd = Array.from({ length: 460 }, (_, i) => deployment("crowd", `c${i}`, 80, { app: "same" })).join("");
  const found = flipOf(crowd, { source: "crowd/c0", destination: "crowd/c1" });
  expect(found.counted).toBe("some");
  expect(changed(found)).toContain("crowd/Deployment/c2 → crowd/Deployment/c1");
});

// --------------------------------------------------------------------------------------------------------------------- edits

test("edits leave the cluster they are applied to as it was, and policies in order", () => {
  const { cluster } = clusterOf(policy("b", "{ podSelector: {} }") + policy("d", "{ podSelector: {} }"));
  const [b] = cluster.networkPolicies;
  if (!b) throw new Error("no policy");
  const edits: Edit[] = [
    { kind: "add-policy", policy: { ...b, name: "c" } },
    { kind: "replace-policy", before: b, after: { ...b, name: "a" } },
  ];
  expect(applyEdits(cluster, edits).networkPolicies.map(({ name }) => name)).toEqual(["a", "c", "d"]);
  expect(cluster.networkPolicies.map(({ name }) => name)).toEqual(["b", "d"]);
});

// ------------------------------------------------------------------------------------------------------------------- helpers

function deployment(
  namespace: string,
  name: string,
  port: number,
  labels: Record<string, string> = { app: name },
): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: ${JSON.stringify(labels)} }
  template:
    metadata: { labels: ${JSON.stringify(labels)} }
    spec: { containers: [{ name: c, image: i, ports: [{ name: main, containerPort: ${port} }] }] }
`;
}

function policy(name: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
}

function clusterOf(text: string): { readonly cluster: Cluster } {
  const base =
    deployment("shop", "web", 80) +
    deployment("shop", "api", 8080) +
    deployment("shop", "db", 5432) +
    deployment("ops", "prom", 9090) +
    deployment("ops", "web", 80) +
    deployment("kube-system", "coredns", 53);
  return parse([{ path: "shop.yaml", text: base + text }]);
}

type Assumed = NonNullable<Parameters<typeof compile>[1]>;

function tryFlip(text: string, flow: Flow, assumed: Partial<Assumed> = {}): Flip | undefined {
  const { cluster } = clusterOf(text);
  const { options: base } = compile(cluster).program;
  const { program } = compile(cluster, { ...base, ...assumed });
  return flip(program, decide(program, flow));
}

/** A flip, checked by making its edits and asking again. */
function flipOf(text: string, flow: Flow, assumed: Partial<Assumed> = {}): Flip {
  const found = tryFlip(text, flow, assumed);
  if (!found) throw new Error("no flip was found");
  const { cluster } = clusterOf(text);
  const { options } = compile(cluster).program;
  const { program } = compile(applyEdits(cluster, found.edits), { ...options, ...assumed });
  expect(decide(program, flow).verdict).toBe(found.verdict);
  return found;
}

function written(edit: Edit) {
  return edit.kind === "add-policy" ? edit.policy : edit.after;
}

function kinds({ edits }: Flip): string[] {
  return edits.map(({ kind }) => kind);
}

/** The port entries of the rules the edits leave. */
function ports({ edits }: Flip): string[] {
  return edits
    .map(written)
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap((rule) => (rule.ports === "any" ? ["any"] : rule.ports.map(formatPortMatch)));
}

function changed({ changes }: Flip): string[] {
  return changes.map(({ from, to }) => `${from.id} → ${to.id}`);
}
