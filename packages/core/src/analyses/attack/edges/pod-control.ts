import { type Account, accountName } from "../accounts.ts";
import type { Doors } from "../doors.ts";
import type { EdgeName, FactIndex, StepCertainty } from "../fact.ts";
import { SOME_NODE } from "../nodes.ts";
import type { SettingChange } from "../settings.ts";
import type { Site } from "../site.ts";
import { ADMIN, type Power, powerOver, readsConfigMaps } from "./powers.ts";
import { isValuable, secretsGiven } from "./secrets.ts";

const POWERS: readonly Power[] = [
  "secrets",
  "configs",
  "pods",
  "relabel",
  "exec",
  "forward",
  "policies",
  "labels",
  "traffic",
  "tokens",
  "accounts",
];

/** Only powers that somebody can come to have are spelled out, so that clusters without roles stay small. */
export function podControlEdges(site: Site, accounts: readonly Account[], doors: Doors): void {
  const { builder, namespaces, nodes } = site;
  const admin = builder.fact("admin", ADMIN);
  const free = (edge: EdgeName, need: FactIndex, gives: FactIndex, because: string, more: Partial<Weight> = {}) =>
    builder.add({ edge, needs: [need], gives, cost: 0, certainty: "proved", because, evidence: [], ...more });
  free("RB-STAR", admin, powerOver(site, "everything", "*"), "a cluster admin may do everything");
  for (const node of nodes.all) free("RB-STAR", admin, nodes.root(node), "a cluster admin controls every node");
  for (const power of powersIn(site, "*")) {
    const over = powerOver(site, power, "*");
    free("RB-STAR", powerOver(site, "everything", "*"), over, "everything is allowed");
    for (const namespace of namespaces)
      free(EDGE_OF[power], over, powerOver(site, power, namespace), `${namespace} is one of all namespaces`);
  }
  for (const namespace of namespaces) inNamespace(site, namespace, accounts, doors, free);
  if (!namespaces.includes(SYSTEM)) {
    const guarded = admissionOf(site);
    free("PC-NODE", powerOver(site, "pods", "*"), nodes.root(SOME_NODE), `every cluster has the namespace ${SYSTEM}`, {
      cost: 1,
      certainty: guarded === undefined ? "assumed" : "conditional",
      assumption: `${SYSTEM}, which the input does not have, lets a privileged pod in`,
    });
  }
}

/** The namespace of the control plane, which Pod Security is mostly not enforced on. */
const SYSTEM = "kube-system";

interface Weight {
  readonly cost: number;
  readonly certainty: StepCertainty;
  readonly assumption: string;
  readonly fix: string;
  readonly change: SettingChange;
}

const EDGE_OF: { readonly [P in Power]: EdgeName } = {
  secrets: "RB-SECRET",
  configs: "RB-CONFIG",
  pods: "RB-CREATE",
  relabel: "RB-PATCH",
  exec: "RB-EXEC",
  forward: "RB-FWD",
  policies: "RB-NETPOL",
  "cluster-policies": "RB-NETPOL",
  "baseline-policies": "RB-NETPOL",
  labels: "RB-NSLABEL",
  traffic: "RB-SVC",
  tokens: "RB-TOKENREQ",
  accounts: "RB-IMPERS",
  everything: "RB-STAR",
  kubelets: "RB-NODEPROXY",
  people: "RB-IMPERS",
  nodes: "RB-STAR",
  admin: "RB-STAR",
};

type Free = (edge: EdgeName, need: FactIndex, gives: FactIndex, because: string, more?: Partial<Weight>) => void;

