import type { Endpoint } from "../../engine/endpoints.ts";
import { findEndpoint } from "../../engine/names.ts";
import type { PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { nameOf, UNWRITTEN } from "../edit.ts";
import { editsOf, type Revision } from "../flip/proposal.ts";
import { setOf } from "../side-effects.ts";
import { cloudOf, METADATA } from "./clouds.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { familiesShown } from "./families.ts";
import type { FindingRule, FixProposal, Observation } from "./rule.ts";
import { addressesOf, numericPorts, type Statement, statementsIn, unlimitedKeys } from "./statements.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { listed, shortId } from "./words.ts";

const HTTP = ConnectionSet.ports("TCP", 80, 80);

export const metadataReachable: FindingRule = {
  id: "NPG204",
  name: "metadata-reachable",
  severity: "medium",
  title: "A workload may connect to the metadata service of the cloud",
  description:
    "On AWS, Google Cloud and Azure the address 169.254.169.254 hands out credentials of the node. A pod that may connect to it on port 80 may be able to act as the node in the cloud, unless the hop limit or workload identity prevents it.",
  mappings: ["metadata"],
  weighs: "exposure",
  *find(context) {
    const services = METADATA.flatMap(({ address, block }) => {
      const named = findEndpoint(context.program, address);
      if (named.kind !== "endpoint" || named.endpoint.type !== "address") return [];
      return [{ block, endpoint: { ...named.endpoint, id: address } }];
    });
    for (const subject of context.examined) {
      if (isOnHost(subject)) continue;
      const reached = services.filter(
        ({ endpoint }) => !context.reachability.connection(subject, endpoint, HTTP).connections.isEmpty,
      );
      const [first] = reached;
      if (first)
        yield observe(
          context,
          subject,
          first.endpoint,
          reached.map(({ block }) => block),
        );
    }
  },
};

function observe(
  context: FindingContext,
  subject: Endpoint,
  metadata: Endpoint,
  blocks: readonly string[],
): Observation {
  const statements = context.isolatedBy(subject, "egress").flatMap((policy) => statementsIn(policy, "egress"));
  const letting = statements.filter((one) => blocks.some((block) => lets(one, block)));
  const isMeant =
    letting.length > 0 && letting.every(({ written }) => blocks.some((block) => namesOnly(written, block)));
  return {
    about: subject.id,
    endpoints: [subject],
    namespace: subject.namespace ?? "",
    direction: "egress",
    span: letting[0]?.written.span ?? spanOf(context, subject),
    fact: `${shortId(subject)} may connect to the metadata service at ${metadata.id} on TCP 80.`,
    consequence: "On a cloud node it may be given the credentials of the node.",
    ...(isMeant
      ? { severity: { is: "low", because: "a rule names that very address" } as const }
      : severityOf(context, metadata)),
    advice: isMeant
      ? "Take the address out of the rule, unless the workload is given its own identity there, as with GKE's."
      : `Add \`except: [${blocks.join(", ")}]\`, and a rule for port 53 if that address is the resolver, as with Cloud DNS on GKE.`,
    certainty: certaintyOf(context, subject, "egress") === "assumed" ? "assumed" : "conditional",
    witness: context.witness(subject, metadata, "allow", HTTP),
    fixes: () => withoutMetadata(letting, blocks),
    under: [`NPG102 ${subject.id}`, ...letting.flatMap((one) => [...unlimitedKeys(one), `NPG203 ${one.about}`])],
  };
}

function severityOf({ cluster }: FindingContext, { id }: Endpoint): Pick<Observation, "severity"> {
  if (id.includes(":") && !familiesShown(cluster).has("IPv6"))
    return { severity: { is: "low", because: "the input does not show that IPv6 is in use" } };
  const cloud = cloudOf(cluster);
  return cloud === undefined ? {} : { severity: { is: "high", because: `the input is for a cluster on ${cloud}` } };
}

function lets({ written }: Statement, block: string): boolean {
  return numericPorts(written).includes(HTTP) && addressesOf(written.peers).includes(setOf([block]));
}

/** Whether a rule lets it through by its own address, and by no wider block. */
function namesOnly({ peers }: PolicyRule, block: string): boolean {
  const address = setOf([block]);
  return (
    peers !== "any" &&
    peers.every(
      (peer) => peer.kind !== "ipBlock" || !peer.addresses.includes(address) || peer.addresses.equals(address),
    )
  );
}

/** Every rule that lets it through, with exceptions, and port 53 kept where it was open. */
function withoutMetadata(statements: readonly Statement[], blocks: readonly string[]): readonly FixProposal[] {
  if (statements.length === 0 || statements.some(({ written }) => written.peers === "any")) return [];
  const revisions = new Map<string, Revision>();
  for (const { policy, written } of statements) {
    if (written.peers === "any") continue;
    const peers = written.peers.flatMap((peer) => without(peer, blocks));
    const key = nameOf(policy.written);
    const rules = revisions.get(key)?.rules ?? policy.written.egress;
    revisions.set(key, {
      policy: policy.written,
      direction: "egress",
      rules: rules.flatMap((rule) => (rule !== written ? rule : peers.length > 0 ? { ...rule, peers } : [])),
    });
  }
  const dns = (["UDP", "TCP"] as const).map((protocol) => ({
    kind: "range" as const,
    protocol,
    first: 53,
    last: 53,
    span: UNWRITTEN,
  }));
  const resolver = {
    peers: blocks.map((cidr) => ({
      kind: "ipBlock" as const,
      cidr,
      except: [],
      addresses: setOf([cidr]),
      span: UNWRITTEN,
    })),
    ports: dns,
    span: UNWRITTEN,
  };
  const hadDns = statements.some(({ written }) => numericPorts(written).includes(ConnectionSet.ports("UDP", 53, 53)));
  const all = [...revisions.values()].map((revision, i) =>
    i === 0 && hadDns ? { ...revision, rules: [...revision.rules, resolver] } : revision,
  );
  return [
    {
      title: `Except ${listed(blocks)} from ${listed(statements.map(({ words }) => words))}${hadDns ? ", but for port 53" : ""}`,
      edits: editsOf({ revisions: all, additions: [], phrases: [] }),
    },
  ];
}

function without(peer: PolicyPeer, blocks: readonly string[]): readonly PolicyPeer[] {
  if (peer.kind !== "ipBlock") return [peer];
  const cut = blocks.filter((block) => peer.addresses.includes(setOf([block])));
  const addresses = peer.addresses.subtract(setOf(cut));
  if (addresses.isEmpty) return [];
  return cut.length === 0 ? [peer] : [{ ...peer, except: [...peer.except, ...cut], addresses }];
}
