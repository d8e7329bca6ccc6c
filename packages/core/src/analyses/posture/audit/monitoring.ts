import type { Cluster } from "../../../model/cluster.ts";
import { monitoringBlinded } from "../../findings/npg604.ts";
import { imageName } from "../../findings/presumed.ts";
import { observationsOf } from "../../findings/rule.ts";
import { apiServers } from "./accounts.ts";
import { type AuditRule, type Evidence, some, unknown } from "./row.ts";

const TOPIC = "monitoring";

/** What watches, by the names of its images, and kinds of objects of its operators. */
const WATCHING =
  /^(prometheus|alertmanager|grafana|loki|promtail|alloy|tempo|jaeger|opentelemetry-collector\w*|otel-collector|fluentd|fluent-bit|vector|elasticsearch|kibana|logstash|filebeat|metricbeat|datadog-agent|agent-datadog|newrelic-infrastructure|falco|dynatrace-oneagent|splunk-otel-collector|victoria-metrics|vmagent|node-exporter|kube-state-metrics)$/;
const WATCHING_KINDS: ReadonlySet<string> = new Set([
  "Prometheus",
  "Alertmanager",
  "PrometheusRule",
  "Grafana",
  "OpenTelemetryCollector",
  "ClusterLogForwarder",
  "DatadogAgent",
  "VMAgent",
]);

export const monitored: AuditRule = {
  id: "ZT29",
  topic: TOPIC,
  claim: "Something watches the workloads, and is let to",
  controls: { "PCI-DSS": ["10.4.1"], HIPAA: ["164.312(b)"], NIST: ["800-53 SI-4"] },
  look(context) {
    const evidence = [...watchers(context.cluster), ...watchingKinds(context.cluster)];
    const blinded = observationsOf(context, monitoringBlinded);
    if (blinded.length > 0)
      return {
        verdict: "fail",
        because: `policies keep Prometheus from ${some(blinded.length, "workload")} it is to watch`,
        evidence: blinded.map(({ about, fact, span }) => ({ object: about, says: fact.replace(/\.$/, ""), span })),
      };
    return evidence.length > 0
      ? { verdict: "pass", because: "it is there; whether alerts fire, and anybody reads them, is not shown", evidence }
      : unknown("nothing in the input is known to watch");
  },
};

function watchers({ workloads, pods }: Cluster): readonly Evidence[] {
  const images = new Map(pods.map((pod) => [pod.workload, pod.spec.containers.map(imageName)]));
  return workloads.flatMap(({ id, span }): readonly Evidence[] => {
    const image = images.get(id)?.find((one) => WATCHING.test(one));
    return image === undefined ? [] : [{ object: id, says: `runs ${image}`, span }];
  });
}

function watchingKinds({ controls }: Cluster): readonly Evidence[] {
  return [
    ...controls.otherKinds
      .filter(({ kind }) => WATCHING_KINDS.has(kind))
      .map(({ kind, objects, span }) => ({ object: kind, says: `${objects} of it`, span })),
    ...controls.monitors.map(({ kind, namespace, name, span }) => ({
      object: `${kind} ${namespace}/${name}`,
      says: "names what to scrape",
      span,
    })),
  ];
}

export const flowsVisible: AuditRule = {
  id: "ZT30",
  topic: TOPIC,
  claim: "Flows between workloads are recorded",
  controls: { NIST: ["800-53 AU-12", "800-207 tenet 7"] },
  look({ cluster }) {
    const { storage, controls, networkPolicies, namespaces } = cluster;
    const cilium = storage.configMaps.find(({ name }) => name === "cilium-config");
    const hubble = cilium?.entries.find(({ key, value }) => key === "enable-hubble" && value === "true");
    const felix = controls.felixConfigurations.find(({ flowLogs }) => flowLogs);
    const telemetry = controls.otherKinds.find(
      ({ group, kind }) => group === "telemetry.istio.io" || kind === "FlowCollector",
    );
    const logging = namespaces.find(({ annotations }) => annotations.has("k8s.ovn.org/acl-logging"));
    const logged = networkPolicies.find(({ annotations }) =>
      [...(annotations?.keys() ?? [])].some(
        (key) => key === "policy.cilium.io/audit-mode" || key.endsWith("/acl-logging"),
      ),
    );
    const evidence: readonly Evidence[] = [
      ...(cilium && hubble
        ? [{ object: `ConfigMap ${cilium.namespace}/${cilium.name}`, says: "enable-hubble is true", span: hubble.span }]
        : []),
      ...(felix ? [{ object: `FelixConfiguration ${felix.name}`, says: "turns flow logs on", span: felix.span }] : []),
      ...(telemetry ? [{ object: telemetry.kind, says: `${telemetry.objects} of it`, span: telemetry.span }] : []),
      ...(logging
        ? [{ object: `Namespace ${logging.name}`, says: "has k8s.ovn.org/acl-logging", span: logging.span }]
        : []),
      ...(logged
        ? [{ object: `NetworkPolicy ${logged.namespace}/${logged.name}`, says: "asks to be logged", span: logged.span }]
        : []),
    ];
    return evidence.length > 0
      ? { verdict: "pass", because: "something is told to record them", evidence }
      : unknown("NetworkPolicy has no logging, and nothing in the input is known to record flows");
  },
};

/** Without a policy nothing is logged, wherever the log would go. */
const AUDIT_POLICY = /^--audit-policy-file(=|$)/;
const AUDIT_SINK = /^--audit-(webhook-config-file|log-path)(=|$)/;

export const audited: AuditRule = {
  id: "ZT31",
  topic: TOPIC,
  claim: "The API server keeps an audit log",
  controls: { CIS: ["3.2.1", "3.2.2"], HIPAA: ["164.312(b)"], "PCI-DSS": ["10.2.1"], NIST: ["800-53 AU-2"] },
  look({ cluster }) {
    const policy = cluster.controls.otherKinds.find(({ group, kind }) => group === "audit.k8s.io" && kind === "Policy");
    const servers = apiServers(cluster.pods);
    const has = (flag: RegExp) => (one: { readonly words: readonly string[] }) =>
      one.words.some((word) => flag.test(word));
    const flagged = servers.filter((one) => has(AUDIT_POLICY)(one) && has(AUDIT_SINK)(one));
    const evidence: readonly Evidence[] = [
      ...(policy
        ? [{ object: "audit Policy", says: "is in the input; its rules are not judged", span: policy.span }]
        : []),
      ...flagged.map(({ pod }) => ({ object: pod.id, says: "has flags for an audit log", span: pod.span })),
    ];
    const [server] = servers;
    if (flagged.length > 0 || (evidence.length > 0 && !server))
      return { verdict: "pass", because: "it is told to", evidence };
    return server
      ? {
          verdict: "fail",
          because: "the API server of the input keeps no audit log: that takes a policy and somewhere to write to",
          evidence: [
            {
              object: server.pod.id,
              says: has(AUDIT_POLICY)(server)
                ? "has neither --audit-log-path nor --audit-webhook-config-file"
                : "has no --audit-policy-file",
              span: server.pod.span,
            },
          ],
        }
      : unknown(
          "neither an audit Policy nor the API server's flags are in the input; managed clusters do not show theirs",
        );
  },
};
