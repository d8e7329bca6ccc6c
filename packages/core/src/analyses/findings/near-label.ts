import type { Pod } from "../../model/cluster.ts";
import type { LabelSelector, Requirement } from "../../model/selector.ts";

/** A label that pods carry and a selector seems to have meant. */
export interface NearLabel {
  readonly requirement: Requirement;
  readonly key: string;
  readonly value: string;
}

/** Keys that say what a workload is; writers of manifests mistake them for each other. */
const NAME_KEYS: ReadonlySet<string> = new Set(["app", "app.kubernetes.io/name", "k8s-app", "name", "component"]);

/** Words that differ by design where the rest of a value is equal. */
const VARIANTS = /^(?:v?\d+|blue|green|canary|stable|primary|replica|read|write|dev|test|prod|staging)$/i;

/**
 * The one label that a selector which matches no pod was probably meant to ask for; `undefined` where none or several come close.
 *
 * Close is the same value under another key for names, or a value of the same key, or a key of the same value, that differs in case,
 * in `-` or `_`, in a plural, or by one or two letters in at least four. What differs in a version or a stage is not close.
 */
export function nearLabel({ requirements }: LabelSelector, pods: readonly Pod[]): NearLabel | undefined {
  const unmet = requirements.filter(
    (requirement) => isPlain(requirement) && !pods.some((pod) => carries(pod, requirement)),
  );
  const [requirement] = unmet;
  const [wanted] = requirement?.values ?? [];
  if (!requirement || wanted === undefined || unmet.length > 1) return undefined;
  const others = requirements.filter((one) => one !== requirement);
  const fitting = pods.filter((pod) => others.every((one) => !isPlain(one) || carries(pod, one)));
  const labels = new Map(
    fitting.flatMap(({ labels }) =>
      [...labels.values].map(([key, value]) => [`${key}=${value}`, { key, value }] as const),
    ),
  );
  const near = [...labels.values()]
    .map((label) => ({ ...label, distance: distanceTo(requirement.key, wanted, label) }))
    .filter(({ distance }) => distance !== undefined)
    .sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0));
  const [best, second] = near;
  if (!best || (second && second.distance === best.distance)) return undefined;
  return { requirement, key: best.key, value: best.value };
}

function isPlain({ operator, values }: Requirement): boolean {
  return operator === "In" && values.length === 1;
}

function carries({ labels }: Pod, { key, values }: Requirement): boolean {
  return labels.values.get(key) === values[0];
}

function distanceTo(
  key: string,
  wanted: string,
  label: { readonly key: string; readonly value: string },
): number | undefined {
  if (label.key !== key) {
    if (label.value !== wanted) return undefined;
    const areNames = NAME_KEYS.has(key) && NAME_KEYS.has(label.key);
    return areNames ? 1 : spellingDistance(key, label.key);
  }
  return differsByDesign(wanted, label.value) ? undefined : spellingDistance(wanted, label.value);
}

/** How far two spellings are apart; `undefined` where they are different words. */
function spellingDistance(a: string, b: string): number | undefined {
  if (plain(a) === plain(b)) return 0;
  const distance = damerau(a, b);
  return distance <= 2 && Math.min(a.length, b.length) >= 4 ? distance + 1 : undefined;
}

/** Without case, separators and the `s` of a plural. */
function plain(value: string): string {
  return value.toLowerCase().replace(/[-_.]/g, "").replace(/s$/, "");
}

function differsByDesign(a: string, b: string): boolean {
  const words = (value: string) => value.toLowerCase().split(/[-_.]/);
  const [left, right] = [words(a), words(b)];
  const differing = [...left.filter((word) => !right.includes(word)), ...right.filter((word) => !left.includes(word))];
  const digits = (value: string) => value.replace(/\d+/g, "#");
  return (
    (differing.length > 0 && differing.every((word) => VARIANTS.test(word))) || (a !== b && digits(a) === digits(b))
  );
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. Cost: product of the lengths. */
function damerau(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      rows[i]?.push(swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best);
    }
  }
  return at(a.length, b.length);
}
