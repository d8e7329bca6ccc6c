import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { matches } from "../../model/selector.ts";
import { actorsOf } from "./actors.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { admitsUnseen } from "./npg602.ts";
import { presumption } from "./presumed.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { listedEndpoints, shortId } from "./words.ts";

export const monitoringBlinded: FindingRule = {
  id: "NPG604",
  name: "monitoring-blinded",
  severity: "medium",
  title: "Policies keep Prometheus from the port it is told to scrape",
  description:
    "A default deny is easily added without a rule for whoever watches the pods. What cannot be scraped raises no alert about itself.",
  mappings: ["availability"],
  *find(context) {
    const wanted = context.subjects.flatMap((subject) => {
      const ports = isOnHost(subject) ? ConnectionSet.NONE : scraped(context, subject);
      return ports.isEmpty ? [] : [{ subject, ports }];
    });
    if (wanted.length === 0) return;
    const prometheus = actorsOf(context, "prometheus");
    for (const { subject, ports } of wanted) {
      if (!prometheus.to(subject).intersect(ports).isEmpty) continue;
      const isPresumed = prometheus.basis === "presumed";
      if (isPresumed && admitsUnseen(context, subject)) continue;
      const who = isPresumed ? `Prometheus (${presumption("prometheus")})` : listedEndpoints(prometheus.endpoints);
      const [actor] = prometheus.endpoints;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        direction: "ingress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} is to be scraped on ${formatConnections(ports)}, and ${who} may not reach it there.`,
        consequence: "Its metrics are missing, and alerts that need them stay silent.",
        advice: `Admit ${who} on ${formatConnections(ports)}.`,
        certainty: isPresumed ? "conditional" : "proved",
        witness: isPresumed || !actor ? undefined : context.witness(actor, subject, "deny", ports),
      };
    }
  },
};

/** The ports somebody asks to have scraped: by annotations of the pod, or a PodMonitor that selects it. */
function scraped({ cluster }: FindingContext, { members, namespace = "" }: Endpoint): ConnectionSet {
  const pod = members[0]?.pods[0];
  if (!pod) return ConnectionSet.NONE;
  const port = Number(pod.annotations.get("prometheus.io/port"));
  const annotated = pod.annotations.get("prometheus.io/scrape") === "true" && port > 0 ? [port] : [];
  const monitors = cluster.controls.monitors.filter(
    (monitor) =>
      monitor.kind === "PodMonitor" &&
      (monitor.namespaces === "any" || monitor.namespaces.includes(namespace)) &&
      matches(monitor.selector, pod.labels).holds,
  );
  const named = monitors
    .flatMap(({ ports }) => ports)
    .flatMap((one) => (typeof one === "number" ? one : (pod.ports.find(({ name }) => name === one)?.port ?? [])));
  return [...annotated, ...named].reduce(
    (set, one) => set.union(ConnectionSet.ports("TCP", one, one)),
    ConnectionSet.NONE,
  );
}
