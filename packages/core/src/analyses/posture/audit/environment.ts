import type { Node, Pod } from "../../../model/cluster.ts";
import type { Taint } from "../../../model/security.ts";
import { attackOn, stepsOf } from "../../findings/attack.ts";
import { environmentCrossing, mixedNamespaces } from "../../findings/npg213.ts";
import { enforcementOf } from "../../findings/npg501.ts";
import { segmentationEditable } from "../../findings/npg505.ts";
import { type Observation, observationsOf } from "../../findings/rule.ts";
import { isSystem } from "../../findings/severity.ts";
import { listed } from "../../findings/words.ts";
import { isTolerated, mayRunOn } from "../../scheduling.ts";
import { type AuditRule, against, type Evidence, some, unknown } from "./row.ts";

const TOPIC = "environment and controls";

export const environments: AuditRule = {
  id: "ZT32",
  topic: TOPIC,
  claim: "Environments are apart, and nothing runs in namespace default",
  controls: { CIS: ["5.6.1", "5.6.4"], "PCI-DSS": ["6.5.3"], NIST: ["800-190 3.3.4"] },
  look(context) {
    if (context.subjects.length === 0) return unknown("the input has no workload");
    const crossings = observationsOf(context, environmentCrossing);
    const byDefault = context.subjects.filter(({ namespace }) => namespace === "default");
    const written = byDefault.map(({ members }) => members[0]?.pods[0]?.span);
    const mixed = mixedNamespaces(context);
    const evidence: readonly Evidence[] = [
      ...crossings.map(evidenceOf),
      ...mixed.map(({ namespace, stages }) => ({
        object: `Namespace ${namespace}`,
        says: `has workloads of ${listed(stages)}`,
        span: context.namespaces.find(({ name }) => name === namespace)?.span,
      })),
      ...(byDefault.length > 0
        ? [
            {
              object: "Namespace default",
              says: `has ${some(byDefault.length, "workload")}, or they are written without a namespace`,
              span: written[0],
            },
          ]
        : []),
    ];
    return against(
      crossings.length > 0 ? "fail" : "warn",
      evidence,
      crossings.length > 0
        ? "a weaker environment reaches a stronger one"
        : mixed.length > 0
          ? "one namespace holds several environments"
          : "namespace default is where the unplaced ends up",
      "no environment that names itself reaches a stronger one",
    );
  },
};

/** Security agents, by the names of their DaemonSets. */
const AGENTS =
  /(falco|tetragon|cilium|calico|antrea|kube-router|twistlock|sysdig|aqua|crowdstrike|defender|tracee|neuvector|datadog|wazuh|osquery|kubearmor)/;

