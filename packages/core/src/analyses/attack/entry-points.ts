import { ConnectionSet } from "../../model/connections.ts";
import type { Span } from "../../model/source.ts";
import { type Entry, titleOfLink } from "../exposure/entry.ts";
import type { ExposureReport } from "../exposure/exposure.ts";
import type { StepCertainty } from "./fact.ts";

/** A way from outside the cluster to a workload, as the exposure of the cluster shows it. */
export interface EntryPoint {
  /** The objects that make it, the outermost first: `Gateway edge/main → HTTPRoute shop/web`. */
  readonly object: string;
  /** The endpoint it leads to. */
  readonly workload: string;
  /** What hands requests on, where the input shows it: an endpoint. */
  readonly controller?: string;
  /** The Service it leads through last, where it leads through one: `shop/web`. */
  readonly service?: string;
  /** Ports of the pods themselves, after any translation. */
  readonly ports: ConnectionSet;
  /** What of them policies let through; all where it hangs on what the input does not say whether any is. */
  readonly open: ConnectionSet;
  /** `blocked`: whatever comes this way is stopped by policies. */
  readonly standing: StepCertainty | "blocked";
  /** `declared`: a person says so, and policies are not asked. `inferred`: objects lead there. */
  readonly provenance: "declared" | "inferred";
  /** What its standing rests on. */
  readonly assumptions: readonly string[];
  readonly span: Span;
}

/** What those outside are called. */
export const INTERNET = "internet";

/** Every entry point that objects make, in the order of the workloads. */
export function entryPoints({ exposures }: ExposureReport): readonly EntryPoint[] {
  return exposures.flatMap(({ entries }) => entries.flatMap(pointOf));
}

function pointOf(entry: Entry): readonly EntryPoint[] {
  const { chain, endpoint, controller, published, assumptions } = entry;
  const [outermost] = chain;
  if (!outermost || !published.possible) return [];
  const service = [...chain].reverse().find(({ kind }) => kind === "Service");
  const ports = ConnectionSet.union(
    entry.ports.map(({ protocol, target }) => ConnectionSet.ports(protocol, target, target)),
  );
  const standing = standingOf(entry);
  const presumed = controller?.standing === "assumed" ? [`its controller is there: ${controller.because}`] : [];
  return [
    {
      object: chain.map(titleOfLink).join(" → "),
      workload: endpoint.id,
      ...(controller?.endpoint && { controller: controller.endpoint.id }),
      ...(service && { service: `${service.namespace}/${service.name}` }),
      ports,
      open: standing === "conditional" ? ports : entry.open.intersect(ports),
      standing,
      provenance: "inferred",
      assumptions: [...new Set([...presumed, ...assumptions.map(({ message }) => message)])],
      span: outermost.span,
    },
  ];
}

function standingOf({ exposed }: Entry): EntryPoint["standing"] {
  if (exposed.certain) return "proved";
  if (exposed.expected) return "assumed";
  return exposed.possible ? "conditional" : "blocked";
}
