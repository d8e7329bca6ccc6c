import type { Field, Place } from "./field.ts";
import { isList } from "./tree.ts";

/** The fields that only the first form of a peer had, by the field they stood in. */
const OLD_FIELDS = [
  ["namespaces", ["namespaceSelector", "sameLabels", "notSameLabels"]],
  ["pods", ["namespaces"]],
] as const;

/**
 * Where an admin policy has a peer in the form that `v1alpha1` had up to release 0.1.1 of its API. Under the same version that
 * form now means something else: without the unknown `namespaceSelector` in it, `namespaces` is every namespace.
 */
export function firstFormIn(object: Field): Place | undefined {
  const spec = object.child("spec");
  const rules = [...itemsOf(spec?.child("ingress")), ...itemsOf(spec?.child("egress"))];
  return rules
    .flatMap((rule) => [...itemsOf(rule.child("from")), ...itemsOf(rule.child("to"))])
    .flatMap(oldFieldsOf)[0];
}

function oldFieldsOf(peer: Field): readonly Place[] {
  return OLD_FIELDS.flatMap(([name, fields]) => {
    const field = peer.child(name);
    return field ? fields.filter((each) => field.child(each)).map((each) => field.keyPlace(each)) : [];
  });
}

function itemsOf(field: Field | undefined): readonly Field[] {
  return field && isList(field.value) ? field.value.map((item, i) => field.part(i, item)) : [];
}
