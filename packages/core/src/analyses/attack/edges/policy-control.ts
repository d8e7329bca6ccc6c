import type { Direction } from "../../../model/flow.ts";
import type { Span } from "../../../model/source.ts";
import type { Doors } from "../doors.ts";
import type { FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import type { Grant } from "../grants.ts";
import type { Door, Sender } from "../net.ts";
import type { Aside } from "../planes.ts";
import type { Site } from "../site.ts";
import { type Power, powerOver } from "./powers.ts";
import { namespacesWith } from "./rbac.ts";

/** What POLCTL adds to the packets there are: those that pass by policies at one end, or at both. */
export interface PoliciesAside {
  readonly senders: readonly ChangedSender[];
  readonly doors: readonly Door[];
  /** The namespaces whose own policies somebody may change. */
  readonly namespaces: readonly string[];
}

/** Somebody who sends packets, once some policies on them are put aside. */
export interface ChangedSender {
  readonly fact: FactIndex;
  readonly sender: Sender;
  /** The fact of sending them as policies are. */
  readonly before: FactIndex;
}

/**
 * POLCTL: who changes the policies of a namespace sends what its pods may not, and reaches what others may not; who changes those of
 * the cluster has all packets go anywhere. What policies of other tiers or namespaces stop stays stopped.
 *
 * Given are all that send packets, and the doors there are; only where somebody is granted such a power. Cost: a sender and a door for
 * each of them that some policy governs.
 */
export function policyControlEdges(
  site: Site,
  doors: Doors,
  senders: ReadonlyMap<FactIndex, Sender>,
  grants: readonly Grant[],
): PoliciesAside {
  const namespaces = namespacesWith(site, grants, "policies");
  const [overCluster, overBaseline] = (["cluster-policies", "baseline-policies"] as const).map(
    (power) => namespacesWith(site, grants, power).length > 0,
  );
  const ways = [
    ...namespaces.map((namespace) => ({ aside: "own", power: "policies", scope: namespace }) as const),
    ...(overBaseline ? [{ aside: "baseline", power: "baseline-policies", scope: "*" } as const] : []),
  ];
  const all = overCluster ? [{ aside: "all", power: "cluster-policies", scope: "*" } as const] : [];
  return {
    senders: changedSenders(site, senders, [...ways, ...all]),
    doors: ways.flatMap((way) => changedDoors(site, doors, way)),
    namespaces,
  };
}

function changedDoors(site: Site, doors: Doors, way: Way & Pick<Required<Door>, "aside">): readonly Door[] {
  const meant = way.scope === "*" ? site.footholds : site.inNamespace(way.scope);
  return meant
    .filter((one) => isGoverned(site, one, "ingress"))
    .flatMap((foothold) =>
      doors.of(foothold).map(({ fact, endpoint, ports }): Door => {
        const before = site.builder.fact("hub", `${site.builder.name(fact)}, but for ${way.aside} policies`);
        lifted(site, way, before, fact, "ingress", foothold);
        return { fact: before, endpoint, ports, aside: way.aside };
      }),
    );
}

function changedSenders(
  site: Site,
  senders: ReadonlyMap<FactIndex, Sender>,
  ways: readonly Way[],
): readonly ChangedSender[] {
  if (ways.length === 0) return [];
  const byEndpoint = new Map(site.footholds.map((foothold) => [foothold.endpoint, foothold]));
  return [...senders].flatMap(([before, sender]) => {
    const own = sender.origins.flatMap((origin) => origin.flatMap((endpoint) => byEndpoint.get(endpoint) ?? []));
    const [first] = own;
    if (!first) return [];
    const isMeant = ({ aside, scope }: Way) =>
      aside === "all"
        ? own.every((one) => !isOnHost(one))
        : (scope === "*" || scope === first.namespace) && own.some((one) => isGoverned(site, one, "egress"));
    return ways.filter(isMeant).map((way): ChangedSender => {
      const fact = site.builder.fact("hub", `packets of ${site.builder.name(before)}, but for ${way.aside} policies`);
      lifted(site, way, before, fact, "egress", first);
      return { fact, sender: { ...sender, aside: way.aside }, before };
    });
  });
}

/** No policy of the cluster's tiers names packets of nodes as a source. Source: docs/semantics.md CNP-4, CNP-11. */
function isOnHost({ pods }: Foothold): boolean {
  return pods.some(({ network }) => network === "host");
}

/** Policies somebody may change: by which power, and over what. */
interface Way {
  readonly aside: Exclude<Aside, "none">;
  readonly power: Power;
  readonly scope: string;
}

function isGoverned({ reachability }: Site, { endpoint }: Foothold, direction: Direction): boolean {
  return reachability.governed(endpoint, direction) !== "no";
}

function lifted(
  site: Site,
  { aside, power, scope }: Way,
  need: FactIndex,
  gives: FactIndex,
  direction: Direction,
  foothold: Foothold,
): void {
  const whose = { own: `of ${scope}`, baseline: "of the baseline tier", all: "of the cluster" }[aside];
  const what = aside === "all" ? "" : direction === "egress" ? " on what goes out" : " on what comes in";
  site.builder.add({
    edge: "POLCTL",
    needs: [need, powerOver(site, power, scope)],
    gives,
    cost: 0,
    certainty: "proved",
    because: `policies ${whose}${what} can be changed`,
    evidence: policiesBehind(site, aside, direction, foothold),
  });
}

/** Some policy that is changed; the pod where none is the input's. */
function policiesBehind({ cluster }: Site, aside: Aside, direction: Direction, foothold: Foothold): readonly Span[] {
  const own = cluster.networkPolicies.filter(
    ({ namespace, policyTypes }) => namespace === foothold.namespace && policyTypes.includes(direction),
  );
  const found = aside === "baseline" ? cluster.adminPolicies.filter(({ tier }) => tier === "baseline") : own;
  return [...found, ...foothold.pods].slice(0, 1).map(({ span }) => span);
}
