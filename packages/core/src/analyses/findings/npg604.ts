import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import type { Monitor } from "../../model/control.ts";
import { type Labels, matches } from "../../model/selector.ts";
import { actorsOf } from "./actors.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { admitsUnseen } from "./npg602.ts";
import { presumption } from "./presumed.ts";
import type { FindingRule } from "./rule.ts";
import { servedPorts, servicesOf } from "./services.ts";
import { spanOf } from "./subjects.ts";
import { listedEndpoints, shortId } from "./words.ts";

export const monitoringBlinded: FindingRule = {
  id: "NPG604",
  name: "monitoring-blinded",
  severity: "medium",
  title: "Policies keep Prometheus from the port it is told to scrape",
  description:
    "A default deny is easily added without a rule for whoever watches the pods. What cannot be scraped raises no alert about itself.",
  mappings: ["availability", "monitoring"],
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

/** The ports somebody asks to have scraped: by annotations of the pod or a Service in front of it, or a monitor that selects either. */
function scraped(context: FindingContext, subject: Endpoint): ConnectionSet {
  const pod = subject.members[0]?.pods[0];
  if (!pod) return ConnectionSet.NONE;
  const services = servicesOf(context, subject).filter(({ type }) => type !== "ExternalName");
  const annotated = [
    annotatedPorts(pod.annotations, context.declaredPorts(subject)),
    ...services.map((service) => annotatedPorts(service.annotations, servedPorts(service, subject))),
  ];
  const monitored = context.cluster.controls.monitors.flatMap((monitor) => {
    const { kind, servicePorts, containerPorts } = monitor;
    const chosen = services.filter(({ namespace, labels }) => watches(monitor, namespace, { values: labels }));
    const isWatched = kind === "PodMonitor" ? watches(monitor, pod.namespace, pod.labels) : chosen.length > 0;
    if (!isWatched) return [];
    const served = chosen.map((service) => {
      const ports = service.ports.filter(({ name }) => name !== undefined && servicePorts.includes(name));
      return servedPorts({ ...service, ports }, subject);
    });
    return [...served, ...containerPorts.flatMap((one) => portOf(pod, one) ?? [])];
  });
  return [...annotated, ...monitored].reduce((set, one) => set.union(one), ConnectionSet.NONE);
}

/** The port of the pod that annotations name, or all there are where they name none, as Prometheus is usually set up to read them. */
function annotatedPorts(annotations: ReadonlyMap<string, string>, offered: ConnectionSet): ConnectionSet {
  if (annotations.get("prometheus.io/scrape") !== "true") return ConnectionSet.NONE;
  const port = Number(annotations.get("prometheus.io/port"));
  return port > 0 ? TCP(port) : offered.intersect(ConnectionSet.ports("TCP"));
}

const TCP = (port: number) => ConnectionSet.ports("TCP", port, port);

/** Whether a monitor selects an object of a namespace by its labels: a pod, or a Service by those of its own. */
function watches({ namespaces, selector }: Monitor, namespace: string, labels: Labels): boolean {
  return (namespaces === "any" || namespaces.includes(namespace)) && matches(selector, labels).holds;
}

/** A container port by its number or name; `undefined` where no container has the name. */
function portOf({ ports }: Pod, wanted: number | string): ConnectionSet | undefined {
  const port = typeof wanted === "number" ? wanted : ports.find(({ name }) => name === wanted)?.port;
  return port === undefined ? undefined : TCP(port);
}
