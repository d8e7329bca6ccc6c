import { type Assumption, type Certainty, HOST_NETWORK } from "../model/flow.ts";
import type { Caveat, PartyIndex, Program, Selection } from "../model/program.ts";
import { type Encounter, sideOf } from "./encounter.ts";
import {
  END_PORT,
  NAMED_PORT_CONTAINER,
  NAMED_PORT_IP_BLOCK,
  SERVICE_ADDRESS,
  SERVICE_ADDRESS_UNKNOWN,
  SOURCE_ADDRESS_UNKNOWN,
} from "./extent.ts";
import { NODE_UNKNOWN } from "./judge.ts";
import { profileOf } from "./profile.ts";
import { PRIORITY_TIE } from "./ties.ts";

export const NON_PORT_PROTOCOL: Assumption = {
  code: "non-port-protocol",
  certainty: "implementation-defined",
  message: "the API does not say how NetworkPolicy treats protocols other than TCP, UDP and SCTP",
  option: "icmp",
};

/** Every open question that the rules on either side of an encounter touch, decisive or not. */
export function doubtsOf(program: Program, encounter: Encounter): readonly Assumption[] {
  const found = new Set<Assumption>();
  for (const direction of ["egress", "ingress"] as const) {
    const { subject, peer, family, placement, peerIs, translated } = sideOf(encounter, direction);
    for (const layer of program.layers) {
      for (const tier of profileOf(program, layer, direction, subject)) {
        for (const { subject: selection } of tier.isolatedBy) addDoubts(found, selection, subject);
        for (const { rule } of tier.rules) {
          addDoubts(found, rule.subject, subject);
          if (rule.peers === "any") continue;
          for (const { selection, nodes } of rule.peers) {
            for (const party of [peer, ...(translated?.blocks ?? [])]) addDoubts(found, selection[family], party);
            if (nodes?.admitted && peerIs === "node") found.add(nodes.doubt);
          }
        }
        const exemption = placement === "same-pod" ? tier.tier.hairpin : tier.tier.ownNode;
        if (placement !== "elsewhere" && exemption.doubt) found.add(exemption.doubt);
      }
    }
    if (translated?.kind === "service") found.add(SERVICE_ADDRESS).add(SERVICE_ADDRESS_UNKNOWN);
    if (translated?.kind === "source") found.add(SOURCE_ADDRESS_UNKNOWN);
    if (placement === "unknown") found.add(NODE_UNKNOWN);
    if (isOnHostNetwork(program, subject)) found.add(HOST_NETWORK);
  }
  return [...found, NAMED_PORT_CONTAINER, NAMED_PORT_IP_BLOCK, END_PORT, PRIORITY_TIE];
}

/** Whether a party is of pods that share the network of their node, however that is seen. */
export function isOnHostNetwork({ parties }: Program, index: PartyIndex): boolean {
  const party = parties[index];
  return party?.kind === "pods" && party.pods[0]?.network === "host";
}

/** What a policy that could not be used might have changed about flows between these parties. */
export function caveatsOf(program: Program, encounters: readonly Encounter[]): readonly Caveat[] {
  const ends = new Set(encounters.flatMap(({ source, destination }) => [source, destination]));
  return program.caveats.filter(({ subjects }) => [...ends].some((party) => subjects.has(party)));
}

/** The least certainty among assumptions; `specified` when there is none. */
export function worstOf(assumptions: readonly Assumption[]): Certainty {
  const order: readonly Certainty[] = ["unknown", "implementation-defined", "specified"];
  return order.find((certainty) => assumptions.some((assumption) => assumption.certainty === certainty)) ?? "specified";
}

function addDoubts(found: Set<Assumption>, selection: Selection, party: PartyIndex): void {
  for (const { parties, assumption } of selection.doubts) if (parties.has(party)) found.add(assumption);
}
