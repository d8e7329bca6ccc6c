import type { Role, RoleBinding, RoleRule, ServiceAccount, Subject } from "../../model/identity.ts";
import { type Field, readBoolean, readMap, readString } from "../field.ts";
import { readSelector } from "../label-selector.ts";
import type { Metadata } from "../metadata.ts";
import { readChoice } from "../schema.ts";
import { present, readEach, readNames, readStrings } from "./values.ts";

export function readServiceAccount(object: Field, { name, namespace, annotations }: Metadata): ServiceAccount {
  return {
    namespace,
    name,
    annotations,
    secrets: readNames(object.child("secrets")),
    imagePullSecrets: readNames(object.child("imagePullSecrets")),
    ...present({ automountServiceAccountToken: readBoolean(object.child("automountServiceAccountToken")) }),
    span: object.span,
  };
}

export function readRole(object: Field, { name, namespace, labels }: Metadata): Role {
  return { namespace, name, labels, rules: readEach(object.child("rules"), readRule), span: object.span };
}

export function readClusterRole(object: Field, metadata: Metadata): Role {
  const { namespace: _, ...role } = readRole(object, metadata);
  const selectors = readMap(object.child("aggregationRule"))?.child("clusterRoleSelectors");
  return selectors ? { ...role, aggregates: readEach(selectors, readSelector) } : role;
}

function readRule(rule: Field): RoleRule {
  return {
    apiGroups: readStrings(rule.child("apiGroups")),
    resources: readStrings(rule.child("resources")),
    resourceNames: readStrings(rule.child("resourceNames")),
    verbs: readStrings(rule.child("verbs")),
    nonResourceURLs: readStrings(rule.child("nonResourceURLs")),
    span: rule.span,
  };
}

export function readRoleBinding(object: Field, { name, namespace }: Metadata): RoleBinding | undefined {
  const reference = readMap(object.child("roleRef"));
  const kind = readChoice(reference?.child("kind"), ["Role", "ClusterRole"]);
  const role = readString(reference?.child("name"));
  if (!kind || !role) return undefined;
  const subjects = readEach(object.child("subjects"), (subject) => readSubject(subject, namespace));
  return { namespace, name, role: { kind, name: role }, subjects, span: object.span };
}

export function readClusterRoleBinding(object: Field, metadata: Metadata): RoleBinding | undefined {
  const binding = readRoleBinding(object, metadata);
  if (!binding) return undefined;
  const { namespace: _, ...rest } = binding;
  return rest;
}

/** The API refuses a ServiceAccount without a namespace; the binding's own is what was meant. */
function readSubject(subject: Field, namespace: string): Subject | undefined {
  const kind = readChoice(subject.child("kind"), ["User", "Group", "ServiceAccount"]);
  const name = readString(subject.child("name"));
  if (!kind || !name) return undefined;
  const own = readString(subject.child("namespace")) || namespace;
  return { kind, name, ...(kind === "ServiceAccount" && { namespace: own }), span: subject.span };
}
