import type { Pod } from "../../../model/cluster.ts";
import type { Container, Volume } from "../../../model/security.ts";

/** The levels of the Pod Security Standards, the laxest first. */
export const POD_SECURITY_LEVELS = ["privileged", "baseline", "restricted"] as const;

export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

export interface PodSecurity {
  readonly level: PodSecurityLevel;
  /** Why it is not of the next level, in words. */
  readonly because: readonly string[];
}

/** The strictest level a pod would be admitted under. Source: kubernetes.io Pod Security Standards, as of 1.34. */
export function podSecurity(pod: Pod): PodSecurity {
  const breaking = baselineFaults(pod);
  if (breaking.length > 0) return { level: "privileged", because: breaking };
  const lacking = restrictedFaults(pod);
  return lacking.length > 0 ? { level: "baseline", because: lacking } : { level: "restricted", because: [] };
}

/** Which of two levels asks for more. */
export function isStricter(a: PodSecurityLevel, b: PodSecurityLevel): boolean {
  return POD_SECURITY_LEVELS.indexOf(a) > POD_SECURITY_LEVELS.indexOf(b);
}

const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);

const SELINUX_TYPES: ReadonlySet<string> = new Set([
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
]);

function baselineFaults({ network, spec }: Pod): readonly string[] {
  const { hostPID, hostIPC, hostPorts, volumes, containers, sysctls = [] } = spec;
  return [
    ...(network === "host" ? ["hostNetwork"] : []),
    ...(hostPID ? ["hostPID"] : []),
    ...(hostIPC ? ["hostIPC"] : []),
    ...volumes.flatMap((volume) => (volume.kind === "hostPath" ? [`hostPath ${volume.path}`] : [])),
    ...hostPorts.map(({ hostPort }) => `hostPort ${hostPort}`),
    ...sysctls.filter((name) => !SAFE_SYSCTLS.has(name)).map((name) => `sysctl ${name}`),
    ...containers.flatMap(containerFaults),
  ];
}

function containerFaults({ name, security, probedHosts = [] }: Container): readonly string[] {
  const { privileged, addedCapabilities, appArmor, procMount, seccomp, seLinux = {}, hostProcess } = security;
  const { type, user, role } = seLinux;
  const faults = [
    ...(privileged ? ["privileged"] : []),
    ...(hostProcess ? ["hostProcess"] : []),
    ...addedCapabilities.filter((one) => !BASELINE_CAPABILITIES.has(one)).map((one) => `capability ${one}`),
    ...(appArmor === "Unconfined" ? ["AppArmor unconfined"] : []),
    ...(seccomp === "Unconfined" ? ["seccomp unconfined"] : []),
    ...(procMount !== undefined && procMount !== "Default" ? [`procMount ${procMount}`] : []),
    ...((type !== undefined && !SELINUX_TYPES.has(type)) || user !== undefined || role !== undefined
      ? ["SELinux options"]
      : []),
    ...probedHosts.map((host) => `a probe or hook that calls ${host}`),
  ];
  return faults.map((fault) => `${fault} of container ${name}`);
}

const RESTRICTED_VOLUMES: ReadonlySet<Volume["kind"]> = new Set<Volume["kind"]>([
  "configMap",
  "csi",
  "emptyDir",
  "claimTemplate",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** What a pod that passes baseline lacks for restricted. Windows knows no capabilities, seccomp or privilege escalation. */
function restrictedFaults({ spec: { volumes, containers, os } }: Pod): readonly string[] {
  const isAllowed = (volume: Volume) =>
    RESTRICTED_VOLUMES.has(volume.kind) || (volume.kind === "other" && volume.type === "downwardAPI");
  return [
    ...volumes
      .filter((one) => !isAllowed(one))
      .map((one) => `volume ${one.name} of type ${one.kind === "other" ? one.type : one.kind}`),
    ...containers.flatMap((container) => lackingIn(container, os === "windows")),
  ];
}

function lackingIn({ name, security }: Container, isWindows: boolean): readonly string[] {
  const { allowPrivilegeEscalation, runAsNonRoot, runAsUser, seccomp, addedCapabilities, droppedCapabilities } =
    security;
  const linux = [
    ...(allowPrivilegeEscalation === false ? [] : ["allowPrivilegeEscalation: false"]),
    ...(seccomp === "RuntimeDefault" || seccomp === "Localhost" ? [] : ["a seccomp profile"]),
    ...(droppedCapabilities.includes("ALL") && addedCapabilities.every((one) => one === "NET_BIND_SERVICE")
      ? []
      : ["drop: [ALL]"]),
  ];
  const lacking = [
    ...(runAsNonRoot === true ? [] : ["runAsNonRoot: true"]),
    ...(runAsUser === 0 ? ["a user other than 0"] : []),
    ...(isWindows ? [] : linux),
  ];
  return lacking.length > 0 ? [`container ${name} lacks ${lacking.join(", ")}`] : [];
}
