import type { Cluster } from "../../model/cluster.ts";
import type { Span } from "../../model/source.ts";
import { IGNORE_ANNOTATION, isDay, type Suppression } from "../../model/suppression.ts";
import { nameOf } from "../edit.ts";

/**
 * The suppressions that annotations of namespaces, workloads and NetworkPolicies ask for: `watertight.dev/ignore-NPG101: "reason;
 * until=2027-01-31"`. One without a reason, or with a day that is none, does not count and is returned apart.
 */
export function annotatedSuppressions(cluster: Cluster): {
  readonly suppressions: readonly Suppression[];
  readonly unusable: readonly { readonly message: string; readonly span?: Span }[];
} {
  const suppressions: Suppression[] = [];
  const unusable: { message: string; span?: Span }[] = [];
  for (const { scope, annotations, span, what } of annotated(cluster)) {
    for (const [key, value] of annotations) {
      if (!key.startsWith(IGNORE_ANNOTATION)) continue;
      const { reason, until } = readValue(value);
      const message = problemWith(key, reason, until);
      if (message !== undefined) unusable.push({ message: `${what}: ${message}`, ...(span && { span }) });
      else if (span) {
        const rule = key.slice(IGNORE_ANNOTATION.length);
        suppressions.push({ rule, ...scope, reason, ...(until !== undefined && { until }), span });
      }
    }
  }
  return { suppressions, unusable };
}

interface Annotated {
  readonly what: string;
  readonly scope: Pick<Suppression, "namespace" | "endpoint" | "policy">;
  readonly annotations: ReadonlyMap<string, string>;
  readonly span?: Span;
}

function annotated({ namespaces, workloads, networkPolicies, pods }: Cluster): readonly Annotated[] {
  const ofTemplate = new Map(pods.map(({ workload, annotations }) => [workload, annotations]));
  return [
    ...namespaces.map(({ name, annotations, span }) => ({
      what: `namespace ${name}`,
      scope: { namespace: name },
      annotations,
      ...(span && { span }),
    })),
    ...workloads.map(({ id, annotations, span }) => ({
      what: id,
      scope: { endpoint: id },
      annotations: new Map([...(ofTemplate.get(id) ?? []), ...annotations]),
      span,
    })),
    ...networkPolicies.map((policy) => ({
      what: `policy ${nameOf(policy)}`,
      scope: { policy: nameOf(policy) },
      annotations: policy.annotations ?? new Map<string, string>(),
      span: policy.span,
    })),
  ];
}

function readValue(value: string): { readonly reason: string; readonly until?: string } {
  const until = /;\s*until\s*=\s*(\S+)\s*$/.exec(value);
  const reason = (until ? value.slice(0, until.index) : value).trim();
  return { reason, ...(until?.[1] !== undefined && { until: until[1] }) };
}

function problemWith(key: string, reason: string, until: string | undefined): string | undefined {
  if (!/^NPG\d{3}$/.test(key.slice(IGNORE_ANNOTATION.length)))
    return `annotation \`${key}\` names no rule such as NPG101`;
  if (reason === "") return `annotation \`${key}\` gives no reason, so it is not followed`;
  if (until !== undefined && !isDay(until))
    return `annotation \`${key}\`: \`${until}\` is no day such as 2027-01-31, so it is not followed`;
  return undefined;
}
