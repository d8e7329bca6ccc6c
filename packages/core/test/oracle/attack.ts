import { compile } from "../../src/compile/compile.ts";
import { decide } from "../../src/engine/decide.ts";
import type { Endpoint } from "../../src/engine/endpoints.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import { type Reachability, reach } from "../../src/engine/reach.ts";
import type { Cluster, Pod } from "../../src/model/cluster.ts";
import { ConnectionSet } from "../../src/model/connections.ts";
import type { Direction } from "../../src/model/flow.ts";
import type { RoleRule } from "../../src/model/identity.ts";

/**
 * What somebody comes to hold who runs code in a workload, by trying every rule of the catalogue in docs/attack-paths.md in turn until
 * none gives anything more. Of the catalogue only what arbitraries-powers.ts draws is written out, literally and with no care for time.
 *
 * Facts are told as `own a/Pod/p`, `act a/ops`, `know a/s0`, `root n1`, `admin`; those that only lead to others have names of their own.
 */
export function heldFrom(world: World, start: string): ReadonlySet<string> {
  const held = new Set([`own ${start}`]);
  for (let size = 0; size !== held.size; ) {
    size = held.size;
    for (const rule of RULES) for (const fact of rule(world, (fact) => held.has(fact))) held.add(fact);
  }
  return held;
}

/** A cluster, and what is asked of it again and again. */
export interface World {
  readonly cluster: Cluster;
  readonly verdicts: Verdicts;
  readonly workloads: readonly Endpoint[];
  /** `namespace/name` of every account anybody speaks of. */
  readonly accounts: ReadonlySet<string>;
  /** Names of nodes, and `*` for one nobody knows. */
  readonly nodes: readonly string[];
  /** The verdicts where policies of some namespaces are gone, by direction. */
  readonly without: Map<string, Verdicts>;
}

type Has = (fact: string) => boolean;
type Rule = (world: World, has: Has) => Iterable<string>;

export function worldOf(cluster: Cluster): World {
  const verdicts = new Verdicts(cluster);
  const workloads = verdicts.reachability.endpoints.filter(({ type }) => type !== "address");
  const { serviceAccounts, bindings } = cluster.identities;
  const accounts = new Set([
    ...cluster.namespaces.map(({ name }) => `${name}/default`),
    ...serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
    ...cluster.pods.map(accountOf),
    ...bindings.flatMap(({ subjects }) => subjects.map(({ namespace, name }) => `${namespace}/${name}`)),
  ]);
  const nodes = [...cluster.nodes.map(({ name }) => name), ...cluster.pods.flatMap(({ node }) => node ?? []), "*"];
  return { cluster, verdicts, workloads, accounts, nodes: [...new Set(nodes)], without: new Map() };
}

function podsOf({ members }: Endpoint): readonly Pod[] {
  return members.flatMap(({ pods }) => pods);
}

function accountOf({ namespace, spec }: Pod): string {
  return `${namespace}/${spec.serviceAccountName}`;
}

/** The nodes a workload is on. */
function nodesOf(workload: Endpoint): readonly string[] {
  return podsOf(workload).map(({ node }) => node ?? "*");
}

/** The namespaces a binding holds in. */
function scopeOf({ namespaces }: Cluster, home: string | undefined): readonly string[] {
  return home === undefined ? namespaces.map(({ name }) => name) : [home];
}

