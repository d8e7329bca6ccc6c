import type { Endpoint } from "../../../engine/endpoints.ts";
import { MESH_ROOT } from "../../../model/control.ts";
import { guardOf, TCP as MESH_TCP } from "../../attack/guards.ts";
import type { FindingContext } from "../../findings/context.ts";
import { isSystem } from "../../findings/severity.ts";
import { spanOf } from "../../findings/subjects.ts";
import { listed, listedEndpoints } from "../../findings/words.ts";
import { enrolment, isEnrolled, isStrict, meshIn, mtlsMode } from "../../mesh.ts";
import { type AuditRule, against, type Evidence, type Outcome, some, unknown } from "./row.ts";

const TOPIC = "service mesh";

const NO_MESH = "the input shows no service mesh";

/** Workloads outside system namespaces and the mesh's own. */
function applications({ subjects }: FindingContext): readonly Endpoint[] {
  return subjects.filter(({ namespace = "" }) => !isSystem(namespace) && namespace !== MESH_ROOT);
}

function withIstio(context: FindingContext, judge: (subjects: readonly Endpoint[]) => Outcome): Outcome {
  const mesh = context.once(meshIn);
  if (mesh === undefined) return unknown(NO_MESH);
  if (mesh !== "istio") return unknown(`objects of ${mesh} are not evaluated`);
  const subjects = applications(context);
  return subjects.length === 0 ? unknown("the input has no workload of an application") : judge(subjects);
}

export const strictMtls: AuditRule = {
  id: "ZT21",
  topic: TOPIC,
  claim: "Workloads take nothing but mutual TLS",
  controls: { HIPAA: ["164.312(e)(1)"], GDPR: ["32(1)(a)"], NIST: ["800-53 SC-8"] },
  look: (context) =>
    withIstio(context, (subjects) => {
      if (context.cluster.controls.peerAuthentications.length === 0 && !isInstalled(context))
        return unknown("no PeerAuthentication and nothing of Istio itself is in the input");
      const lax = subjects.filter((subject) => !isStrict(context, subject));
      return against(
        "fail",
        lax.map((subject) => ({ object: subject.id, says: laxity(context, subject), span: spanOf(context, subject) })),
        `${lax.length} of ${some(subjects.length, "workload")} ${lax.length === 1 ? "takes" : "take"} plain text as well`,
        "every workload takes mutual TLS only",
      );
    }),
};

function isInstalled({ cluster }: FindingContext): boolean {
  return cluster.workloads.some(({ namespace, name }) => namespace === MESH_ROOT && name.startsWith("istiod"));
}

function laxity(context: FindingContext, { members }: Endpoint): string {
  const pod = members[0]?.pods[0];
  if (!pod) return "has no pod";
  const enrolled = enrolment(context, pod);
  if (enrolled === "not") return "is not part of the mesh";
  if (enrolled === "unknown")
    return "is in a namespace the input does not have, so that it may not be part of the mesh";
  const mode = mtlsMode(context, pod);
  if (mode !== "STRICT") return mode === "DISABLE" ? "has mutual TLS turned off" : "is PERMISSIVE";
  const hole = pod.ports.find(({ port }) => mtlsMode(context, pod, port) !== "STRICT");
  return `is STRICT but for port ${hole?.port ?? "?"}`;
}

export const enrolled: AuditRule = {
  id: "ZT22",
  topic: TOPIC,
  claim: "Every workload is part of the mesh, on every port",
  controls: {},
  look: (context) =>
    withIstio(context, (subjects) => {
      const states = subjects.map((subject) => ({ subject, is: stateOf(context, subject) }));
      const out = states.filter(({ is }) => !isEnrolled(is.state));
      const evidence = out.map(({ subject, is }) => ({
        object: subject.id,
        says: is.says,
        span: spanOf(context, subject),
      }));
      if (out.length > 0 && out.every(({ is }) => is.state === "unknown"))
        return unknown("namespaces of these workloads are not in the input", evidence);
      return against(
        "warn",
        evidence,
        `${out.length} of ${some(subjects.length, "workload")} are not, or not wholly`,
        "all are",
      );
    }),
};

const EXCLUSIONS = [
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
] as const;

function stateOf(context: FindingContext, { members }: Endpoint) {
  const pod = members[0]?.pods[0];
  if (!pod) return { state: "unknown", says: "has no pod" } as const;
  if (pod.network === "host") return { state: "not", says: "is on the host network, which no proxy serves" } as const;
  const state = enrolment(context, pod);
  if (state === "unknown") return { state, says: "is in a namespace the input does not have" } as const;
  if (state === "not") return { state, says: "nothing enrols it" } as const;
  const excluded = state === "sidecar" && EXCLUSIONS.find((key) => (pod.annotations.get(key) ?? "") !== "");
  return excluded ? ({ state: "not", says: `has ${excluded}` } as const) : ({ state, says: "" } as const);
}

