import { findEndpoint } from "../../engine/names.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { UNWRITTEN } from "../edit.ts";
import { editsOf, type Revision, spliced } from "../flip/proposal.ts";
import { setOf } from "../side-effects.ts";
import { cloudOf } from "./clouds.ts";
import { isOnHost } from "./context.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { numericPorts, type Statement, statementsIn } from "./statements.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { shortId } from "./words.ts";

/** Where the large clouds serve an instance's metadata and credentials. */
const METADATA = "169.254.169.254";
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
    const named = findEndpoint(context.program, METADATA);
    if (named.kind !== "endpoint" || named.endpoint.type !== "address") return;
    const metadata = { ...named.endpoint, id: METADATA };
    const cloud = cloudOf(context.cluster);
    for (const subject of context.examined) {
      if (isOnHost(subject)) continue;
      const { connections } = context.reachability.connection(subject, metadata, HTTP);
      if (connections.isEmpty) continue;
      const letting = context
        .isolatedBy(subject, "egress")
        .flatMap((policy) => statementsIn(policy, "egress").filter(lets));
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        direction: "egress",
        span: letting[0]?.written.span ?? spanOf(context, subject),
        fact: `${shortId(subject)} may connect to the metadata service at ${METADATA} on TCP 80.`,
        consequence: "On a cloud node it may be given the credentials of the node.",
        ...(cloud !== undefined && {
          severity: { is: "high", because: `the input is for a cluster on ${cloud}` } as const,
        }),
        advice:
          "Add `except: [169.254.169.254/32]`, and a rule for port 53 if that address is the resolver, as with Cloud DNS on GKE.",
        certainty: certaintyOf(context, subject, "egress") === "assumed" ? "assumed" : "conditional",
        witness: context.witness(subject, metadata, "allow", HTTP),
        fixes: () => withoutMetadata(letting),
        under: [`NPG102 ${subject.id}`, ...letting.flatMap(({ about }) => [`NPG202 ${about}`, `NPG203 ${about}`])],
      };
    }
  },
};

function lets({ written }: Statement): boolean {
  if (!numericPorts(written).includes(HTTP)) return false;
  const address = setOf([`${METADATA}/32`]);
  return (
    written.peers === "any" || written.peers.some((peer) => peer.kind === "ipBlock" && peer.addresses.includes(address))
  );
}

/** Every rule that lets it through, with an exception, and port 53 kept where it was open. */
function withoutMetadata(statements: readonly Statement[]): readonly FixProposal[] {
  if (statements.length === 0 || statements.some(({ written }) => written.peers === "any")) return [];
  const address = `${METADATA}/32`;
  const revisions = new Map<string, Revision>();
  for (const { policy, index, written } of statements) {
    if (written.peers === "any") continue;
    const peers = written.peers.map((peer) =>
      peer.kind === "ipBlock" && peer.addresses.includes(setOf([address]))
        ? { ...peer, except: [...peer.except, address], addresses: peer.addresses.subtract(setOf([address])) }
        : peer,
    );
    const key = `${policy.written.namespace}/${policy.written.name}`;
    const rules = revisions.get(key)?.rules ?? policy.written.egress;
    revisions.set(key, {
      policy: policy.written,
      direction: "egress",
      rules: spliced(rules, index, [{ ...written, peers }]),
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
    peers: [{ kind: "ipBlock" as const, cidr: address, except: [], addresses: setOf([address]), span: UNWRITTEN }],
    ports: dns,
    span: UNWRITTEN,
  };
  const hadDns = statements.some(({ written }) => numericPorts(written).includes(ConnectionSet.ports("UDP", 53, 53)));
  const all = [...revisions.values()].map((revision, i) =>
    i === 0 && hadDns ? { ...revision, rules: [...revision.rules, resolver] } : revision,
  );
  return [
    {
      title: `Except ${METADATA} from ${statements.map(({ words }) => words).join(" and ")}${hadDns ? ", but for port 53" : ""}`,
      edits: editsOf({ revisions: all, additions: [], phrases: [] }),
    },
  ];
}