const RULES: readonly Rule[] = [
  /** NET: packets get through, and something takes whatever they reach. */
  function* net({ verdicts, workloads }, has) {
    for (const source of workloads)
      for (const destination of workloads)
        if (has(`own ${source.id}`) && verdicts.passes(source, destination)) yield `own ${destination.id}`;
  },
  /** POLCTL: the same where policies of either end's namespace are gone, or all there are. */
  function* policies(world, has) {
    for (const source of world.workloads)
      for (const destination of world.workloads) {
        if (!has(`own ${source.id}`)) continue;
        const [out, into] = [source, destination].map(({ namespace }) =>
          has(`policies ${namespace}`) ? namespace : undefined,
        );
        const isHost = podsOf(source).some(({ network }) => network === "host");
        const free = has("cluster-policies") && !isHost ? world.cluster.namespaces.map(({ name }) => name) : [];
        const verdicts = withoutPolicies(world, [...free, ...(out ? [out] : [])], [...free, ...(into ? [into] : [])]);
        if (verdicts.passes(source, destination)) yield `own ${destination.id}`;
      }
  },
  /** NET from a node: by its own address, or whichever it may have. */
  function* fromNode(world, has) {
    for (const node of world.nodes)
      for (const destination of world.workloads) {
        const into = destination.namespace;
        const verdicts = withoutPolicies(world, [], into !== undefined && has(`policies ${into}`) ? [into] : []);
        if (has(`root ${node}`) && verdicts.passesFrom(node, destination)) yield `own ${destination.id}`;
      }
  },
  /** HOSTNET and LOCAL: a pod of the host network reaches the pods on its node. */
  function* local({ workloads }, has) {
    for (const source of workloads)
      for (const destination of workloads)
        if (
          has(`own ${source.id}`) &&
          podsOf(source).some(({ network }) => network === "host") &&
          nodesOf(source).some((node) => nodesOf(destination).includes(node))
        )
          yield `own ${destination.id}`;
  },
  /** ESC-*: out of a container onto its node, or to the tokens on it. */
  function* fromContainers({ workloads }, has) {
    for (const workload of workloads)
      for (const { spec } of has(`own ${workload.id}`) ? podsOf(workload) : [])
        for (const node of nodesOf(workload)) {
          if (spec.containers.some(({ security }) => security.privileged)) yield `root ${node}`;
          for (const volume of spec.volumes)
            if (volume.kind === "hostPath")
              yield volume.path === "/var/lib/kubelet/pods" ? `tokens ${node}` : `root ${node}`;
        }
  },
  /** NODE-*: what is on a node; what the input does not place may be on any. */
  function* node({ workloads, nodes }, has) {
    for (const node of nodes) {
      const there = workloads.filter((one) => nodesOf(one).some((own) => own === node || own === "*"));
      for (const workload of there)
        for (const pod of podsOf(workload)) {
          if (has(`root ${node}`)) yield `own ${workload.id}`;
          if (has(`root ${node}`)) for (const secret of secretsOf(pod)) yield `know ${secret}`;
        }
      if (has(`root ${node}`)) yield "route";
    }
  },
  /** TOKEN: a pod has the token of its account, unless something says no; on a node they lie all. */
  function* token({ cluster, workloads }, has) {
    for (const workload of workloads)
      for (const pod of podsOf(workload)) {
        const account = cluster.identities.serviceAccounts.find(
          ({ namespace, name }) => `${namespace}/${name}` === accountOf(pod),
        );
        const mounted = pod.spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
        const isThere =
          has(`own ${workload.id}`) || nodesOf(workload).some((node) => has(`root ${node}`) || has(`tokens ${node}`));
        if (mounted && (isThere || isUnplacedOnHeld(workload, has))) yield `hold ${accountOf(pod)}`;
      }
  },
  /** API: whoever has a way to the API server uses the tokens there are. */
  function* api({ verdicts, workloads, accounts }, has) {
    for (const workload of workloads) if (has(`own ${workload.id}`) && verdicts.reachesServer(workload)) yield "route";
    for (const account of accounts) if (has("route") && has(`hold ${account}`)) yield `act ${account}`;
  },
  /** RB-*: what roles let somebody do. */
  function* roles({ cluster }, has) {
    for (const { namespace, role, subjects } of cluster.identities.bindings) {
      if (!subjects.some((one) => has(`act ${one.namespace}/${one.name}`))) continue;
      const bound = cluster.identities.roles.find((one) => one.name === role.name);
      for (const rule of bound?.rules ?? []) yield* allowed(cluster, rule, namespace);
    }
  },
  /** RB-STAR: who may do everything does. */
  function* admin({ cluster, nodes }, has) {
    if (!has("admin")) return;
    for (const node of nodes) yield `root ${node}`;
    for (const { name } of cluster.namespaces)
      for (const power of ["secrets", "pods", "exec", "tokens", "accounts"]) yield `${power} ${name}`;
  },
  /** PC-*, RB-SECRET, RB-EXEC, RB-TOKENREQ and RB-IMPERS: what a power over a namespace gives. */
  function* powers({ cluster, workloads, accounts }, has) {
    for (const { name: namespace } of cluster.namespaces) {
      if (has(`pods ${namespace}`)) yield* [`secrets ${namespace}`, `accounts ${namespace}`, "root *"];
      if (has(`secrets ${namespace}`))
        for (const secret of cluster.storage.secrets)
          if (secret.namespace === namespace) yield `know ${namespace}/${secret.name}`;
      if (has(`exec ${namespace}`)) for (const one of workloads) if (one.namespace === namespace) yield `own ${one.id}`;
      for (const account of accounts) {
        if (!account.startsWith(`${namespace}/`)) continue;
        if (has(`tokens ${namespace}`)) yield* [`hold ${account}`, "route"];
        if (has(`accounts ${namespace}`)) yield `act ${account}`;
      }
    }
  },
  /** MOUNT and K-SA: Secrets that pods are given, and tokens in them. */
  function* secrets({ cluster, workloads }, has) {
    for (const workload of workloads)
      for (const pod of has(`own ${workload.id}`) ? podsOf(workload) : [])
        for (const secret of secretsOf(pod)) yield `know ${secret}`;
    for (const { namespace, name, type, annotations } of cluster.storage.secrets)
      if (type === "kubernetes.io/service-account-token" && has(`know ${namespace}/${name}`))
        yield `hold ${namespace}/${annotations.get("kubernetes.io/service-account.name")}`;
  },
];

