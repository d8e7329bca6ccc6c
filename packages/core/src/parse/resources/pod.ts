import type { PodSpec, Toleration, Volume } from "../../model/security.ts";
import { type Field, readBoolean, readMap, readString, readStringMap } from "../field.ts";
import { readContainer, readHostPorts, readInherited } from "./container.ts";
import { present, readEach, readNames } from "./values.ts";
import { readVolume } from "./volume.ts";

/** The `spec` of a pod or template, all of it but what decides verdicts. Nothing in it costs the pod its place. */
export function readSpecFacts(spec: Field | undefined): PodSpec {
  const inherited = readInherited(readMap(spec?.child("securityContext")));
  const lists = (["containers", "initContainers"] as const).map((list) => ({ list, field: spec?.child(list) }));
  return {
    containers: lists.flatMap(({ list, field }) => readEach(field, (item) => readContainer(item, list, inherited))),
    volumes: readEach(spec?.child("volumes"), readVolume),
    hostPorts: lists.flatMap(({ field }) => readEach(field, readHostPorts).flat()),
    hostPID: readBoolean(spec?.child("hostPID")) ?? false,
    hostIPC: readBoolean(spec?.child("hostIPC")) ?? false,
    shareProcessNamespace: readBoolean(spec?.child("shareProcessNamespace")) ?? false,
    serviceAccountName:
      readString(spec?.child("serviceAccountName")) || readString(spec?.child("serviceAccount")) || "default",
    imagePullSecrets: readNames(spec?.child("imagePullSecrets")),
    nodeSelector: readStringMap(spec?.child("nodeSelector")),
    nodeAffinity: hasRequiredAffinity(spec),
    tolerations: readEach(spec?.child("tolerations"), readToleration),
    ...present({
      automountServiceAccountToken: readBoolean(spec?.child("automountServiceAccountToken")),
      runtimeClassName: readString(spec?.child("runtimeClassName")),
      dnsPolicy: readString(spec?.child("dnsPolicy")),
      os: readString(readMap(spec?.child("os"))?.child("name")),
      sysctls: readSysctls(readMap(spec?.child("securityContext"))),
    }),
    places: present({
      hostPID: spec?.child("hostPID")?.span,
      hostIPC: spec?.child("hostIPC")?.span,
      hostNetwork: spec?.child("hostNetwork")?.span,
    }),
  };
}

/** The same pod with the volumes its controller adds. */
export function withVolumes(spec: PodSpec, added: readonly Volume[]): PodSpec {
  return added.length > 0 ? { ...spec, volumes: [...spec.volumes, ...added] } : spec;
}

function readSysctls(context: Field | undefined): readonly string[] | undefined {
  const names = readNames(context?.child("sysctls"));
  return names.length > 0 ? names : undefined;
}

function hasRequiredAffinity(spec: Field | undefined): boolean {
  const node = readMap(readMap(spec?.child("affinity"))?.child("nodeAffinity"));
  return node?.child("requiredDuringSchedulingIgnoredDuringExecution") !== undefined;
}

function readToleration(toleration: Field): Toleration {
  const key = readString(toleration.child("key"));
  const effect = readString(toleration.child("effect"));
  return {
    ...(key && { key }),
    operator: readString(toleration.child("operator")) === "Exists" ? "Exists" : "Equal",
    value: readString(toleration.child("value")) ?? "",
    ...(effect && { effect }),
  };
}
