import { type Endpoint, outsideOf } from "../../engine/endpoints.ts";
import type { Reachability } from "../../engine/reach.ts";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { type Direction, PROTOCOLS } from "../../model/flow.ts";
import type { PortMatch } from "../../model/ports.ts";
import { type Program, policyId } from "../../model/program.ts";
import { EVERYTHING } from "../../model/selector.ts";
import { type Edit, nameOf, UNWRITTEN } from "../edit.ts";
import { otherEnd, peersFor } from "../flip/peers.ts";
import { editsOf, type Proposal } from "../flip/proposal.ts";
import { policyFor } from "../flip/rules.ts";
import { setOf } from "../side-effects.ts";
import { INTERNET } from "./entry-points.ts";
import type { Need } from "./needs.ts";
import type { Statement } from "./statements.ts";

/**
 * The edits that change statements as they are meant to be: a rule is rewritten to the needed flows it carries, an endpoint that
 * nothing isolates gets a policy that allows the flows it needs. Settings other than policies have no edit.
 */
export function editsFor(
  reachability: Reachability,
  statements: readonly Statement[],
  needs: readonly Need[],
): readonly Edit[] {
  const { program } = reachability;
  const proposal = statements.reduce<Proposal>(
    (all, statement) => add(all, changeOf(reachability, statement, statements, needs)),
    { revisions: [], additions: [], phrases: [] },
  );
  return editsOf({ ...proposal, additions: distinctNames(program, proposal.additions) });
}

function add(a: Proposal, b: Proposal): Proposal {
  const revisions = [
    ...a.revisions,
    ...b.revisions.filter(
      (one) => !a.revisions.some(({ policy, direction }) => policy === one.policy && direction === one.direction),
    ),
  ];
  return { revisions, additions: [...a.additions, ...b.additions], phrases: [] };
}

const NOTHING: Proposal = { revisions: [], additions: [], phrases: [] };

function changeOf(
  reachability: Reachability,
  statement: Statement,
  all: readonly Statement[],
  needs: readonly Need[],
): Proposal {
  const { program } = reachability;
  if (statement.kind === "setting") return NOTHING;
  const { direction } = statement;
  if (statement.kind === "open") {
    const subject = reachability.endpoint(statement.endpoint);
    if (!subject) return NOTHING;
    const rules = rulesFor(reachability, subject, direction, needs);
    return { ...NOTHING, additions: [policyFor(program.cluster, subject, direction, rules, "needs")] };
  }
  const policy = program.cluster.networkPolicies.find((one) => nameOf(one) === statement.policy);
  if (!policy) return NOTHING;
  const changed = new Set(
    all.flatMap((one) =>
      one.kind === "rule" && one.policy === statement.policy && one.direction === direction ? [one.index] : [],
    ),
  );
  const kept = policy[direction].filter((_, index) => !changed.has(index));
  const subjects = subjectsOf(reachability, policy);
  const [only] = subjects;
  if (only && subjects.length === 1)
    return {
      ...NOTHING,
      revisions: [{ policy, direction, rules: [...kept, ...rulesFor(reachability, only, direction, needs)] }],
    };
  // One policy for many would let each do what any of them needs.
  const additions = subjects.flatMap((subject) => {
    const rules = rulesFor(reachability, subject, direction, needs);
    return rules.length > 0 ? [policyFor(program.cluster, subject, direction, rules, "needs")] : [];
  });
  return { ...NOTHING, revisions: [{ policy, direction, rules: kept }], additions };
}

/** The endpoints a policy selects. */
function subjectsOf({ program, endpoints }: Reachability, policy: NetworkPolicy): readonly Endpoint[] {
  const governing = program.policies.find(
    ({ policy: one }) => one.kind === "NetworkPolicy" && policyId(one) === nameOf(policy),
  );
  if (!governing) return [];
  return endpoints.filter(({ members }) =>
    members.some(({ party, pods }) => pods.length > 0 && governing.subject.members.has(party)),
  );
}

/** Rules that allow one endpoint exactly the flows it needs; to send, it needs names too. */
function rulesFor(
  { program, endpoints }: Reachability,
  subject: Endpoint,
  direction: Direction,
  needs: readonly Need[],
): readonly PolicyRule[] {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const families = [...new Set(outsideOf(program).map(({ family }) => family))].sort();
  const namespace = subject.namespace ?? "";
  const own = needs.filter((need) => (direction === "ingress" ? need.to : need.from) === subject.id);
  const rules = own.flatMap((need): readonly PolicyRule[] => {
    const name = direction === "ingress" ? need.from : need.to;
    const other = byId.get(name);
    const peers =
      name === INTERNET
        ? outsidePeers(program)
        : other
          ? peersFor(otherEnd(program.cluster, other, namespace, families))
          : [];
    return peers.length > 0 ? [{ peers, ports: matchesOf(need.ports), span: UNWRITTEN }] : [];
  });
  return direction === "egress" ? [...rules, NAMES] : rules;
}

/** Address ranges that clusters give to pods. Source: RFC 1918, RFC 6598. */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Everyone outside: without the pods' own addresses, since some implementations take a block to hold pods as well, but with those of
 * nodes, since what forwards packets may put them in place of the client's.
 */
function outsidePeers({ options, cluster }: Program): readonly PolicyPeer[] {
  const except = options.podCIDRs.length > 0 ? options.podCIDRs.filter((cidr) => !cidr.includes(":")) : PRIVATE;
  const addresses = setOf(["0.0.0.0/0"]).subtract(setOf(except));
  const nodes = cluster.nodes.flatMap((node) => node.addresses.filter((address) => !address.includes(":")));
  const hidden = nodes.map((address): PolicyPeer => {
    const cidr = `${address}/32`;
    return { kind: "ipBlock", cidr, except: [], addresses: setOf([cidr]), span: UNWRITTEN };
  });
  return [{ kind: "ipBlock", cidr: "0.0.0.0/0", except, addresses, span: UNWRITTEN }, ...hidden];
}

function matchesOf(ports: ConnectionSet): readonly PortMatch[] {
  return PROTOCOLS.flatMap((protocol) =>
    ports
      .portRanges(protocol)
      .map(([first, last]): PortMatch => ({ kind: "range", protocol, first, last, span: UNWRITTEN })),
  );
}

/** Queries for names, to the DNS server of the cluster. */
const NAMES: PolicyRule = {
  peers: [
    {
      kind: "namespaces",
      namespaceSelector: EVERYTHING,
      podSelector: { requirements: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }] },
      span: UNWRITTEN,
    },
  ],
  ports: matchesOf(ConnectionSet.ports("UDP", 53, 53).union(ConnectionSet.ports("TCP", 53, 53))),
  span: UNWRITTEN,
};

/** New policies are named one by one against the cluster as it is, so two of them may have come to one name. */
function distinctNames({ cluster }: Program, policies: readonly NetworkPolicy[]): readonly NetworkPolicy[] {
  const taken = new Set(cluster.networkPolicies.map(nameOf));
  return policies.map((policy) => {
    let { name } = policy;
    for (let n = 2; taken.has(nameOf({ ...policy, name })); n++) name = `${policy.name}-${n}`;
    taken.add(nameOf({ ...policy, name }));
    return { ...policy, name };
  });
}