export const meshDenies: AuditRule = {
  id: "ZT23",
  topic: TOPIC,
  claim: "The mesh lets through only what a policy of it allows",
  controls: { "MS-MATRIX": ["MS-M9009"], NIST: ["800-53 AC-4"] },
  look: (context) =>
    withIstio(context, (subjects) => {
      const policies = context.cluster.controls.authorizationPolicies;
      const allows = policies.filter(({ action }) => action === "ALLOW" || action === "");
      const isFor = (namespace: string, selector: ReadonlyMap<string, string> | undefined, subject: Endpoint) =>
        (namespace === subject.namespace || namespace === MESH_ROOT) &&
        subject.members.every(({ pods }) =>
          pods.every(({ labels }) => [...(selector ?? [])].every(([key, value]) => labels.values.get(key) === value)),
        );
      const open: readonly Evidence[] = allows
        .filter(({ rules }) => rules === "everything")
        .map(({ namespace, name, span }) => ({
          object: `AuthorizationPolicy ${namespace}/${name}`,
          says: "has a rule without any condition, which allows everything",
          span,
        }));
      const bare = subjects.filter(
        (subject) => !allows.some(({ namespace, selector }) => isFor(namespace, selector, subject)),
      );
      const evidence = [
        ...open,
        ...bare.map((subject) => ({
          object: subject.id,
          says: "no ALLOW policy is for it, so the mesh allows what none denies",
          span: spanOf(context, subject),
        })),
      ];
      return against(
        "fail",
        evidence,
        "the mesh allows what nobody asked for",
        "an ALLOW policy is for every workload",
      );
    }),
};

export const layersAgree: AuditRule = {
  id: "ZT24",
  topic: TOPIC,
  claim: "The mesh and the network policies allow the same",
  controls: {},
  look(context) {
    const mesh = context.once(meshIn);
    if (mesh === undefined) return unknown(NO_MESH);
    const guarded = applications(context).flatMap((subject) => {
      const side = layersAt(context, subject);
      return side ? [{ subject, ...side }] : [];
    });
    if (guarded.length === 0) return unknown("no policy of the mesh is known to refuse anybody for certain");
    const evidence = guarded.flatMap(({ subject, meshAlone, policiesAlone }): readonly Evidence[] => {
      const says = [
        ...(meshAlone.length > 0 ? [`the mesh alone keeps out ${listedEndpoints(meshAlone)}`] : []),
        ...(policiesAlone.length > 0 ? [`network policies alone keep out ${listedEndpoints(policiesAlone)}`] : []),
      ];
      return says.length > 0 ? [{ object: subject.id, says: listed(says), span: spanOf(context, subject) }] : [];
    });
    return against(
      "warn",
      evidence,
      `of ${some(guarded.length, "workload")} the mesh guards, ${evidence.length} ${evidence.length === 1 ? "has" : "have"} callers that one layer keeps out and the other lets in`,
      `of ${some(guarded.length, "workload")} the mesh guards, both layers let in the same callers`,
    );
  },
};

/** Callers within the cluster that one of the layers keeps from a workload and the other does not; nothing where the mesh has no guard. */
function layersAt(context: FindingContext, subject: Endpoint) {
  const declared = context.declaredPorts(subject).intersect(MESH_TCP);
  const ports = declared.isEmpty ? MESH_TCP : declared;
  const guard = guardOf(context.cluster, { endpoint: subject }, ports);
  if (!guard) return undefined;
  const callers = applications(context).filter((one) => one !== subject);
  const isLetIn = (from: Endpoint) => !context.allowed(from, subject).intersect(ports).isEmpty;
  const isAdmitted = ({ members }: Endpoint) => {
    const pods = members.flatMap((member) => member.pods);
    return pods.some(
      (pod) =>
        isEnrolled(enrolment(context, pod)) &&
        guard.admits({ namespace: pod.namespace, name: pod.spec.serviceAccountName }),
    );
  };
  return {
    meshAlone: callers.filter((from) => isLetIn(from) && !isAdmitted(from)),
    policiesAlone: callers.filter((from) => !isLetIn(from) && isAdmitted(from)),
  };
}

/** Settings of Cilium that encrypt what goes from node to node. */
const CILIUM_KEYS = ["enable-wireguard", "enable-ipsec"] as const;

export const nodeEncryption: AuditRule = {
  id: "ZT25",
  topic: TOPIC,
  claim: "The network plugin encrypts what goes from node to node",
  controls: { HIPAA: ["164.312(e)(1)"], GDPR: ["32(1)(a)"], NIST: ["800-53 SC-8"] },
  look({ cluster: { storage, controls } }) {
    const cilium = storage.configMaps.find(({ name }) => name === "cilium-config");
    if (cilium) {
      const on = cilium.entries.find(({ key, value }) => CILIUM_KEYS.some((one) => one === key) && value === "true");
      const object = `ConfigMap ${cilium.namespace}/${cilium.name}`;
      return on
        ? {
            verdict: "pass",
            because: "Cilium is told to",
            evidence: [{ object, says: `${on.key} is true`, span: on.span }],
          }
        : {
            verdict: "warn",
            because: "Cilium is not told to; a mesh may do it in its place",
            evidence: [{ object, says: "has neither enable-wireguard nor enable-ipsec", span: cilium.span }],
          };
    }
    const { felixConfigurations } = controls;
    const felix = felixConfigurations.find(({ wireguard }) => wireguard) ?? felixConfigurations[0];
    if (!felix) return unknown("no settings of a network plugin are in the input");
    const object = `FelixConfiguration ${felix.name}`;
    return felix.wireguard
      ? {
          verdict: "pass",
          because: "Calico is told to",
          evidence: [{ object, says: "turns WireGuard on", span: felix.span }],
        }
      : {
          verdict: "warn",
          because: "Calico is not told to; a mesh may do it in its place",
          evidence: [{ object, says: "does not set wireguardEnabled", span: felix.span }],
        };
  },
};
