import { describe, expect, test } from "vitest";
import { reach } from "../../../src/engine/reach.ts";
import { decide, type Finding, overlay, type Program } from "../../../src/index.ts";
import { merged } from "../../merged.ts";
import { deployment, policy } from "../../report/listed.ts";
import { granted, object } from "../attack/edges.ts";
import { found, programOf } from "./found.ts";

const join = (...documents: readonly string[]) => documents.join("---\n");

/** A manifest text with a finding's fix made as its patches say. */
function applied(text: string, { fix }: Finding): string {
  const path = "a.yaml";
  const [edited] = fix?.patch ? overlay([{ path, text }], fix.patch, path) : [];
  return fix?.merge ? merged(edited?.text ?? text, fix.merge) : (edited?.text ?? text);
}

/** The finding of a rule, and what of it is left once its patches are applied to the text. */
function mended(text: string, id: string) {
  const [finding] = found(text, id);
  if (!finding?.fix) throw new Error(`no fix for ${id}`);
  const { key, fix } = finding;
  const left = found(applied(text, finding), id).find((one) => one.key === key);
  return { fix, left: left?.severity };
}

const OPEN_SERVICE = object(
  "v1",
  "Service",
  "web",
  "spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }",
);
const web = (container: string, spec = "") =>
  deployment("shop", "web")
    .replace("image: main", `image: main, ports: [{ containerPort: 8080 }]${container === "" ? "" : `, ${container}`}`)
    .replace("containers:", `${spec === "" ? "" : `${spec}, `}containers:`);

describe("what leads to the node", () => {
  test("is taken away, all of it", () => {
    const text = join(
      OPEN_SERVICE,
      web(
        "securityContext: { privileged: true }, volumeMounts: [{ name: etc, mountPath: /host }]",
        "volumes: [{ name: etc, hostPath: { path: /etc } }]",
      ),
    );
    const { fix, left } = mended(text, "NPG504");
    expect(fix.title).toBe(
      "Drop privileged from container main in shop/Deployment/web; mount hostPath volume etc read-only in shop/Deployment/web",
    );
    expect(fix.patch).toBe("");
    expect(left).toBeUndefined();
  });

  test("is left to people in a namespace of the system, whose agents need it", () => {
    const text = join(OPEN_SERVICE, web("securityContext: { privileged: true }")).replaceAll(
      /namespace: "?shop"?/g,
      "namespace: kube-system",
    );
    const [finding] = found(text, "NPG504");
    expect(finding).toBeDefined();
    expect(finding?.fix).toBeUndefined();
  });

  test("is left to people where the template is not in the input", () => {
    const owner = "ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: u, controller: true }]";
    const live = `apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, labels: { app: web }, ${owner} }
spec: { containers: [{ name: c, image: web, ports: [{ containerPort: 8080 }], securityContext: { privileged: true } }] }
`;
    const [finding] = found(join(OPEN_SERVICE, live), "NPG504");
    expect(finding).toBeDefined();
    expect(finding?.fix).toBeUndefined();
  });
});

describe("rights", () => {
  const account = object("v1", "ServiceAccount", "default", "");

  test("to change policies go out of the role, and what else it gives stays", () => {
    const rules =
      '{ apiGroups: [networking.k8s.io], resources: [networkpolicies, ingresses], verbs: [get, patch] }, { apiGroups: [""], resources: [namespaces], verbs: ["*"] }';
    const text = join(OPEN_SERVICE, web(""), account, granted(rules, "ClusterRole"));
    const { fix, left } = mended(text, "NPG505");
    expect(fix.title).toBe(
      "Take patch on networkpolicies.networking.k8s.io out of ClusterRole r; take update, patch on namespaces out of ClusterRole r",
    );
    expect(found(text, "NPG505").map(({ key }) => key)).toEqual(["NPG505 serviceaccount:shop/default"]);
    expect(fix.merge).toContain("- ingresses");
    expect(fix.blastRadius?.after).toBeLessThanOrEqual(fix.blastRadius?.before ?? 0);
    expect(left).toBeUndefined();
  });

  const db = deployment("shop", "db");
  const admits = policy(
    "shop",
    "db",
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }",
  );

  test("to make pods that a rule would let in go from all who have them", () => {
    const makes = granted('{ apiGroups: ["", apps], resources: [pods, deployments], verbs: [create, get] }');
    const { fix, left } = mended(join(web(""), db, deployment("shop", "other"), admits, makes), "NPG214");
    expect(fix.title).toMatch(/^Take create on pods out of Role shop\/r; take create on deployments\.apps out of Role/);
    expect(left).toBeUndefined();
  });

  test("to label namespaces need not go where rules can name them", () => {
    const text = join(
      "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: a } }\n",
      web(""),
      db,
      policy(
        "shop",
        "db",
        "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }",
      ),
      granted('{ apiGroups: [""], resources: [namespaces], verbs: [patch] }', "ClusterRole"),
    );
    const { fix, left } = mended(text, "NPG214");
    expect(fix.title).toMatch(/^Name shop by kubernetes\.io\/metadata\.name in shop\/db/);
    expect(fix).toMatchObject({ merge: "", changes: [] });
    expect(left).toBeUndefined();
  });
});

