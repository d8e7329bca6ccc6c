import { isPartOf } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Declared } from "./declared.ts";
import type { EntryPoint } from "./entry-points.ts";
import type { Foothold } from "./foothold.ts";

/** The entry points that a person declares: each on every port, since nothing shows the way. */
export function declaredEntryPoints(
  footholds: readonly Foothold[],
  { entries }: Pick<Declared, "entries">,
): readonly EntryPoint[] {
  return entries.flatMap(({ workload, reason, span }) =>
    footholds
      .filter(({ endpoint }) => isPartOf(workload, endpoint))
      .map(
        ({ id }): EntryPoint => ({
          object: `${span.path}:${span.line}`,
          workload: id,
          ports: ConnectionSet.ALL_PORTS,
          open: ConnectionSet.ALL_PORTS,
          standing: "assumed",
          provenance: "declared",
          assumptions: [`${id} is entered from outside, as declared${reason === undefined ? "" : `: ${reason}`}`],
          span,
        }),
      ),
  );
}