/** Whether a node somebody has may run a workload that the input does not place. */
function isUnplacedOnHeld(workload: Endpoint, has: Has): boolean {
  return nodesOf(workload).includes("*") && ["n1", "n2"].some((node) => has(`root ${node}`) || has(`tokens ${node}`));
}

function secretsOf({ namespace, spec }: Pod): readonly string[] {
  return spec.containers.flatMap(({ env }) =>
    env.flatMap((one) => (one.kind === "secret" ? [`${namespace}/${one.secret}`] : [])),
  );
}

function* allowed(cluster: Cluster, rule: RoleRule, home: string | undefined): Iterable<string> {
  const isStar = rule.resources.includes("*");
  if (isStar && home === undefined) yield "admin";
  const [resource] = rule.resources;
  const [verb] = rule.verbs;
  for (const namespace of scopeOf(cluster, home)) {
    if (resource === "secrets" && rule.resourceNames.length > 0) yield `know ${namespace}/${rule.resourceNames[0]}`;
    else if (resource === "secrets" || isStar) yield `secrets ${namespace}`;
    if ((resource === "pods" && verb === "create") || isStar) yield `pods ${namespace}`;
    if (resource === "pods/exec" || isStar) yield `exec ${namespace}`;
    if (resource === "networkpolicies" || isStar) yield `policies ${namespace}`;
    if (resource === "serviceaccounts/token" || isStar) yield `tokens ${namespace}`;
    if (resource === "serviceaccounts" || isStar) yield `accounts ${namespace}`;
  }
  if (resource === "clusternetworkpolicies" && home === undefined) yield "cluster-policies";
  // Whoever creates pods everywhere creates them where Pod Security is not enforced, as in kube-system.
  if (resource === "pods" && verb === "create" && home === undefined) yield "root *";
}