/** The taint of control planes where nobody changed it. */
const CONTROL_PLANE: Taint = { key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" };

export const agentsEverywhere: AuditRule = {
  id: "ZT33",
  topic: TOPIC,
  claim: "Agents that guard nodes run on every node",
  controls: { "PCI-DSS": ["11.5.1"], NIST: ["800-190 4.5"] },
  look({ cluster: { workloads, pods, nodes } }) {
    const agents = workloads.filter(({ kind, name }) => kind === "DaemonSet" && AGENTS.test(name));
    if (agents.length === 0) return unknown("no DaemonSet of the input is known to guard nodes");
    const evidence = agents.flatMap(({ id, span }): readonly Evidence[] => {
      const pod = pods.find(({ workload }) => workload === id);
      const gap = pod && gapOf(pod, nodes);
      return gap === undefined ? [] : [{ object: id, says: gap, span }];
    });
    const shown = nodes.length > 0;
    if (evidence.length > 0) return { verdict: shown ? "fail" : "warn", because: "some nodes are left out", evidence };
    return {
      verdict: "pass",
      because: shown
        ? "all nodes of the input are covered"
        : "nothing keeps them from any node, as far as taints are the usual ones",
    };
  },
};

/** Why a DaemonSet's pod is not on every node. */
function gapOf({ spec }: Pod, nodes: readonly Node[]): string | undefined {
  if (spec.nodeSelector.size > 0 && nodes.length === 0) return "asks for labels of nodes, and the input has no Node";
  const missed = nodes.filter((node) => !mayRunOn(spec, node));
  if (missed.length > 0) return `does not run on ${listed(missed.map(({ name }) => name))}`;
  if (nodes.length === 0 && !isTolerated([CONTROL_PLANE], spec.tolerations))
    return "does not tolerate the usual taint of control planes";
  return spec.nodeAffinity ? "has a node affinity, which is not evaluated" : undefined;
}

export const auditsRun: AuditRule = {
  id: "ZT35",
  topic: TOPIC,
  claim: "Somebody scans the cluster and its images for known flaws",
  controls: { "PCI-DSS": ["11.3.1"] },
  look: () => ({ verdict: "not-assessable", because: "manifests do not show what is run against them" }),
};

export const compliant: AuditRule = {
  id: "ZT36",
  topic: TOPIC,
  claim: "The organisation complies with HIPAA, the GDPR or PCI DSS",
  controls: {},
  look: () => ({
    verdict: "not-assessable",
    because: "that is for people to say; what is listed here supports evidence for them",
  }),
};

export const enforced: AuditRule = {
  id: "ZT37",
  topic: TOPIC,
  claim: "The network plugin enforces NetworkPolicy",
  controls: { CIS: ["5.3.1"], "PCI-DSS": ["1.2.1"], NIST: ["800-53 SC-7"] },
  look(context) {
    const enforcement = enforcementOf(context);
    if (enforcement.is === "unknown")
      return unknown("no network plugin is in the input; if it does not, every flow is allowed");
    const { name, proviso, object, span } = enforcement.plugin;
    const evidence = [{ object, says: `is ${name}`, span }];
    switch (enforcement.is) {
      case "shown":
        return { verdict: "pass", because: `${name} does`, evidence };
      case "if-told":
        return { verdict: "warn", because: `${name} may; it takes ${proviso}`, evidence };
      case "absent":
        return { verdict: "fail", because: `${name} does not, so that every flow is allowed`, evidence };
    }
  },
};

export const controlsGuarded: AuditRule = {
  id: "ZT38",
  topic: TOPIC,
  claim: "No application may change policies, webhooks or the labels of namespaces",
  controls: { CIS: ["5.1.3"], "PCI-DSS": ["7.2.1", "1.2.8"], NIST: ["800-53 AC-6", "800-53 CM-5"] },
  look(context) {
    if (context.cluster.identities.bindings.length === 0)
      return unknown("the input has no RoleBinding or ClusterRoleBinding");
    const reached = observationsOf(context, segmentationEditable);
    const { facts } = context.once(attackOn).graph;
    const may = stepsOf(context, ["RB-NETPOL", "RB-NSLABEL", "RB-HOOK"]).flatMap(({ needs, because, evidence }) => {
      const holder = facts[needs[0] ?? -1]?.name.replace(/^serviceaccount:/, "") ?? "";
      const isOther = evidence.length > 0 && !isSystem(holder.split("/")[0] ?? "");
      return isOther ? [{ object: `ServiceAccount ${holder}`, says: because, span: evidence[0] }] : [];
    });
    if (reached.length > 0)
      return {
        verdict: "fail",
        because: "accounts that may can be had from outside",
        evidence: reached.map(evidenceOf),
      };
    return against(
      "warn",
      [...new Map(may.map((one) => [`${one.object} ${one.says}`, one])).values()],
      "accounts may, and none of them can be had from outside as far as the input shows",
      "no account of an application may",
    );
  },
};

function evidenceOf({ about, fact, span }: Observation): Evidence {
  return { object: about, says: fact.replace(/\.$/, ""), span };
}
