import fc, { type Arbitrary } from "fast-check";
import type { Cluster, Pod } from "../src/model/cluster.ts";
import type { Role, RoleBinding, RoleRule, ServiceAccount } from "../src/model/identity.ts";
import { type Container, PLAIN_SPEC, type Volume } from "../src/model/security.ts";
import type { Secret } from "../src/model/storage.ts";
import { cluster } from "./arbitraries.ts";
import { NAMESPACES, NOWHERE } from "./arbitraries-labels.ts";

/** Clusters in which pods have accounts, Secrets, directories of their node and privileges, and accounts have roles. */

const ACCOUNTS = ["default", "ops"] as const;
const SECRETS = ["s0", "s1", "token"] as const;
const home = fc.constantFrom(...NAMESPACES);

/** What a pod is given besides its place in the network. */
const given = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  mounts: fc.constantFrom<boolean | undefined>(undefined, undefined, true, false),
  secret: fc.constantFrom<string | undefined>(undefined, undefined, ...SECRETS),
  power: fc.constantFrom<"none" | "privileged" | "etc" | "socket" | "pods">(
    ...Array<"none">(8).fill("none"),
    "privileged",
    "etc",
    "socket",
    "pods",
  ),
});

const account = fc.record({
  namespace: home,
  name: fc.constantFrom(...ACCOUNTS),
  mounts: fc.constantFrom<boolean | undefined>(undefined, true, false),
});

/** What a role may do, each a way to something else. */
const GRANTS: readonly (readonly [group: string, resource: string, verb: string])[] = [
  ["", "secrets", "get"],
  ["", "pods", "create"],
  ["", "pods/exec", "create"],
  ["networking.k8s.io", "networkpolicies", "update"],
  ["networking.k8s.io", "networkpolicies", "update"],
  ["policy.networking.k8s.io", "clusternetworkpolicies", "create"],
  ["", "serviceaccounts/token", "create"],
  ["", "serviceaccounts", "impersonate"],
  ["*", "*", "*"],
  ["", "secrets", "list, but by name"],
  ["", "pods", "get"],
];

const binding = fc.record({
  namespace: fc.option(home, { nil: undefined, freq: 4 }),
  subject: fc.record({ namespace: home, name: fc.constantFrom(...ACCOUNTS) }),
  grant: fc.constantFrom(...GRANTS),
});

/** A random cluster, and what its pods and accounts may do besides sending packets. */
export const powerfulCluster: Arbitrary<Cluster> = fc
  .record({
    drawn: cluster,
    gifts: fc.array(given, { minLength: 7, maxLength: 7 }),
    accounts: fc.uniqueArray(account, { maxLength: 3, selector: ({ namespace, name }) => `${namespace}/${name}` }),
    bindings: fc.array(binding, { minLength: 1, maxLength: 4 }),
    tokenOf: fc.constantFrom(...ACCOUNTS),
  })
  .map(({ drawn, gifts, accounts, bindings, tokenOf }) => {
    const pods = drawn.pods.map((pod, at) => withGift(pod, gifts[at % gifts.length] as Gift));
    const roles = bindings.map(({ namespace, grant }, at): Role => {
      const name = `r${at}`;
      return {
        ...(namespace !== undefined && { namespace }),
        name,
        labels: new Map(),
        rules: [ruleOf(grant)],
        span: NOWHERE,
      };
    });
    return {
      ...drawn,
      pods,
      identities: {
        serviceAccounts: accounts.map(accountOf),
        roles,
        bindings: bindings.map(({ namespace, subject }, at): RoleBinding => {
          const scope = namespace === undefined ? {} : { namespace };
          const role = { kind: namespace === undefined ? "ClusterRole" : "Role", name: `r${at}` } as const;
          const subjects = [{ kind: "ServiceAccount" as const, ...subject, span: NOWHERE }];
          return { ...scope, name: `b${at}`, role, subjects, span: NOWHERE };
        }),
      },
      storage: { ...drawn.storage, secrets: NAMESPACES.flatMap((namespace) => secretsIn(namespace, tokenOf)) },
    };
  });

type Gift = typeof given extends Arbitrary<infer G> ? G : never;

function withGift(pod: Pod, { account, mounts, secret, power }: Gift): Pod {
  const path = { etc: "/etc", socket: "/run/containerd/containerd.sock", pods: "/var/lib/kubelet/pods" };
  const volumes: Volume[] =
    power === "none" || power === "privileged"
      ? []
      : [{ kind: "hostPath", name: "h", path: path[power], span: NOWHERE }];
  const container: Container = {
    name: "c",
    image: "",
    kind: "main",
    command: [],
    args: [],
    env: secret === undefined ? [] : [{ kind: "secret", name: "E", secret, key: "k", optional: false, span: NOWHERE }],
    envFrom: [],
    mounts: volumes.map(({ name }) => ({ volume: name, path: "/h", readOnly: power === "pods" })),
    security: { privileged: power === "privileged", addedCapabilities: [], droppedCapabilities: [], places: {} },
    span: NOWHERE,
  };
  const spec = {
    ...PLAIN_SPEC,
    serviceAccountName: account,
    ...(mounts !== undefined && { automountServiceAccountToken: mounts }),
    containers: [container],
    volumes,
  };
  return { ...pod, spec };
}

function ruleOf([group, resource, verb]: (typeof GRANTS)[number]): RoleRule {
  const named = verb.includes("by name");
  return {
    apiGroups: [group],
    resources: [resource],
    resourceNames: named ? ["s1"] : [],
    verbs: [named ? "list" : verb],
    nonResourceURLs: [],
    span: NOWHERE,
  };
}

function accountOf({ namespace, name, mounts }: typeof account extends Arbitrary<infer A> ? A : never): ServiceAccount {
  const annotations = new Map<string, string>();
  const automount = mounts === undefined ? {} : { automountServiceAccountToken: mounts };
  return { namespace, name, annotations, ...automount, secrets: [], imagePullSecrets: [], span: NOWHERE };
}

function secretsIn(namespace: string, account: string): readonly Secret[] {
  return SECRETS.map((name) => {
    const isToken = name === "token";
    const annotations = new Map(isToken ? [["kubernetes.io/service-account.name", account]] : []);
    const type = isToken ? "kubernetes.io/service-account-token" : "Opaque";
    return { namespace, name, type, keys: [], holdings: [], annotations, span: NOWHERE };
  });
}
