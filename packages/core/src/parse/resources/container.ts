import type { Container, ContainerSecurity, EnvSource, EnvVar, HostPort, Mount } from "../../model/security.ts";
import type { Span } from "../../model/source.ts";
import { type Field, readBoolean, readInteger, readMap, readString } from "../field.ts";
import { readProtocol } from "../protocol.ts";
import { present, readEach, readStrings } from "./values.ts";

/** A container with what it inherits from its pod's security context. */
export function readContainer(container: Field, list: "containers" | "initContainers", pod: Inherited): Container {
  const restarts = list === "initContainers" && readString(container.child("restartPolicy")) === "Always";
  return {
    name: readString(container.child("name")) ?? "",
    image: readString(container.child("image")) ?? "",
    kind: list === "containers" ? "main" : restarts ? "sidecar" : "init",
    command: readStrings(container.child("command")),
    args: readStrings(container.child("args")),
    env: readEach(container.child("env"), readVariable),
    envFrom: readEach(container.child("envFrom"), readEnvSource),
    mounts: readEach(container.child("volumeMounts"), readMount),
    ...readProbedHosts(container),
    security: readSecurity(readMap(container.child("securityContext")), pod),
    span: nameSpan(container),
  };
}

/** Where a list item says its name; its own place otherwise. */
export function nameSpan(item: Field): Span {
  return (item.child("name") ?? item).span;
}

/** What a pod's security context says for all of its containers. */
export type Inherited = Pick<
  ContainerSecurity,
  "runAsUser" | "runAsNonRoot" | "seccomp" | "appArmor" | "seLinux" | "hostProcess"
>;

export function readInherited(context: Field | undefined): Inherited {
  return present({
    runAsUser: readInteger(context?.child("runAsUser")),
    runAsNonRoot: readBoolean(context?.child("runAsNonRoot")),
    seccomp: readString(readMap(context?.child("seccompProfile"))?.child("type")),
    appArmor: readString(readMap(context?.child("appArmorProfile"))?.child("type")),
    seLinux: readSeLinux(readMap(context?.child("seLinuxOptions"))),
    hostProcess: readBoolean(readMap(context?.child("windowsOptions"))?.child("hostProcess")),
  });
}

function readSeLinux(options: Field | undefined) {
  if (!options) return undefined;
  return present({
    type: readString(options.child("type")) || undefined,
    user: readString(options.child("user")) || undefined,
    role: readString(options.child("role")) || undefined,
  });
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

function readProbedHosts(container: Field): Pick<Container, "probedHosts"> {
  const lifecycle = readMap(container.child("lifecycle"));
  const hooks = [lifecycle?.child("postStart"), lifecycle?.child("preStop")];
  const hosts = [...PROBES.map((probe) => container.child(probe)), ...hooks].flatMap((field) => {
    const probe = readMap(field);
    return [probe?.child("httpGet"), probe?.child("tcpSocket")].flatMap(
      (action) => readString(readMap(action)?.child("host")) || [],
    );
  });
  return hosts.length > 0 ? { probedHosts: [...new Set(hosts)] } : {};
}

function readSecurity(context: Field | undefined, pod: Inherited): ContainerSecurity {
  if (!context) return { privileged: false, addedCapabilities: [], droppedCapabilities: [], ...pod, places: {} };
  const capabilities = readMap(context.child("capabilities"));
  return {
    privileged: readBoolean(context.child("privileged")) ?? false,
    addedCapabilities: readStrings(capabilities?.child("add")).map(capability),
    droppedCapabilities: readStrings(capabilities?.child("drop")).map(capability),
    ...pod,
    ...readInherited(context),
    ...present({
      allowPrivilegeEscalation: readBoolean(context.child("allowPrivilegeEscalation")),
      readOnlyRootFilesystem: readBoolean(context.child("readOnlyRootFilesystem")),
      procMount: readString(context.child("procMount")),
    }),
    places: present({ privileged: context.child("privileged")?.span, capabilities: capabilities?.span }),
  };
}

function capability(written: string): string {
  return written.toUpperCase().replace(/^CAP_/, "");
}

function readVariable(variable: Field): EnvVar | undefined {
  const name = readString(variable.child("name"));
  if (!name) return undefined;
  const at = { name, span: nameSpan(variable) };
  const from = readMap(variable.child("valueFrom"));
  if (!from) return { ...at, kind: "value", value: readString(variable.child("value")) ?? "" };
  const secret = readMap(from.child("secretKeyRef"));
  if (secret) return { ...at, kind: "secret", secret: nameOf(secret), ...keyOf(secret) };
  const configMap = readMap(from.child("configMapKeyRef"));
  return configMap
    ? { ...at, kind: "configMap", configMap: nameOf(configMap), ...keyOf(configMap) }
    : { ...at, kind: "own" };
}

function nameOf(reference: Field): string {
  return readString(reference.child("name")) ?? "";
}

function keyOf(reference: Field) {
  return { key: readString(reference.child("key")) ?? "", optional: isOptional(reference) };
}

export function isOptional(reference: Field): boolean {
  return readBoolean(reference.child("optional")) ?? false;
}

function readEnvSource(source: Field): EnvSource | undefined {
  const secret = readMap(source.child("secretRef"));
  const reference = secret ?? readMap(source.child("configMapRef"));
  if (!reference) return undefined;
  return {
    kind: secret ? "secret" : "configMap",
    name: nameOf(reference),
    prefix: readString(source.child("prefix")) ?? "",
    optional: isOptional(reference),
    span: nameSpan(reference),
  };
}

function readMount(mount: Field): Mount | undefined {
  const volume = readString(mount.child("name"));
  if (!volume) return undefined;
  const subPath = readString(mount.child("subPath")) ?? readString(mount.child("subPathExpr"));
  return {
    volume,
    path: readString(mount.child("mountPath")) ?? "",
    readOnly: readBoolean(mount.child("readOnly")) ?? false,
    ...(subPath && { subPath }),
  };
}

/** The ports of a container that are open on its node too. */
export function readHostPorts(container: Field): readonly HostPort[] {
  const name = readString(container.child("name")) ?? "";
  return readEach(container.child("ports"), (port) => {
    const hostPort = port.child("hostPort") && readInteger(port.child("hostPort"));
    if (!hostPort || hostPort < 1 || hostPort > 65535) return undefined;
    const hostIP = readString(port.child("hostIP"));
    return {
      container: name,
      hostPort,
      ...(hostIP && { hostIP }),
      containerPort: readInteger(port.child("containerPort")) ?? hostPort,
      protocol: readProtocol(port),
      span: (port.child("hostPort") ?? port).span,
    };
  });
}
