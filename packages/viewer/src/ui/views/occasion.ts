import { OUTSIDE } from "../../model/graph.ts";
import { vertexOfId } from "../../model/names.ts";
import type { Labelled, Occasion } from "../../model/templates.ts";
import type { ViewContext } from "../view.ts";

/** What a new policy would be about: the line, workload or namespace that is selected, or the namespace that stands most open. */
export function occasionOf({ analysis, look }: ViewContext): Occasion {
  const { selection } = look;
  const labelled = (id: string): Labelled | undefined => {
    if (vertexOfId(analysis.graph, id)?.type !== "workload") return undefined;
    const reply = analysis.ask("labels", id);
    return reply.at === "here" && !("problem" in reply.value) ? reply.value : undefined;
  };
  const to =
    selection?.kind === "endpoint"
      ? labelled(selection.id)
      : selection?.kind === "edge"
        ? labelled(selection.to)
        : undefined;
  const from = selection?.kind === "edge" ? labelled(selection.from) : undefined;
  const namespaces = analysis.graph.groups.filter(({ id }) => id !== OUTSIDE);
  const open = namespaces.find(({ open: state }) => state === "both" || state === "in") ?? namespaces[0];
  const chosen = selection?.kind === "namespace" && selection.id !== OUTSIDE ? selection.id : undefined;
  return {
    namespace: to?.namespace ?? chosen ?? open?.id ?? "default",
    ...(to && { to }),
    ...(to && from && { from }),
  };
}
