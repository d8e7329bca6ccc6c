import type { Node, Pod } from "../../../model/cluster.ts";
import type { Container } from "../../../model/security.ts";
import type { Escape } from "../escape.ts";
import type { FactIndex } from "../fact.ts";
import { nodeName } from "../nodes.ts";
import type { PodSetting } from "../pod-settings.ts";
import type { Site } from "../site.ts";
import { hostPathEscapes } from "./host-paths.ts";

/** ESC-*: from a pod to the node it runs on. */
export function escapeEdges(site: Site): void {
  const { builder, footholds, nodes } = site;
  for (const foothold of footholds) {
    const escapes = foothold.pods.flatMap((pod) =>
      escapesOf(pod, site).map((found) => ({ ...found, workload: pod.workload })),
    );
    for (const { gives, span, setting, workload, ...found } of escapes) {
      for (const node of nodes.of(foothold)) {
        builder.add({
          ...found,
          needs: [foothold.own],
          gives: targetOf(site, gives, node),
          because: `${foothold.id}: ${found.because}`,
          evidence: [span],
          fix: `${found.fix} in ${foothold.id}`,
          change: { workload, ...setting },
        });
      }
    }
  }
}

function targetOf({ builder, nodes }: Site, gives: Escape["gives"], node: string): FactIndex {
  if (gives === "node") return nodes.root(node);
  return builder.fact("hub", `${gives} on ${nodeName(node)}`);
}

function escapesOf(pod: Pod, { cluster }: Site): readonly Escape[] {
  const { spec } = pod;
  const privileged = spec.containers.flatMap((container) => privilegedEscape(container));
  return [
    ...privileged,
    ...spec.containers.flatMap((container) => capabilityEscapes(container, pod, cluster.nodes)),
    ...(spec.hostPID ? [environmentEscape(pod)] : []),
    ...spec.volumes.flatMap((volume) => (volume.kind === "hostPath" ? hostPathEscapes(volume, pod) : [])),
  ];
}

function privilegedEscape({ name, security, span }: Container): readonly Escape[] {
  if (!security.privileged) return [];
  return [
    {
      edge: "ESC-PRIV",
      gives: "node",
      cost: 1,
      certainty: "proved",
      because: `container ${name} is privileged`,
      span: security.places.privileged ?? span,
      fix: `drop privileged from container ${name}`,
      setting: { kind: "unprivileged", container: name },
    },
  ];
}

function capabilityEscapes(container: Container, pod: Pod, nodes: readonly Node[]): readonly Escape[] {
  const { name, security, span } = container;
  const has = (capability: string) =>
    security.addedCapabilities.includes(capability) || security.addedCapabilities.includes("ALL");
  const at = security.places.capabilities ?? span;
  const without = (...dropped: readonly string[]): PodSetting => ({
    kind: "capabilities",
    container: name,
    keep: security.addedCapabilities.filter((one) => one !== "ALL" && !dropped.includes(one)),
  });
  const both = pod.spec.hostPID && has("SYS_PTRACE") && has("SYS_ADMIN");
  const doubt = tracingDoubt(container, pod, nodes);
  const tracing: Escape = {
    edge: "ESC-PID",
    gives: "node",
    cost: 2,
    ...(doubt === "confined" || doubt === undefined ? { certainty: "proved" as const } : doubt),
    because: `container ${name} sees the node's processes and may trace them`,
    span: at,
    fix: `drop SYS_PTRACE, SYS_ADMIN or hostPID from container ${name}`,
    setting: without("SYS_PTRACE"),
  };
  const loading: Escape = {
    edge: "ESC-MOD",
    gives: "node",
    cost: has("SYS_MODULE") ? 1 : 3,
    certainty: has("SYS_MODULE") ? "proved" : "conditional",
    because: `container ${name} has the capability ${has("SYS_MODULE") ? "SYS_MODULE" : "SYS_ADMIN"}`,
    ...(!has("SYS_MODULE") && { assumption: "its seccomp and AppArmor profiles do not confine it" }),
    span: at,
    fix: `drop the capability from container ${name}`,
    setting: without("SYS_MODULE", "SYS_ADMIN"),
  };
  return [
    ...(both && doubt !== "confined" ? [tracing] : []),
    ...(has("SYS_MODULE") || has("SYS_ADMIN") ? [loading] : []),
  ];
}

/**
 * Whether AppArmor keeps a container from tracing the node's processes. The runtime's own profile does; it is what Kubernetes
 * gives a container of which nothing is said since 1.31, on nodes that have AppArmor. The field counts before the annotation.
 */
function tracingDoubt(
  { name, security }: Container,
  pod: Pod,
  nodes: readonly Node[],
): "confined" | Pick<Escape, "certainty" | "assumption"> | undefined {
  const annotated = pod.annotations.get(`container.apparmor.security.beta.kubernetes.io/${name}`) ?? "";
  const profile = security.appArmor?.toLowerCase() ?? annotated;
  if (profile === "unconfined") return undefined;
  if (profile === "runtimedefault" || profile === "runtime/default") return "confined";
  if (profile.startsWith("localhost"))
    return { certainty: "conditional", assumption: "its AppArmor profile lets it trace" };
  const possible = nodes.filter((node) => pod.node === undefined || node.name === pod.node);
  if (possible.length > 0 && possible.every(isBeforeProfiles))
    return {
      certainty: "assumed",
      assumption: "the runtime gives it no AppArmor profile, which Kubernetes asks for since 1.31",
    };
  return { certainty: "conditional", assumption: "AppArmor does not confine it, as before Kubernetes 1.31" };
}

function isBeforeProfiles({ kubeletVersion = "" }: Node): boolean {
  const minor = /^v?1\.(\d+)/.exec(kubeletVersion)?.[1];
  return minor !== undefined && Number(minor) < 31;
}

function environmentEscape({ spec, span }: Pod): Escape {
  return {
    edge: "ESC-PIDREAD",
    gives: "variables",
    cost: 2,
    certainty: "conditional",
    because: "it shares the node's process namespace",
    assumption: "it runs as the user of the processes it looks at, or as root",
    span: spec.places.hostPID ?? span,
    fix: "drop hostPID",
    setting: { kind: "own-namespace", field: "hostPID" },
  };
}
