import { isOpen } from "../model/graph.ts";
import { METRICS, type SceneCard } from "../scene/scene.ts";

/** The walls of a card: at the left where policies govern ingress, at the right where they govern egress. */
export function bars({ x, y, width, height, kind, open }: SceneCard) {
  if (kind !== "workload") return [];
  const bar = { y: y + 6, width: METRICS.bar, height: height - 12 };
  return [
    ...(isOpen(open, "in") ? [] : [{ side: "in" as const, x: x + 2.5, ...bar }]),
    ...(isOpen(open, "out") ? [] : [{ side: "out" as const, x: x + width - METRICS.bar - 2.5, ...bar }]),
  ];
}