test("a token that opens nothing is not given, and what is left of the finding is said", () => {
  const out = policy("shop", "web", "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }");
  const { fix, left } = mended(join(web(""), out), "NPG211");
  expect(fix).toMatchObject({
    title: "Set automountServiceAccountToken: false in shop/Deployment/web",
    leaves: "low",
  });
  expect(left).toBe("low");
});

describe("the network of the node", () => {
  const text = join(
    web("", "hostNetwork: true"),
    deployment("shop", "db"),
    policy("shop", "all", "{ podSelector: {} }"),
    OPEN_SERVICE,
  );

  test("is left, and every connection that this opens or closes is listed", () => {
    const [finding] = found(text, "NPG502") as [Finding];
    const [before, after] = [programOf(text), programOf(applied(text, finding))];
    expect(found(applied(text, finding), "NPG502")).toEqual([]);
    const told = finding.fix?.changes.map(({ from, to }) => `${from.id} ${to.id}`).sort();
    expect(told).toEqual(differences(before, after));
    expect(told?.length).toBeGreaterThan(0);
  });

  test("is kept by agents of the cluster", () => {
    const agent = text.replaceAll(/namespace: "?shop"?/g, "namespace: kube-system");
    expect(found(agent, "NPG502").map(({ fix }) => fix)).toEqual([undefined]);
  });
});

/** Pairs of workloads and addresses that another program gives other connections. */
function differences(before: Program, after: Program): readonly string[] {
  const { endpoints } = reach(before);
  return endpoints
    .flatMap((from) => endpoints.map((to) => ({ from, to })))
    .filter(({ from, to }) => from !== to && (from.type !== "address" || to.type !== "address"))
    .filter(({ from, to }) => {
      const [was, is] = [before, after].map((program) => allowed(program, from.id, to.id));
      return was !== is;
    })
    .map(({ from, to }) => `${from.id} ${to.id}`)
    .sort();
}

function allowed(program: Program, from: string, to: string): string {
  const reachability = reach(program);
  const [source, destination] = [reachability.endpoint(from), reachability.endpoint(to)];
  if (!source || !destination) throw new Error(`${from} or ${to} is not there`);
  return String(reachability.connection(source, destination).connections);
}

test("a Service sends on what comes to a node to pods of that node", () => {
  const text = join(
    web(""),
    OPEN_SERVICE,
    policy("shop", "web", "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 11.22.33.0/24 } }] }] }"),
  );
  const { fix, left } = mended(text, "NPG503");
  expect(fix.merge).toContain("externalTrafficPolicy: Local");
  expect(left).toBeUndefined();
});

describe("an annotation that nothing reads", () => {
  const namespace = `apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { net.beta.kubernetes.io/network-policy: '{"ingress":{"isolation":"DefaultDeny"}}' } }
`;

  test("goes, and the deny it asked for comes in its place", () => {
    const text = join(namespace, web(""), deployment("shop", "db"));
    const [finding] = found(text, "NPG309") as [Finding];
    expect(finding.fix?.merge).toContain("net.beta.kubernetes.io/network-policy: null");
    const after = programOf(applied(text, finding));
    expect(found(applied(text, finding), "NPG309")).toEqual([]);
    expect(decide(after, { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 80 }).verdict).toBe(
      "deny",
    );
  });

  test("goes alone where everything is denied already", () => {
    const text = join(namespace, web(""), policy("shop", "deny", "{ podSelector: {} }"));
    expect(mended(text, "NPG309").fix).toMatchObject({ title: "Take the annotation from namespace shop", patch: "" });
  });
});
