import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, type EndpointDecision, findDestination, isServiceDecision, type Program } from "../../src/index.ts";
import { serviceScenarioWith } from "../arbitraries-services.ts";
import { backends, oracle } from "../oracle/oracle.ts";
import type { Backend } from "../oracle/services.ts";
import { ask, podCalled, runs } from "./engine.ts";

test("decideService agrees with the oracle on each endpoint of a Service, on all of them, and is never more certain", () => {
  const count = {
    flows: 0,
    noAnswer: 0,
    withoutEndpoints: 0,
    endpoints: 0,
    allowed: 0,
    open: 0,
    cautious: 0,
    hairpins: 0,
  };
  fc.assert(
    fc.property(serviceScenarioWith(12), ({ cluster, options, flows }) => {
      const { program } = compile(cluster, options);
      for (const flow of flows) {
        const { destination } = flow;
        if (!("service" in destination)) continue;
        count.flows++;
        if (hasNoWayIn(program, destination.service, flow.source)) {
          expect(() => ask(program, flow)).toThrow("no address outside the cluster");
          count.noAnswer++;
          continue;
        }
        const decision = ask(program, flow);
        if (!decision || !isServiceDecision(decision)) throw new Error("not a Service");
        const compared = (
          of: readonly Backend[] | undefined,
          { verdict, certainty }: typeof decision | EndpointDecision["decision"],
        ) => {
          const ends = of?.map(({ end, port }) => ({ end, port }));
          const truth = oracle(cluster, options, {
            ...flow,
            destination: { ...destination, ...(ends && { of: ends }) },
          });
          const where = { ...flow, endpoints: ends };
          expect({ where, verdict }).toEqual({ where, verdict: truth.allowed ? "allow" : "deny" });
          if (certainty === "specified") expect({ where, ...truth }).toMatchObject({ where, certainty, open: [] });
          if (truth.certainty !== "specified") count.open++;
          else if (truth.exhaustive && certainty !== "specified" && decision.endpoints.length > 0) count.cautious++;
          if (truth.allowed) count.allowed++;
        };

        const ends = backends(cluster, options, destination.service, flow);
        compared(undefined, decision);
        if (ends.length === 0) count.withoutEndpoints++;
        const groups = decision.endpoints.map((one) => ends.filter((end) => isIn(program, end, one)));
        // Every endpoint of either is one of the other's.
        const unmatched = {
          engine: decision.endpoints
            .filter((_, index) => groups[index]?.length === 0)
            .map(({ endpoint, ports }) => ({ id: endpoint.id, ports })),
          oracle: ends
            .filter((end) => !groups.some((group) => group.includes(end)))
            .map(({ end, port }) => ({ end, port })),
        };
        expect({ flow, unmatched }).toEqual({ flow, unmatched: { engine: [], oracle: [] } });
        groups.forEach((group, index) => {
          const endpoint = decision.endpoints[index] as EndpointDecision;
          count.endpoints++;
          if (group.some(({ end }) => JSON.stringify(end) === JSON.stringify(flow.source))) count.hairpins++;
          compared(group, endpoint.decision);
        });
      }
    }),
    runs(40),
  );
  console.log(
    `services: ${Object.entries(count)
      .map(([name, number]) => `${name} ${number}`)
      .join(", ")}`,
  );
}, 900_000);

/** SVC-6: from outside, a Service of type ClusterIP cannot be reached. */
function hasNoWayIn(program: Program, id: string, source: object): boolean {
  if (!("address" in source)) return false;
  const from = findDestination(program, String(source.address));
  const isOutside =
    from.kind === "endpoint" && from.endpoint.members.every(({ pods, node }) => pods.length === 0 && !node);
  const service = program.cluster.services.find(({ namespace, name }) => `${namespace}/${name}` === id);
  return isOutside && service?.type === "ClusterIP";
}

/** Whether an endpoint as the oracle has it is one of those that the engine has decided about together. */
function isIn(
  program: Program,
  { end, destination, port }: Backend,
  { endpoint, ports, family }: EndpointDecision,
): boolean {
  if (!ports.some(({ target }) => target === port)) return false;
  if (destination.kind === "pod") {
    if (destination.family !== family) return false;
    const pod = podCalled(program, destination.pod);
    return endpoint.members.some(({ pods }) => pods.some(({ id }) => id === pod.id));
  }
  return "address" in end && endpoint.id === end.address;
}
