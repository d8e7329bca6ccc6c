import { compile } from "../../compile/compile.ts";
import type { Decision } from "../../engine/decide.ts";
import { type Endpoint, podEndpoint } from "../../engine/endpoints.ts";
import type { Likelihood } from "../../engine/profile.ts";
import type { Pod } from "../../model/cluster.ts";
import type { Assumption } from "../../model/flow.ts";
import type { PartyIndex, Program } from "../../model/program.ts";
import type { Labels } from "../../model/selector.ts";
import type { ObservedSource } from "./entry.ts";
import type { Presumption } from "./find-controller.ts";
import { type Arrival, asProxy, proxyPasses } from "./observed.ts";
import { endpointIn, unseenPod, withUnseen } from "./unseen.ts";

/** Nobody's namespace: no name of a Kubernetes object has brackets. */
const NOWHERE = "(unknown)";

const ANY_LABELS: Labels = { values: new Map(), incomplete: true };

/** What the engine's doubts about a pod in {@link NOWHERE} come to, in terms of what the input shows. */
const NOTHING_KNOWN: Assumption = {
  code: "controller-assumed",
  certainty: "unknown",
  message:
    "nothing is known of the controller's pods, so whether a policy that names its peers by label means them cannot be told",
};

/**
 * Pods put into a copy of the program for controllers that the input does not show, so that the engine can say what they might reach.
 *
 * For each presumption one pod as presumed; and pods of which nothing is known, one in a namespace of which nothing is known and one
 * in each namespace that routes lead to. What holds for the unknown one holds for sure; what none of them may do is sure as well.
 * Source: docs/semantics.md EXP-13.
 */
export class StandIns {
  private readonly program: Program;
  private readonly byId: ReadonlyMap<string, { readonly pod: Pod; readonly party: PartyIndex }>;

  /** Cost: one compilation. */
  constructor(original: Program, presumptions: readonly Presumption[], namespaces: readonly string[]) {
    const presumed = presumptions.map((one) => unseenPod(idOf(one), labelsOf(one.labels), one.network));
    const unknown = [NOWHERE, ...namespaces].map((namespace) => unseenPod(idOfUnknown(namespace), ANY_LABELS));
    const pods = [...new Map([...presumed, ...unknown].map((pod) => [pod.id, pod])).values()];
    const labels = new Map(
      presumptions.map((one) => [one.namespace, { ...labelsOf(one.namespaceLabels), incomplete: true }]),
    );
    this.program = compile(withUnseen(original.cluster, pods, labels), original.options).program;
    const unseen = new Set(pods.map(({ id }) => id));
    this.byId = new Map(
      this.program.parties.flatMap((party) =>
        party.kind === "pods"
          ? party.pods.filter(({ id }) => unseen.has(id)).map((pod) => [pod.id, { pod, party: party.index }] as const)
          : [],
      ),
    );
  }

  /** What a controller may reach of which only this is presumed, or nothing. */
  observe(presumption: Presumption | undefined, { destination, ...arrival }: Arrival): ObservedSource {
    const there: Arrival = { ...arrival, destination: endpointIn(this.program, destination) };
    const presumed = asProxy(
      this.program,
      this.endpoint(presumption ? idOf(presumption) : idOfUnknown(NOWHERE)),
      there,
    );
    const [unknown, inside] = [NOWHERE, destination.namespace ?? ""].map((namespace) =>
      proxyPasses(this.program, this.endpoint(idOfUnknown(namespace)), there),
    );
    const { certain, expected, possible } = presumed.passes;
    const passes: Likelihood = {
      certain: certain && unknown?.certain === true,
      expected,
      possible: possible || unknown?.possible === true || inside?.possible === true,
    };
    return { ...presumed, passes, decision: inOurTerms(presumed.decision) };
  }

  private endpoint(id: string): Endpoint {
    const found = this.byId.get(id);
    if (!found) throw new Error(`no stand-in \`${id}\``);
    return podEndpoint(found.pod, found.party);
  }
}

function inOurTerms(decision: Decision): Decision {
  const assumptions = decision.assumptions.map((one) => (one.message.includes(NOWHERE) ? NOTHING_KNOWN : one));
  return { ...decision, assumptions: [...new Set(assumptions)] };
}

function labelsOf(labels: Readonly<Record<string, string>>): Labels {
  return { values: new Map(Object.entries(labels)) };
}

function idOf({ namespace, labels, network }: Presumption): string {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `${namespace}/Assumed/${[...written, ...(network === "host" ? ["host network"] : [])].join(",")}`;
}

function idOfUnknown(namespace: string): string {
  return `${namespace}/Assumed/unknown`;
}
