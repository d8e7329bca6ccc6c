import type { PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { formatPortMatch, type PortMatch } from "../../model/ports.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { targetsOf } from "./npg305.ts";
import { type Lack, type Plugin, pluginsIn } from "./plugins.ts";
import { withRules } from "./repair.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised } from "./words.ts";

export const featureNotSupported: FindingRule = {
  id: "NPG506",
  name: "feature-not-supported",
  severity: "medium",
  title: "A rule uses what the implementation does not support",
  description:
    "Implementations leave parts of NetworkPolicy out and say nothing: of a range of ports one may enforce the first only, another takes a name of a port for every port. What is left out is known from the plugin that the input shows, or from what is said of it with --assume or --preset.",
  mappings: ["enforcement"],
  each: "policy",
  *find(context) {
    const lacks = lacksIn(context);
    if (lacks.length === 0) return;
    for (const statement of statementsOf(context)) {
      const { policy, direction, words, about } = statement;
      for (const { lack, who, isDeclared } of lacks) {
        for (const use of usesOf(statement, lack)) {
          yield {
            about: `${about} ${use.what}`,
            policy: policy.policy,
            namespace: policy.written.namespace,
            direction,
            endpoints: context.selected(policy),
            span: use.span,
            fact: `${capitalised(words)} has ${use.words}, and ${who} not to enforce ${TITLE[lack.feature]}${lack.when ? ` ${lack.when}` : ""}.`,
            consequence: lack.instead ? `${lack.instead}.` : use.consequence,
            advice: use.advice,
            ...(!isDeclared && { certainty: "conditional" as const }),
            fixes: () => use.fixes(context),
          };
        }
      }
    }
  },
};

type Feature = Lack["feature"] | "named-egress-ports" | "IPv6";

const TITLE: { readonly [F in Feature]: string } = {
  endPort: "endPort",
  "named-ports": "names of ports",
  "named-egress-ports": "names of ports in egress rules",
  SCTP: "SCTP",
  IPv6: "IPv6",
};

interface Missing {
  readonly lack: { readonly feature: Feature; readonly when?: string; readonly instead?: string };
  /** `Cilium is known`, `the implementation is said`. */
  readonly who: string;
  readonly isDeclared: boolean;
}

/** What is declared to be missing, then what every plugin of the input that enforces policies is known to miss. */
function lacksIn({ cluster, program }: FindingContext): readonly Missing[] {
  const { endPortSupported, notEnforced } = program.options;
  const said: readonly Feature[] = [...(endPortSupported ? [] : ["endPort" as const]), ...notEnforced];
  const declared = said.map((feature) => ({
    lack: { feature },
    who: "the implementation is said",
    isDeclared: true,
  }));
  const [first, ...others] = pluginsIn(cluster).filter(({ does }) => does === "enforce");
  const lacks = ({ lacks: all }: Plugin, feature: Feature) => all.some((one) => one.feature === feature);
  const known = (first?.lacks ?? []).filter(
    ({ feature }) => !said.includes(feature) && others.every((other) => lacks(other, feature)),
  );
  return [...declared, ...known.map((lack) => ({ lack, who: `${first?.name} is known`, isDeclared: false }))];
}

interface Use {
  /** Tells it from the others of its rule. */
  readonly what: string;
  readonly words: string;
  readonly consequence: string;
  readonly advice: string;
  readonly span: Span;
  readonly fixes: (context: FindingContext) => readonly FixProposal[];
}

function usesOf(statement: Statement, { feature }: Missing["lack"]): readonly Use[] {
  const { written, direction } = statement;
  const ports = written.ports === "any" ? [] : written.ports;
  switch (feature) {
    case "endPort":
      return ports.flatMap((port) =>
        port.kind === "range" && port.last > port.first ? [rangeOf(statement, port)] : [],
      );
    case "named-egress-ports":
      return direction === "egress" ? namesIn(statement, ports) : [];
    case "named-ports":
      return namesIn(statement, ports);
    case "SCTP":
      return ports.flatMap((port) => (port.protocol === "SCTP" ? [sctpOf(port)] : []));
    case "IPv6":
      return written.peers === "any" ? [] : written.peers.flatMap(blockOf);
  }
}

/** Ranges up to which each port is written out; whoever has longer ones has to think again. */
const MOST_PORTS = 16;

function rangeOf(statement: Statement, port: Extract<PortMatch, { kind: "range" }>): Use {
  const { protocol, first, last, span } = port;
  const singles = () =>
    Array.from({ length: last - first + 1 }, (_, at) => ({ ...port, first: first + at, last: first + at }));
  return {
    what: `${protocol}/${first}-${last}`,
    words: `the range ${formatPortMatch(port)}`,
    consequence: `Of ${protocol} ${first} to ${last} only ${first} is allowed.`,
    advice: "List the ports one by one. The verdicts follow with --assume endPortSupported=false.",
    span,
    fixes: () =>
      last - first < MOST_PORTS
        ? [written(statement, port, singles(), `List ${formatPortMatch(port)} one by one`)]
        : [],
  };
}

function namesIn(statement: Statement, ports: readonly PortMatch[]): readonly Use[] {
  return ports.flatMap((port) => {
    if (port.kind !== "named") return [];
    const { name, protocol = "TCP", span } = port;
    return [
      {
        what: `${protocol}/${name}`,
        words: `a port by the name ${name}`,
        consequence: "What it does with a name is its own affair: nothing may be allowed, or every port.",
        advice: "Write its number.",
        span,
        fixes: (context) => {
          const [number, ...more] = numbersOf(context, statement, name, protocol);
          if (number === undefined || more.length > 0) return [];
          const numeric = { kind: "range" as const, protocol, first: number, last: number, span };
          return [written(statement, port, [numeric], `Write ${number} in place of ${name}`)];
        },
      },
    ];
  });
}

/** The numbers that the pods a rule is about give a name, where all of them know it. */
function numbersOf(context: FindingContext, statement: Statement, name: string, protocol: string): readonly number[] {
  const pods = targetsOf(context, statement).flatMap(({ members }) => members.flatMap((one) => one.pods));
  const numbers = pods.map(({ ports }) => ports.find((port) => port.name === name && port.protocol === protocol)?.port);
  return numbers.every((one) => one !== undefined) ? [...new Set(numbers)] : [];
}

function sctpOf(port: PortMatch): Use {
  return {
    what: `SCTP ${formatPortMatch(port)}`,
    words: formatPortMatch(port),
    consequence: "SCTP may get through or not, whatever the rule says; TCP and UDP are held all the same.",
    advice: "Do not count on it for SCTP.",
    span: port.span,
    fixes: () => [],
  };
}

function blockOf(peer: PolicyPeer): readonly Use[] {
  if (peer.kind !== "ipBlock" || !peer.cidr.includes(":")) return [];
  return [
    {
      what: peer.cidr,
      words: `the block ${peer.cidr}`,
      consequence: "IPv6 may get through or not, whatever the rule says.",
      advice: "Do not count on it for IPv6.",
      span: peer.span,
      fixes: () => [],
    },
  ];
}

function written(statement: Statement, port: PortMatch, instead: readonly PortMatch[], title: string): FixProposal {
  const { policy, direction, index, words } = statement;
  const { ports } = statement.written;
  const replaced = ports === "any" ? ports : ports.flatMap((one) => (one === port ? instead : [one]));
  const rule: PolicyRule = { ...statement.written, ports: replaced };
  return { title: `${title} in ${words}`, edits: withRules(policy.written, direction, index, [rule]) };
}
