import type { PortMatch } from "../../src/model/ports.ts";
import type { Connection, Context, Endpoint } from "./context.ts";
import { isSeenAsPod } from "./endpoints.ts";

export function portMatches(
  entry: PortMatch,
  destination: Endpoint,
  byAddress: boolean,
  { protocol, port }: Connection,
  context: Context,
): boolean {
  switch (entry.kind) {
    // PORT-3: every port of one protocol.
    case "every-port":
      return entry.protocol === protocol;
    // PORT-4, PORT-5: by number, declared or not.
    case "range":
      if (entry.protocol !== protocol || port === undefined) return false;
      if (port === entry.first) return true;
      if (port < entry.first || entry.last < port) return false;
      if (context.options.endPortSupported) return true;
      return (
        context.world({ id: "endPort", kind: "implementation-defined", answers: ["ignored", "honoured"] }) ===
        "honoured"
      );
    case "named": {
      // PORT-8, EP-6: an address, or a host-network pod that is one, gives no name a number.
      if (destination.kind === "address" || !isSeenAsPod(destination.pod, context)) return false;
      if (byAddress) {
        const resolved = context.world({
          id: "names on pods found by address",
          kind: "implementation-defined",
          answers: ["resolved", "not resolved"],
        });
        if (resolved === "not resolved") return false;
      }
      // PORT-6, PORT-7, PORT-10: any declared port with that name and protocol, on this very pod.
      for (const declared of destination.pod.of.ports) {
        if (declared.name !== entry.name || declared.protocol !== protocol || declared.port !== port) continue;
        if (entry.protocol !== undefined && entry.protocol !== protocol) continue;
        if (lendsNames(declared.container, context)) return true;
      }
      return false;
    }
  }
}

/** PORT-9. */
export function lendsNames(container: "main" | "sidecar" | "init", { options, world }: Context): boolean {
  if (container === "main") return true;
  const every = ["main", "main+sidecars", "all"];
  const lenders = world({
    id: "containers that lend names",
    kind: "implementation-defined",
    answers: [options.namedPortContainers, ...every.filter((choice) => choice !== options.namedPortContainers)],
  });
  return lenders === "all" || (lenders === "main+sidecars" && container === "sidecar");
}
