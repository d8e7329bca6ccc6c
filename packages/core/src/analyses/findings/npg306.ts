import type { Endpoint } from "../../engine/endpoints.ts";
import type { Protocol } from "../../model/flow.ts";
import type { ContainerPort, PortMatch } from "../../model/ports.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { targetsOf } from "./npg305.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { portsOn } from "./subjects.ts";
import { capitalised, listed, listedEndpoints, shortId } from "./words.ts";

export const namedPortMismatch: FindingRule = {
  id: "NPG306",
  name: "named-port-mismatch",
  severity: "medium",
  title: "A rule names a port by a name that pods it is about do not declare",
  description:
    "A port name is looked up on the destination pod, for egress as for ingress. Where no container gives a port that name and protocol the entry allows nothing; where some pods do and others do not, it allows something to some of them only.",
  mappings: ["dead", "availability"],
  *find(context) {
    for (const statement of statementsOf(context)) {
      const { policy, written, direction, words, about } = statement;
      yield* namesOfAddresses(context, statement);
      const targets = targetsOf(context, statement);
      if (written.ports === "any" || targets.length === 0) continue;
      for (const port of written.ports) {
        if (port.kind !== "named") continue;
        const protocol = port.protocol ?? "TCP";
        const lacking = targets.filter((one) => !declares(one, port.name, protocol));
        const isNone = lacking.length === targets.length;
        if (!isNone && isBroad(statement)) continue;
        if (lacking.length === 0) {
          yield* numbersOf(statement, targets, port.name, protocol, port.span);
          continue;
        }
        const others = lacking.filter((one) => declares(one, port.name));
        yield {
          about: `${about} ${protocol}/${port.name}`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: lacking,
          span: port.span,
          fact: `${capitalised(words)} allows ${protocol} port \`${port.name}\`, which ${isNone ? "no container" : "not every container"} of ${listedEndpoints(targets)} declares.`,
          consequence:
            others.length > 0
              ? `${listedEndpoints(others)} ${others.length === 1 ? "gives" : "give"} the name to a port of another protocol.`
              : isNone
                ? "The entry allows nothing."
                : `It allows nothing for ${listedEndpoints(lacking)}.`,
          advice: `Declare a container port named \`${port.name}\`, or write its number.`,
          ...severityOf(isNone, written.ports, targets),
        };
      }
    }
  },
};

/** Charts list a port that is there only with TLS, say, beside the one that is there without. */
function severityOf(
  isNone: boolean,
  ports: readonly PortMatch[],
  targets: readonly Endpoint[],
): Pick<Observation, "severity"> {
  if (!isNone) return { severity: { is: "low", because: "other pods do declare it" } };
  const isKnown = (port: PortMatch) => targets.some((one) => !portsOn([port], one).isEmpty);
  return ports.some(isKnown) ? { severity: { is: "low", because: "the rule has other ports besides" } } : {};
}

/** A name that stands for different numbers on different pods: fine where it is meant. */
function* numbersOf(
  { policy, direction, words, about }: Statement,
  targets: readonly Endpoint[],
  name: string,
  protocol: Protocol,
  span: Span,
): Generator<Observation> {
  const numbers = new Map(
    targets.flatMap((one) => portsOf(one, name, protocol).map(({ port }) => [port, shortId(one)] as const)),
  );
  if (numbers.size < 2) return;
  yield {
    about: `${about} ${protocol}/${name}`,
    policy: policy.policy,
    namespace: policy.written.namespace,
    direction,
    endpoints: targets,
    span,
    fact: `${capitalised(words)} allows ${protocol} port \`${name}\`, which stands for ${listed([...numbers].map(([port, one]) => `${port} on ${one}`))}.`,
    consequence: "Each pod opens the port it gives the name, and no other.",
    severity: { is: "info", because: "every pod declares the name" },
  };
}

/** Addresses outside the cluster declare nothing, so to them a name stands for no port. Source: docs/semantics.md PORT-8. */
function* namesOfAddresses(
  context: FindingContext,
  { policy, written, direction, words, about }: Statement,
): Generator<Observation> {
  const { peers, ports } = written;
  const isToBlocks = direction === "egress" && peers !== "any" && peers.every(({ kind }) => kind === "ipBlock");
  const subjects = context.selected(policy);
  if (!isToBlocks || ports === "any" || subjects.length === 0) return;
  for (const port of ports) {
    if (port.kind !== "named") continue;
    const protocol = port.protocol ?? "TCP";
    yield {
      about: `${about} ${protocol}/${port.name}`,
      policy: policy.policy,
      namespace: policy.written.namespace,
      direction,
      endpoints: subjects,
      span: port.span,
      fact: `${capitalised(words)} allows ${protocol} port \`${port.name}\` to address blocks alone, and a port name is looked up on pods.`,
      consequence: "To addresses outside the cluster the entry allows nothing.",
      advice: "Write the number of the port.",
    };
  }
}

function declares(endpoint: Endpoint, name: string, protocol?: Protocol): boolean {
  return portsOf(endpoint, name, protocol).length > 0;
}

function portsOf({ members }: Endpoint, name: string, protocol?: Protocol): readonly ContainerPort[] {
  const ports = members.flatMap(({ pods }) => pods.flatMap((pod) => pod.ports));
  return ports.filter((port) => port.name === name && (protocol === undefined || port.protocol === protocol));
}

/** Whether the rule is about all sorts of pods, of which not each has to know the name. */
function isBroad({ policy, direction, written }: Statement): boolean {
  if (direction === "ingress") return policy.written.podSelector.requirements.length === 0;
  return (
    written.peers === "any" ||
    written.peers.some((peer) => peer.kind !== "ipBlock" && peer.podSelector.requirements.length === 0)
  );
}
