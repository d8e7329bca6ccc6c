import type { PortMatch } from "../../src/model/ports.ts";
import type { Connection, Context, Endpoint } from "./context.ts";
import { lendsNames } from "./ports.ts";

/** CNP-15: ICMP is in no entry. Ranges are part of this API from the start, so no implementation ignores their end (unlike PORT-5). */
export function adminPortMatches(
  entry: PortMatch,
  destination: Endpoint,
  { protocol, port }: Connection,
  context: Context,
): boolean {
  switch (entry.kind) {
    case "every-port":
      return entry.protocol === protocol;
    case "range":
      return entry.protocol === protocol && port !== undefined && entry.first <= port && port <= entry.last;
    case "named":
      // CNP-16: no match where the destination is only an address, which host-network pods are (CNP-11).
      if (destination.kind === "address" || destination.pod.of.network === "host") return false;
      // CNP-16: any declared port of that name, with its own protocol and number.
      for (const declared of destination.pod.of.ports) {
        if (declared.name !== entry.name || declared.protocol !== protocol || declared.port !== port) continue;
        if (lendsNames(declared.container, context)) return true;
      }
      return false;
  }
}