/** The verdicts once no policy of some namespaces is on what goes out, and of some on what comes in. */
function withoutPolicies(world: World, out: readonly string[], into: readonly string[]): Verdicts {
  if (out.length + into.length === 0) return world.verdicts;
  const key = `${out} ${into}`;
  const known = world.without.get(key);
  if (known) return known;
  const isKept = (namespace: string, direction: Direction) =>
    !(direction === "egress" ? out : into).includes(namespace);
  const networkPolicies = world.cluster.networkPolicies.map((policy) => ({
    ...policy,
    policyTypes: policy.policyTypes.filter((direction) => isKept(policy.namespace, direction)),
  }));
  const rest = networkPolicies.filter(({ policyTypes }) => policyTypes.length > 0);
  const made = new Verdicts({ ...world.cluster, networkPolicies: rest });
  world.without.set(key, made);
  return made;
}

/** Who gets packets to whom by the policies of a cluster; each question is asked once. */
class Verdicts {
  readonly reachability: Reachability;
  private readonly known = new Map<string, boolean>();

  constructor(private readonly cluster: Cluster) {
    this.reachability = reach(compile(cluster).program);
  }

  /** From a workload to another. */
  passes(from: Endpoint, to: Endpoint): boolean {
    return this.ask(`${from.id} > ${to.id}`, () => !this.allowed(this.here(from), this.here(to)).isEmpty);
  }

  /** From a node, by its own addresses; where nobody knows them, whichever address of a family it has. */
  passesFrom(node: string, to: Endpoint): boolean {
    return this.ask(`node ${node} > ${to.id}`, () => {
      const { program } = this.reachability;
      const destination = this.here(to);
      const addresses = [
        ...(this.cluster.nodes.find(({ name }) => name === node)?.addresses ?? []),
        ...this.cluster.pods.flatMap((pod) => (pod.node === node ? pod.nodeAddresses : [])),
      ];
      const known = addresses.map((address) => findEndpoint(program, address));
      if (known.length > 0)
        return known.some((one) => one.kind === "endpoint" && !this.allowed(one.endpoint, destination).isEmpty);
      return [true, false].some((isIPv6) => {
        const family = this.blocks().filter(({ id }) => id.includes(":") === isIPv6);
        const sets = family.map((block) => this.allowed(block, destination));
        return sets.length > 0 && !sets.reduce((a, b) => a.intersect(b)).isEmpty;
      });
    });
  }

  /** Nobody says where the API server is: a pod that sends anything to some address outside on its ports may reach it. */
  reachesServer(source: Endpoint): boolean {
    const ports = ConnectionSet.ports("TCP", 443, 443).union(ConnectionSet.ports("TCP", 6443, 6443));
    return this.ask(`${source.id} > API server`, () =>
      this.blocks().some((block) => !this.allowed(this.here(source), block, ports).isEmpty),
    );
  }

  private blocks(): readonly Endpoint[] {
    return this.reachability.endpoints.filter(({ type }) => type === "address");
  }

  private allowed(source: Endpoint, destination: Endpoint, connections = ConnectionSet.ALL_PORTS): ConnectionSet {
    return decide(this.reachability.program, { source, destination, connections }).allowed;
  }

  /** A workload of the cluster in this program. */
  private here(endpoint: Endpoint): Endpoint {
    const wanted = podsOf(endpoint).map(({ id }) => id);
    // Where fewer policies mention replicas, one pod may stand for several.
    const isPart = (id: string, of: string) => id === of || id.startsWith(`${of}/`);
    const isWanted = ({ id }: Pod) => wanted.some((one) => isPart(id, one) || isPart(one, id));
    const members = this.reachability.program.parties.flatMap((party) => {
      const pods = party.kind === "pods" ? party.pods.filter(isWanted) : [];
      return pods.length > 0 ? [{ party: party.index, pods }] : [];
    });
    return { ...endpoint, members };
  }

  private ask(question: string, answer: () => boolean): boolean {
    const known = this.known.get(question) ?? answer();
    this.known.set(question, known);
    return known;
  }
}