function inNamespace(site: Site, namespace: string, accounts: readonly Account[], doors: Doors, free: Free): void {
  const { builder, knowledge } = site;
  const over = (power: Power) => powerOver(site, power, namespace);
  for (const power of powersIn(site, namespace))
    free("RB-STAR", over("everything"), over(power), `everything in ${namespace} is allowed`);
  for (const fact of secretsIn(site, namespace)) free("RB-SECRET", over("secrets"), fact, "");
  for (const { fact } of knowledge.inConfigMaps(namespace)) free("RB-CONFIG", over("configs"), fact, "");
  for (const account of accounts.filter((one) => one.namespace === namespace)) {
    free("RB-TOKENREQ", over("tokens"), builder.fact("hold", `token:${accountName(account)}`), "");
    free("RB-IMPERS", over("accounts"), builder.fact("act", accountName(account)), "");
  }
  free(
    "RB-TOKENREQ",
    over("tokens"),
    builder.fact("api-route", "api-route"),
    "whoever makes tokens speaks to the API server",
  );
  free("PC-SA", over("pods"), over("accounts"), `a pod in ${namespace} may run as any of its ServiceAccounts`);
  free("PC-SA", over("pods"), over("secrets"), `a pod in ${namespace} may mount any of its Secrets`);
  if (readsConfigMaps(site, namespace))
    free("PC-SA", over("pods"), over("configs"), `a pod in ${namespace} may mount any of its ConfigMaps`);
  for (const foothold of site.inNamespace(namespace)) {
    free("RB-EXEC", over("exec"), foothold.own, "");
    // What is forwarded lands inside the pod, past the proxy of a mesh as well.
    for (const { inside } of doors.of(foothold).slice(0, 1)) free("RB-FWD", over("forward"), inside, "");
  }
  nodeEdges(site, namespace, free);
  if (site.inNamespace(namespace).length === 0) return;
  const pinned = { cost: 1, certainty: "assumed", assumption: "no admission rule pins labels" } as const;
  const labelled = `a pod in ${namespace} may carry the labels of any other`;
  for (const power of ["pods", "relabel"] as const)
    free("PC-SPOOF", over(power), spoofFact(site, namespace), labelled, pinned);
}

/** The fact of sending packets as any workload of a namespace would. */
export function spoofFact({ builder }: Site, namespace: string): FactIndex {
  return builder.fact("hub", `packets as any pod of ${namespace}`);
}

function powersIn(site: Site, scope: string): readonly Power[] {
  return readsConfigMaps(site, scope) ? POWERS : POWERS.filter((power) => power !== "configs");
}

/** Secrets of the input, and those that pods are given though the input does not have them. */
function secretsIn(site: Site, namespace: string): readonly FactIndex[] {
  const listed = site.cluster.storage.secrets.filter((one) => one.namespace === namespace && isValuable(one));
  const given = site.inNamespace(namespace).flatMap(({ pods }) => pods.flatMap(secretsGiven));
  return [...new Set([...listed.map(({ name }) => name), ...given.map(({ name }) => name)])].flatMap((name) =>
    site.knowledge.learnt("secret", namespace, name),
  );
}

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** PC-NODE: without Pod Security, whoever creates pods makes one that owns its node; so does who may turn it off. */
function nodeEdges(site: Site, namespace: string, free: Free): void {
  const { builder, cluster, nodes } = site;
  const level = cluster.namespaces.find(({ name }) => name === namespace)?.labels.values.get(ENFORCE);
  const pods = powerOver(site, "pods", namespace);
  const some = nodes.root(SOME_NODE);
  const guarded = admissionOf(site);
  const certainty: StepCertainty = guarded === undefined ? "proved" : "conditional";
  const doubt = guarded === undefined ? {} : { assumption: `${guarded} lets a privileged pod in` };
  if (level !== "baseline" && level !== "restricted") {
    free("PC-NODE", pods, some, `${namespace} does not enforce Pod Security`, {
      cost: 1,
      certainty,
      ...doubt,
      fix: `label namespace ${namespace} ${ENFORCE}: baseline`,
      change: { namespace, kind: "label", key: ENFORCE, value: "baseline" },
    });
    return;
  }
  builder.add({
    edge: "PC-NODE",
    needs: [pods, powerOver(site, "labels", namespace)],
    gives: some,
    cost: 1,
    certainty,
    because: `Pod Security of ${namespace} is a label of the namespace`,
    ...doubt,
    evidence: [],
  });
}

const POLICY_ENGINES: readonly string[] = [
  "kyverno.io",
  "templates.gatekeeper.sh",
  "constraints.gatekeeper.sh",
  "policies.kubewarden.io",
];

/** What may refuse pods besides Pod Security. */
function admissionOf({ cluster }: Site): string | undefined {
  const engine = cluster.controls.otherKinds.find(
    ({ group, kind }) => POLICY_ENGINES.includes(group) || kind.startsWith("ValidatingAdmissionPolicy"),
  );
  if (engine) return `${engine.kind} of ${engine.group}`;
  const hook = cluster.controls.webhooks.find(
    ({ kind, rules }) =>
      kind === "Validating" && rules.some(({ resources }) => resources.includes("pods") || resources.includes("*")),
  );
  return hook && `webhook ${hook.name}`;
}
