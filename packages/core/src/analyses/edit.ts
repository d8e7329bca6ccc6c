import type { Cluster, NetworkPolicy } from "../model/cluster.ts";
import type { Span } from "../model/source.ts";
import { printPolicy } from "../parse/print.ts";

/** A change to the policies of a cluster. */
export type Edit =
  | { readonly kind: "add-policy"; readonly policy: NetworkPolicy }
  | { readonly kind: "replace-policy"; readonly before: NetworkPolicy; readonly after: NetworkPolicy };

/** The place of what no file holds yet. */
export const UNWRITTEN: Span = { path: "(new)", line: 1, column: 1, endLine: 1, endColumn: 1 };

/**
 * The cluster once the edits are made. A policy that is added under a name already taken takes the place of the one that had it,
 * as it would in a cluster.
 */
export function applyEdits(cluster: Cluster, edits: readonly Edit[]): Cluster {
  const gone = namesOf(edits);
  const kept = cluster.networkPolicies.filter((policy) => !gone.has(nameOf(policy)));
  const networkPolicies = [...kept, ...edits.map(after)].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return { ...cluster, networkPolicies };
}

/** The policy as it was; `undefined` for a new one. */
export function before(edit: Edit): NetworkPolicy | undefined {
  return edit.kind === "replace-policy" ? edit.before : undefined;
}

/** The policy as it will be. */
export function after(edit: Edit): NetworkPolicy {
  return edit.kind === "replace-policy" ? edit.after : edit.policy;
}

/** The names the edits give or take away. */
export function namesOf(edits: readonly Edit[]): ReadonlySet<string> {
  return new Set(edits.flatMap((edit) => [nameOf(before(edit) ?? after(edit)), nameOf(after(edit))]));
}

/** `namespace/name`. */
export function nameOf({ namespace, name }: Pick<NetworkPolicy, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** Every policy the edits leave behind, in full, each under a comment that says what it replaces. */
export function printEdits(edits: readonly Edit[]): string {
  return edits.map((edit) => `# ${heading(edit)}\n${printPolicy(after(edit))}`).join("---\n");
}

/** How many lines the edits add and remove. */
export function linesChanged(edits: readonly Edit[]): number {
  return edits.reduce((sum, edit) => {
    const old = before(edit);
    return sum + linesApart(old ? printPolicy(old) : "", printPolicy(after(edit)));
  }, 0);
}

function heading(edit: Edit): string {
  const old = before(edit);
  if (!old) return "new";
  return `replaces ${old.span.path.replace(/[\p{C}\u2028\u2029]+/gu, " ")}:${old.span.line}`;
}

/** Lines of one text that the other does not have, counted as often as they occur. */
function linesApart(a: string, b: string): number {
  const surplus = new Map<string, number>();
  for (const line of a.split("\n")) surplus.set(line, (surplus.get(line) ?? 0) + 1);
  for (const line of b.split("\n")) surplus.set(line, (surplus.get(line) ?? 0) - 1);
  return [...surplus.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
